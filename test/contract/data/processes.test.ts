import assert from 'node:assert/strict';
import { ProcessStatus, RemoteAPIError, StdinMode, OutputMode, type Sandbox } from 'tensorlake';
import { bytes, contract, eventually, linesOf, script } from '../support';

const isNotFound = (error: unknown): boolean => error instanceof RemoteAPIError && error.statusCode === 404;

describe('SDK contract: processes', () => {
  const sdk = contract();
  let box: Sandbox;

  before(async () => {
    box = await sdk().create();
  });

  it('start at once and are followed to their end', async () => {
    const started = await box.startProcess('sh', script('echo one; echo two; exit 3'));
    assert.equal(started.command, 'sh');
    assert.deepEqual(started.args, ['-c', 'echo one; echo two; exit 3']);
    assert.ok(started.pid > 0);
    assert.ok(started.startedAt instanceof Date);
    assert.equal(started.stdinWritable, false);
    assert.equal(started.managed, undefined);
    assert.deepEqual(await linesOf(box.followStdout(started.pid)), ['one', 'two']);
    const ended = await eventually(
      () => box.getProcess(started.pid),
      ({ status }) => status !== ProcessStatus.RUNNING,
    );
    assert.equal(ended.status, ProcessStatus.EXITED);
    assert.equal(ended.exitCode, 3);
    assert.ok(ended.endedAt instanceof Date);
    assert.deepEqual(await linesOf(box.followStdout(started.pid)), ['one', 'two']);
  });

  it('keep their two streams apart', async () => {
    const { pid } = await box.startProcess('sh', script('echo out; echo err >&2'));
    const both: (readonly [string | undefined, string])[] = [];
    for await (const { stream, line } of box.followOutput(pid)) both.push([stream, line]);
    assert.deepEqual(
      both.toSorted().map(pair => pair.join()),
      ['stderr,err', 'stdout,out'],
    );
    assert.deepEqual(await linesOf(box.followStderr(pid)), ['err']);
    assert.deepEqual((await box.getStdout(pid)).lines, ['out']);
    assert.deepEqual((await box.getStderr(pid)).lines, ['err']);
    const output = await box.getOutput(pid);
    assert.deepEqual([output.pid, output.lineCount, output.lines], [pid, 2, ['out', 'err']]);
  });

  it('read what is written to them, and its end', async () => {
    const { pid, stdinWritable } = await box.startProcess('cat', { stdinMode: StdinMode.PIPE });
    assert.equal(stdinWritable, true);
    await box.writeStdin(pid, bytes('first\nsec'));
    await box.writeStdin(pid, bytes('ond\n'));
    await box.closeStdin(pid);
    assert.deepEqual(await linesOf(box.followStdout(pid)), ['first', 'second']);
    await assert.rejects(
      box.writeStdin(pid, bytes('late')),
      (error: unknown) => error instanceof RemoteAPIError && error.statusCode === 400,
    );
  });

  it('tell lines while they run', async () => {
    const { pid } = await box.startProcess('cat', { stdinMode: StdinMode.PIPE });
    const lines = box.followStdout(pid)[Symbol.asyncIterator]();
    for (const word of ['ping', 'pong']) {
      await box.writeStdin(pid, bytes(`${word}\n`));
      const next = await lines.next();
      assert.equal(next.done === true ? undefined : next.value.line, word);
    }
    await box.killProcess(pid);
    assert.equal((await lines.next()).done, true);
  });

  it('can be followed no longer than wanted', async () => {
    const { pid } = await box.startProcess('sh', script('echo begun; exec sleep 600'));
    const enough = new AbortController();
    const seen: string[] = [];
    try {
      for await (const { line } of box.followStdout(pid, { signal: enough.signal })) {
        seen.push(line);
        enough.abort();
      }
    } catch (error) {
      assert.ok(error instanceof Error);
    }
    assert.deepEqual(seen, ['begun']);
    assert.equal((await box.getProcess(pid)).status, ProcessStatus.RUNNING);
    await box.killProcess(pid);
  });

  it('take signals', async () => {
    const { pid } = await box.startProcess(
      'sh',
      script("trap 'echo caught; exit 5' USR1; echo up; while :; do sleep 0.02; done"),
    );
    const lines = box.followStdout(pid)[Symbol.asyncIterator]();
    await lines.next();
    assert.equal((await box.sendSignal(pid, 10)).success, true);
    const next = await lines.next();
    assert.equal(next.done === true ? undefined : next.value.line, 'caught');
    const ended = await eventually(
      () => box.getProcess(pid),
      ({ status }) => status !== ProcessStatus.RUNNING,
    );
    assert.equal(ended.exitCode, 5);
    await assert.rejects(
      box.sendSignal(pid, 15),
      (error: unknown) => error instanceof RemoteAPIError && error.statusCode === 400,
    );
  });

  it('die of SIGKILL when they are killed', async () => {
    const { pid } = await box.startProcess('sleep', { args: ['600'] });
    await box.killProcess(pid);
    const ended = await eventually(
      () => box.getProcess(pid),
      ({ status }) => status !== ProcessStatus.RUNNING,
    );
    assert.equal(ended.status, ProcessStatus.SIGNALED);
    assert.equal(ended.signal, 9);
  });

  it('are listed with those that have ended', async () => {
    const other = await sdk().create();
    const running = await other.startProcess('sleep', { args: ['600'] });
    const ended = await other.startProcess('true');
    await linesOf(other.followOutput(ended.pid));
    const found = await eventually(
      () => other.listProcesses(),
      list => list.some(({ status }) => status === ProcessStatus.EXITED),
    );
    const states = new Map(found.map(({ pid, status }) => [pid, status]));
    assert.deepEqual(
      states,
      new Map([
        [running.pid, ProcessStatus.RUNNING],
        [ended.pid, ProcessStatus.EXITED],
      ]),
    );
    const handles = found.map(({ handle }) => handle);
    assert.equal(new Set(handles).size, 2);
  });

  it('may discard output', async () => {
    const { pid } = await box.startProcess('sh', {
      ...script('echo out; echo err >&2'),
      stdoutMode: OutputMode.DISCARD,
    });
    assert.deepEqual(await linesOf(box.followOutput(pid)), ['err']);
  });

  it('run as another user where one is given', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const { pid } = await box.startProcess('id', { args: ['-u'], user: { uid: 1234, gid: 1234 } });
    assert.deepEqual(await linesOf(box.followStdout(pid)), ['1234']);
  });

  it('that do not exist are not found', async () => {
    await assert.rejects(box.getProcess(4_000_000), isNotFound);
    await assert.rejects(box.killProcess(4_000_000), isNotFound);
    await assert.rejects(box.getProcess('nobody'), isNotFound);
    assert.deepEqual((await box.getStdout(4_000_000)).lines, []);
    assert.deepEqual(await linesOf(box.followStdout(4_000_000)), []);
  });
});

