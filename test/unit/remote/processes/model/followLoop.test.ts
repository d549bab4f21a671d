import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { ApiError } from '../../../../../src/core/kernel/errors';
import type { OutputLine, ProcessInfo } from '../../../../../src/core/processes/process';
import { followOutput, type FollowedProcesses } from '../../../../../src/remote/processes/model/followOutput';
import { FakeClock } from '../../../../support/fakeClock';
import { waitFor } from '../../../../support/waitFor';

const cut = new ApiError('network', 'cut', { code: 'STREAM_CUT' });
const ended: ProcessInfo = {
  pid: 1,
  status: 'exited',
  rawStatus: 'exited',
  exitCode: 0,
  oomKilled: false,
  stdinWritable: false,
  command: 'x',
  args: [],
};

type Episode = { readonly lines: readonly OutputLine[]; readonly end: ApiError | ProcessInfo };

/** A process whose output arrives in parts, each of which is cut off or ends. */
function scripted(episodes: Episode[]): FollowedProcesses {
  let last: ProcessInfo = ended;
  return {
    async *follow() {
      const episode = episodes.shift();
      assert.ok(episode);
      for (const line of episode.lines) yield await Promise.resolve(line);
      if (episode.end instanceof ApiError) throw episode.end;
      last = episode.end;
    },
    get: () => Promise.resolve(last),
  };
}

const out = (line: string): OutputLine => ({ line, stream: 'stdout' });
const err = (line: string): OutputLine => ({ line, stream: 'stderr' });

interface Watched {
  readonly log: string[];
  readonly clock: FakeClock;
  readonly abort: AbortController;
  readonly end: Promise<ProcessInfo | undefined>;
}

function watch(open: () => Promise<FollowedProcesses>): Watched {
  const log: string[] = [];
  const clock = new FakeClock();
  const abort = new AbortController();
  const end = followOutput({
    ref: 'web',
    pid: 1,
    which: 'output',
    clock,
    open,
    signal: abort.signal,
    events: {
      line: ({ line }) => {
        log.push(line);
        return undefined;
      },
      lost: (_error, waitMs) => log.push(`lost ${waitMs}`),
      back: () => log.push('back'),
      restarting: () => log.push('restarting'),
      restarted: ({ pid }) => log.push(`restarted ${pid}`),
    },
  });
  return { log, clock, abort, end };
}

async function until({ log, clock }: Watched, word: string): Promise<void> {
  await waitFor(word, () => log.at(-1) === word && clock.pending === 1);
}

