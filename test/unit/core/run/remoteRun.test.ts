import assert from 'node:assert/strict';
import { deferred } from '../../../../src/core/kernel/async';
import { ApiError } from '../../../../src/core/kernel/errors';
import type { ProcessInfo, RunEvent } from '../../../../src/core/processes/process';
import { isSuccess, RemoteRun, type RunProcesses } from '../../../../src/core/run/remoteRun';
import { FakeClock } from '../../../support/fakeClock';

const request = { command: 'make', args: [], timeoutSecs: 2 };
const never = new AbortController().signal;
const started: RunEvent = { kind: 'started', pid: 42 };
const info: ProcessInfo = {
  pid: 42,
  status: 'running',
  rawStatus: 'running',
  oomKilled: false,
  stdinWritable: false,
  command: 'make',
  args: [],
};

/** Processes whose run yields the events of a test. */
class Scripted implements RunProcesses {
  readonly killed: unknown[] = [];
  readonly signals: unknown[] = [];
  killing: () => Promise<void> = () => Promise.resolve();
  got: () => Promise<ProcessInfo> = () => Promise.reject(new ApiError('network', 'gone'));

  constructor(private readonly events: (signal: AbortSignal) => AsyncGenerator<RunEvent, void>) {}

  run(_request: unknown, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    return this.events(signal);
  }
  kill(ref: unknown): Promise<void> {
    this.killed.push(ref);
    return this.killing();
  }
  signal(ref: unknown, number: number): Promise<void> {
    this.signals.push([ref, number]);
    return Promise.resolve();
  }
  get(): Promise<ProcessInfo> {
    return this.got();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const cancelled = new ApiError('cancelled', '');
    if (signal.aborted) reject(cancelled);
    signal.addEventListener('abort', () => reject(cancelled));
  });
}