describe('SDK contract: managed processes', () => {
  const sdk = contract();
  let box: Sandbox;

  before(async () => {
    box = await sdk().create();
  });

  it('are known by name', async () => {
    const { pid, managed } = await box.startProcess('sleep', { args: ['600'], name: 'my service' });
    assert.equal(managed?.name, 'my service');
    assert.equal(managed.id, 'my service');
    assert.equal(managed.restart.policy, 'on_failure');
    assert.equal(managed.healthStatus, 'disabled');
    const found = await box.getProcess('my service');
    assert.equal(found.pid, pid);
    assert.equal(found.managed?.status, 'running');
  });

  it('restart on request, with another pid', async () => {
    const before = await box.startProcess('sh', { ...script('echo $$; exec sleep 600'), name: 'again' });
    const after = await box.restartProcess('again');
    assert.notEqual(after.pid, before.pid);
    assert.equal((await box.getProcess('again')).pid, after.pid);
    assert.equal((await box.getProcess('again')).status, ProcessStatus.RUNNING);
  });

  it('are restarted when they fail, as often as allowed', async () => {
    await box.startProcess('sh', {
      ...script('exit 4'),
      name: 'crasher',
      restart: { policy: 'on_failure', maxRestarts: 2, initialBackoffMs: 10, maxBackoffMs: 20 },
    });
    const { managed } = await eventually(
      () => box.getProcess('crasher'),
      info => info.managed?.status === 'stopped',
    );
    assert.equal(managed?.restartCount, 2);
    assert.equal(managed.lastExit?.exitCode, 4);
    assert.ok(managed.lastExit.endedAt instanceof Date);
    assert.equal(managed.restart.maxRestarts, 2);
  });

  it('stay ended without failure, or with the policy never', async () => {
    for (const [name, exit, policy] of [
      ['done', 0, 'on_failure'],
      ['never', 1, 'never'],
    ] as const) {
      await box.startProcess('sh', { ...script(`exit ${exit}`), name, restart: { policy } });
      const { managed } = await eventually(
        () => box.getProcess(name),
        info => info.managed?.status === 'stopped',
      );
      assert.equal(managed?.restartCount, 0);
    }
  });

  it('are killed for good', async () => {
    await box.startProcess('sleep', { args: ['600'], name: 'doomed', restart: { policy: 'always' } });
    await box.killProcess('doomed');
    const { managed } = await eventually(
      () => box.getProcess('doomed'),
      info => info.managed?.status === 'stopped',
    );
    assert.equal(managed?.restartCount, 0);
  });

  it('tell whether they are healthy', async () => {
    await box.startProcess('sleep', {
      args: ['600'],
      name: 'deaf',
      restart: { policy: 'never' },
      healthCheck: {
        type: 'tcp',
        port: 1,
        initialDelayMs: 1,
        intervalMs: 5,
        timeoutMs: 100,
        failureThreshold: 2,
      },
    });
    const { managed } = await eventually(
      () => box.getProcess('deaf'),
      info => info.managed?.healthStatus === 'unhealthy',
    );
    assert.ok((managed?.consecutiveHealthFailures ?? 0) >= 2);
    assert.equal(managed?.healthCheck?.type, 'tcp');
    assert.equal(managed.healthCheck.port, 1);
  });

  it('have a name that is no number and no path', async () => {
    for (const name of ['', '12', 'a/b']) {
      await assert.rejects(box.startProcess('true', { name }), Error, `name '${name}'`);
    }
  });
});

describe('SDK contract: processes of an older daemon', () => {
  const sdk = contract({ faults: [{ fault: 'legacy-processes' }] });

  it('lack what came later', async () => {
    const box = await sdk().create();
    const { pid, handle, managed } = await box.startProcess('sleep', { args: ['600'] });
    assert.deepEqual([handle, managed], [undefined, undefined]);
    assert.equal((await box.getProcess(pid)).status, ProcessStatus.RUNNING);
  });
});