describe('following output', () => {
  it('goes on where the proxy has just started and does not know the sandbox yet', async () => {
    const unknown = new ApiError('notFound', 'Sandbox not found', { status: 404, code: 'SANDBOX_NOT_FOUND' });
    const processes = scripted([
      { lines: [out('a')], end: unknown },
      { lines: [out('a'), out('b')], end: ended },
    ]);
    let asked = 0;
    const get = (): Promise<ProcessInfo> =>
      (asked += 1) === 1 ? Promise.reject(unknown) : Promise.resolve(ended);
    const watched = watch(() => Promise.resolve({ ...processes, get }));
    await until(watched, 'lost 1000');
    await watched.clock.advance(1_000);
    await until(watched, 'lost 2000');
    await watched.clock.advance(2_000);
    await watched.end;
    assert.deepEqual(watched.log, ['a', 'lost 1000', 'lost 2000', 'back', 'b']);
  });

  it('ends with the process', async () => {
    const processes = scripted([{ lines: [out('a'), err('b')], end: ended }]);
    const watched = watch(() => Promise.resolve(processes));
    assert.equal(await watched.end, ended);
    assert.deepEqual(watched.log, ['a', 'b']);
  });

  it('continues after a lost connection without repeating output', async () => {
    const processes = scripted([
      { lines: [out('a'), err('x'), out('b')], end: cut },
      { lines: [out('a')], end: cut },
      { lines: [out('a'), out('b'), out('c'), err('x'), err('y')], end: ended },
    ]);
    const watched = watch(() => Promise.resolve(processes));
    await until(watched, 'lost 1000');
    await watched.clock.advance(1_000);
    await until(watched, 'lost 1000');
    await watched.clock.advance(1_000);
    await watched.end;
    assert.deepEqual(watched.log, ['a', 'x', 'b', 'lost 1000', 'back', 'lost 1000', 'back', 'c', 'y']);
  });

  it('waits longer each time while no output arrives', async () => {
    const watched = watch(() => Promise.reject(new ApiError('timeout', 'silent')));
    for (const seconds of [1, 2, 4, 8, 15, 15]) {
      await until(watched, `lost ${seconds * 1_000}`);
      await watched.clock.advance(seconds * 1_000);
    }
    watched.abort.abort();
    await assert.rejects(watched.end, { kind: 'cancelled' });
  });

  it('waits longer each time while the stream of a running program ends at once', async () => {
    let follows = 0;
    const processes: FollowedProcesses = {
      // eslint-disable-next-line require-yield -- a stream without anything in it
      async *follow() {
        follows += 1;
        await Promise.resolve();
      },
      get: () => Promise.resolve({ ...ended, status: 'running' }),
    };
    const watched = watch(() => Promise.resolve(processes));
    for (const [index, ms] of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000].entries()) {
      await waitFor('a pause', () => watched.clock.pending === 1);
      await watched.clock.advance(ms - 1);
      assert.equal(follows, index + 1);
      await watched.clock.advance(1);
      await waitFor('another try', () => follows === index + 2);
    }
    watched.abort.abort();
    await assert.rejects(watched.end, { kind: 'cancelled' });
  });

  const supervised = (status: string, restartCount: number): ProcessInfo => ({
    ...ended,
    managed: { name: 'web', status, restartCount, consecutiveHealthFailures: 0 },
  });

  it('reports a restart by the supervisor, and follows the new process from its beginning', async () => {
    const infos = [supervised('backing_off', 0), { ...supervised('running', 1), pid: 2 }, ended];
    const episodes: Episode[] = [
      { lines: [out('a')], end: ended },
      { lines: [out('a')], end: ended },
    ];
    const processes: FollowedProcesses = {
      ...scripted(episodes),
      get: () => Promise.resolve(infos.shift() ?? ended),
    };
    const watched = watch(() => Promise.resolve(processes));
    await until(watched, 'restarting');
    await watched.clock.advance(500);
    await watched.end;
    assert.deepEqual(watched.log, ['a', 'restarting', 'restarted 2', 'a']);
  });

  it('looks for a restart at least every 15 s, and tells of it once, whatever the clock of the sandbox says', async () => {
    const waiting = supervised('backing_off', 0);
    const atMs = new FakeClock().now() + 40 * 24 * 3_600_000;
    const distant = { ...waiting, managed: { ...waiting.managed, nextRestartAtMs: atMs } } as ProcessInfo;
    const infos = [distant, distant, distant, { ...supervised('running', 1), pid: 2 }, ended];
    const episodes: Episode[] = [
      { lines: [out('a')], end: ended },
      { lines: [out('a')], end: ended },
      { lines: [out('b')], end: ended },
    ];
    const processes: FollowedProcesses = {
      ...scripted(episodes),
      get: () => Promise.resolve(infos.shift() ?? ended),
    };
    const watched = watch(() => Promise.resolve(processes));
    for (const left of [4, 2]) {
      await waitFor('a pause', () => infos.length === left && watched.clock.pending === 1);
      await watched.clock.advance(15_000);
    }
    await watched.end;
    assert.deepEqual(watched.log, ['a', 'restarting', 'restarted 2', 'b']);
  });

  it('repeats nothing when the stream of a running program ends', async () => {
    const still: ProcessInfo = { ...ended, status: 'running' };
    const infos = [still, still, ended];
    const episodes: Episode[] = [
      { lines: [out('a')], end: ended },
      { lines: [out('a'), out('b')], end: ended },
    ];
    const processes: FollowedProcesses = {
      ...scripted(episodes),
      get: () => Promise.resolve(infos.shift() ?? ended),
    };
    const watched = watch(() => Promise.resolve(processes));
    await waitFor('the pause', () => watched.clock.pending === 1);
    await watched.clock.advance(500);
    await watched.end;
    assert.deepEqual(watched.log, ['a', 'b']);
  });

  it('stops at an error that a retry cannot fix', async () => {
    const error = new ApiError('forbidden', 'no');
    await assert.rejects(watch(() => Promise.reject(error)).end, error);
    const notRunning = new Error('The sandbox is not running.');
    await assert.rejects(watch(() => Promise.reject(notRunning)).end, notRunning);
  });

  it('stops while it waits', async () => {
    const watched = watch(() => Promise.reject(cut));
    await until(watched, 'lost 1000');
    watched.abort.abort();
    await assert.rejects(watched.end, { kind: 'cancelled' });
    assert.equal(watched.clock.pending, 0);
  });

  it('leaves nothing on a signal that lives longer than the pauses', async () => {
    const parts = [cut, cut, ended].map(end => ({ lines: [out('a')], end }));
    const watched = watch(() => Promise.resolve(scripted(parts)));
    for (const word of ['lost 1000', 'lost 1000']) {
      await until(watched, word);
      await watched.clock.advance(1000);
    }
    assert.equal(await watched.end, ended);
    assert.equal(getEventListeners(watched.abort.signal, 'abort').length, 0);
  });
});