describe('a run in a sandbox', () => {
  it('yields the lines, then the exit and the duration', async () => {
    const clock = new FakeClock();
    const lines: string[] = [];
    const processes = new Scripted(async function* () {
      yield started;
      yield { kind: 'line', line: 'a', stream: 'stdout' };
      await clock.advance(1_500);
      yield { kind: 'exited', exitCode: 3, oomKilled: false };
    });
    const run = new RemoteRun(request, clock, never);
    const outcome = await run.toEnd(processes, ({ line }) => void lines.push(line));
    assert.ok(outcome.kind === 'exited' && outcome.exit.exitCode === 3 && !outcome.isTimeout);
    assert.deepEqual([lines, run.durationMs, run.processId], [['a'], 1_500, 42]);
  });

  it('asks for nothing more once the program has ended', async () => {
    const processes = new Scripted(async function* () {
      yield started;
      await Promise.resolve();
      yield { kind: 'exited', exitCode: 0, oomKilled: false };
    });
    const run = new RemoteRun(request, new FakeClock(), never);
    assert.equal((await run.toEnd(processes, () => undefined)).kind, 'exited');
    await run.cancel();
    assert.deepEqual(processes.killed, []);
  });

  it('distinguishes a timeout from a kill', async () => {
    for (const [after, isTimeout] of [
      [2_000, true],
      [1_000, false],
    ] as const) {
      const clock = new FakeClock();
      const processes = new Scripted(async function* () {
        yield started;
        await clock.advance(after);
        yield { kind: 'exited', signal: 9, oomKilled: false };
      });
      const outcome = await new RemoteRun(request, clock, never).toEnd(processes, () => undefined);
      assert.ok(outcome.kind === 'exited');
      assert.equal(outcome.isTimeout, isTimeout);
    }
  });

  it('kills the program when it is cancelled, and waits for its end', async () => {
    const dead = deferred<undefined>();
    const processes = new Scripted(async function* () {
      yield started;
      yield { kind: 'line', line: 'up' };
      await dead.promise;
      yield { kind: 'exited', signal: 9, oomKilled: false };
    });
    processes.killing = () => {
      dead.resolve(undefined);
      return Promise.resolve();
    };
    const run = new RemoteRun(request, new FakeClock(), never);
    const outcome = await run.toEnd(processes, () => run.cancel());
    assert.deepEqual(outcome, { kind: 'cancelled', isSure: true });
    assert.deepEqual(processes.killed, [42]);
  });

  it('closes the request when the kill fails, and reports that the end is uncertain', async () => {
    const processes = new Scripted(async function* (signal) {
      yield started;
      yield { kind: 'line', line: 'up' };
      await aborted(signal);
    });
    processes.killing = () => Promise.reject(new ApiError('network', 'gone'));
    const run = new RemoteRun(request, new FakeClock(), never);
    const outcome = await run.toEnd(processes, () => run.cancel());
    assert.deepEqual(outcome, { kind: 'cancelled', isSure: false });
  });

  it('waits only a limited time for the end of a killed program', async () => {
    const clock = new FakeClock();
    const processes = new Scripted(async function* (signal) {
      yield started;
      yield { kind: 'line', line: 'up' };
      await aborted(signal);
    });
    const run = new RemoteRun(request, clock, never);
    const outcome = await run.toEnd(processes, async () => {
      await run.cancel();
      await clock.advance(10_000);
    });
    assert.deepEqual(outcome, { kind: 'cancelled', isSure: true });
  });

  it('interrupts first, on request', async () => {
    const processes = new Scripted(async function* () {
      yield started;
      yield { kind: 'line', line: 'up' };
      await Promise.resolve();
      yield { kind: 'exited', exitCode: 130, oomKilled: false };
    });
    const run = new RemoteRun(request, new FakeClock(), never);
    const outcome = await run.toEnd(processes, () => run.interrupt());
    assert.equal(outcome.kind, 'exited');
    assert.deepEqual([processes.signals, processes.killed], [[[42, 2]], []]);
  });

  it('never takes a stream without its last frame for success, and reads the state of the program', async () => {
    const cut = new ApiError('network', 'cut', { code: 'NO_EXIT' });
    const events = async function* (): AsyncGenerator<RunEvent, void> {
      yield started;
      await Promise.resolve();
      throw cut;
    };
    const knows = new Scripted(events);
    knows.got = () => Promise.resolve(info);
    const outcome = await new RemoteRun(request, new FakeClock(), never).toEnd(knows, () => undefined);
    assert.deepEqual(outcome, { kind: 'lost', error: cut, process: info });
    const silent = await new RemoteRun(request, new FakeClock(), never).toEnd(
      new Scripted(events),
      () => undefined,
    );
    assert.deepEqual(silent, { kind: 'lost', error: cut });
  });

  it('asks once for an exit code that the stream lost', async () => {
    const processes = new Scripted(async function* () {
      yield started;
      await Promise.resolve();
      throw new ApiError('network', 'cut', { code: 'NO_EXIT' });
    });
    let asked = 0;
    processes.got = () => {
      asked += 1;
      return Promise.resolve({ ...info, status: 'exited', rawStatus: 'exited', exitCode: 3 });
    };
    const outcome = await new RemoteRun(request, new FakeClock(), never).toEnd(processes, () => undefined);
    const exit = { exitCode: 3, oomKilled: false };
    assert.deepEqual(outcome, { kind: 'exited', exit, isTimeout: false, isAskedFor: true });
    assert.equal(asked, 1);
    assert.equal(isSuccess(outcome), false);
  });

  it('does not take for its end how the server ended what nobody followed any more', async () => {
    const cut = new ApiError('network', 'cut', { code: 'STREAM_CUT' });
    const processes = new Scripted(async function* () {
      yield started;
      await Promise.resolve();
      throw cut;
    });
    const killed: ProcessInfo = { ...info, status: 'signaled', rawStatus: 'signaled', signal: 9 };
    processes.got = () => Promise.resolve(killed);
    const outcome = await new RemoteRun(request, new FakeClock(), never).toEnd(processes, () => undefined);
    assert.deepEqual(outcome, { kind: 'lost', error: cut, process: killed });
  });

  it('reports why it was not started', async () => {
    const error = new ApiError('server', 'Failed to spawn process', { status: 500 });
    // eslint-disable-next-line require-yield
    const processes = new Scripted(async function* () {
      await Promise.reject(error);
    });
    const outcome = await new RemoteRun(request, new FakeClock(), never).toEnd(processes, () => undefined);
    assert.deepEqual(outcome, { kind: 'failed', error });
  });

  it('ends with the session', async () => {
    const session = new AbortController();
    const processes = new Scripted(async function* (signal) {
      yield started;
      yield { kind: 'line', line: 'up' };
      await aborted(signal);
    });
    const run = new RemoteRun(request, new FakeClock(), session.signal);
    const outcome = await run.toEnd(processes, () => {
      session.abort();
      return undefined;
    });
    assert.equal(outcome.kind, 'lost');
    assert.deepEqual(processes.killed, []);
  });
});
