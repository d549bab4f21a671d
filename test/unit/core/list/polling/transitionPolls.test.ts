import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { deferred, type Deferred } from '../../../../../src/core/kernel/async';
import { followBoundMs } from '../../../../../src/core/list/polling/schedule';
import {
  followUntil,
  settlesAt,
  TransitionPolls,
  TransitionWatcher,
} from '../../../../../src/core/list/polling/transitionWatcher';
import type { SandboxState } from '../../../../../src/core/sandbox/state';
import { type SandboxSnapshot, watchedSnapshot } from '../../../../../src/core/snapshots/snapshot';
import { FakeClock } from '../../../../support/fakeClock';
import { sandbox } from '../../../../support/sandboxBuilder';
import { snapshot } from '../../../../support/snapshotBuilder';

interface Bench {
  readonly polls: TransitionPolls;
  readonly clock: FakeClock;
  readonly polled: (readonly string[])[];
  /** Applies a listing. */
  readonly observe: (...snapshots: readonly SandboxSnapshot[]) => void;
}

function bench(): Bench {
  const clock = new FakeClock();
  const polled: (readonly string[])[] = [];
  const watcher = new TransitionWatcher(clock, watchedSnapshot);
  const polls = new TransitionPolls(clock, watcher, ids => {
    polled.push(ids);
    return Promise.resolve();
  });
  const observe = (...snapshots: readonly SandboxSnapshot[]): void => {
    watcher.forgetAllBut(new Set(snapshots.map(({ id }) => id)));
    for (const each of snapshots) watcher.observe(each);
    polls.plan();
  };
  polls.setOn(true);
  return { polls, clock, polled, observe };
}

describe('TransitionPolls of snapshots', () => {
  it('polls a snapshot that is being taken, until it is stored', async () => {
    const { clock, polled, observe } = bench();
    observe(snapshot({ id: 'a', status: 'in_progress' }), snapshot({ id: 'b' }));
    await clock.advance(1000);
    assert.deepEqual(polled, [['a']]);
    observe(snapshot({ id: 'a', status: 'local_ready' }));
    await clock.advance(1300);
    assert.deepEqual(polled, [['a'], ['a']]);
    observe(snapshot({ id: 'a', status: 'completed' }));
    await clock.advance(60_000);
    assert.equal(polled.length, 2);
    assert.equal(clock.pending, 0);
  });

  it('does not poll a snapshot that was usable when first seen, nor a failed one', async () => {
    const { clock, polled, observe } = bench();
    observe(snapshot({ id: 'a', status: 'local_ready' }), snapshot({ id: 'b', status: 'failed' }));
    await clock.advance(60_000);
    assert.deepEqual([polled.length, clock.pending], [0, 0]);
  });

  it('does nothing while it is off, and continues when it is on', async () => {
    const { polls, clock, polled, observe } = bench();
    polls.setOn(false);
    observe(snapshot({ id: 'a', status: 'in_progress' }));
    await clock.advance(60_000);
    assert.deepEqual([polled.length, clock.pending], [0, 0]);
    polls.setOn(true);
    await clock.advance(1);
    assert.deepEqual(polled, [['a']]);
  });

  it('is off at first', async () => {
    const clock = new FakeClock();
    const watcher = new TransitionWatcher(clock, watchedSnapshot);
    const polls = new TransitionPolls(clock, watcher, () => assert.fail('polled'));
    watcher.observe(snapshot({ id: 'a', status: 'in_progress' }));
    polls.plan();
    await clock.advance(60_000);
    assert.equal(clock.pending, 0);
  });

  it('has one round in flight, whatever is planned meanwhile, and goes on after it', async () => {
    const clock = new FakeClock();
    const watcher = new TransitionWatcher(clock, watchedSnapshot);
    const rounds: Deferred<undefined>[] = [];
    const polls = new TransitionPolls(clock, watcher, () => {
      const round = deferred<undefined>();
      rounds.push(round);
      return round.promise;
    });
    polls.setOn(true);
    watcher.observe(snapshot({ id: 'a', status: 'in_progress' }));
    polls.plan();
    await clock.advance(1000);
    for (let second = 0; second < 30; second += 1) {
      polls.plan();
      await clock.advance(1000);
    }
    assert.equal(rounds.length, 1);
    rounds[0]?.resolve(undefined);
    await clock.advance(5000);
    assert.equal(rounds.length, 2);
    polls.dispose();
  });

  it('polls less and less often, and gives up one that takes too long', async () => {
    const { clock, polled, observe } = bench();
    const stuck = snapshot({ id: 'a', status: 'in_progress' });
    observe(stuck);
    await clock.advance(followBoundMs + 10_000);
    assert.ok(polled.length > 20 && polled.length < 40, String(polled.length));
    observe(stuck);
    assert.equal(clock.pending, 0);
  });

  it('does so however the clock is set meanwhile', async () => {
    for (const byMs of [-3_600_000, 3_600_000, 30 * 86_400_000]) {
      const { clock, polled, observe } = bench();
      observe(snapshot({ id: 'a', status: 'in_progress' }));
      await clock.advance(10_000);
      const before = polled.length;
      clock.setBy(byMs);
      await clock.advance(20_000);
      assert.ok(polled.length > before, `none after ${byMs} ms`);
      await clock.advance(followBoundMs);
      assert.ok(polled.length > 20 && polled.length < 40, String(polled.length));
      assert.equal(clock.pending, 0);
    }
  });

  it('stops polling what is gone, and everything once disposed', async () => {
    const { polls, clock, polled, observe } = bench();
    observe(snapshot({ id: 'a', status: 'in_progress' }));
    observe();
    assert.equal(clock.pending, 0);
    observe(snapshot({ id: 'a', status: 'in_progress' }));
    assert.equal(clock.pending, 1);
    polls.dispose();
    await clock.advance(60_000);
    assert.deepEqual([polled.length, clock.pending], [0, 0]);
    observe(snapshot({ id: 'b', status: 'in_progress' }));
    await clock.advance(60_000);
    assert.deepEqual([polled.length, clock.pending], [0, 0]);
  });
});

describe('followUntil', () => {
  function start(read: (attempt: number) => Promise<string>): {
    readonly clock: FakeClock;
    readonly abort: AbortController;
    readonly reads: number[];
    readonly result: Promise<string | undefined>;
  } {
    const clock = new FakeClock();
    const abort = new AbortController();
    const reads: number[] = [];
    const result = followUntil(
      () => {
        reads.push(clock.seconds);
        return read(reads.length);
      },
      value => value === 'done',
      clock,
      abort.signal,
    );
    return { clock, abort, reads, result };
  }

  it('reads after 1 s and growing pauses until it is done', async () => {
    const { clock, abort, reads, result } = start(attempt =>
      Promise.resolve(attempt === 3 ? 'done' : 'busy'),
    );
    await clock.advance(60_000);
    assert.equal(await result, 'done');
    assert.deepEqual(reads, [1, 2.25, 3.8125]);
    assert.equal(clock.pending, 0);
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
  });

  it('gives up after 2 min, 5 s apart by then', async () => {
    const { clock, reads, result } = start(() => Promise.resolve('busy'));
    await clock.advance(130_000);
    assert.equal(await result, undefined);
    const [beforeLast = 0, last = 0] = reads.slice(-2);
    assert.equal(last - beforeLast, 5);
    assert.ok(last >= 115 && last <= 125, `${last}`);
    assert.equal(clock.pending, 0);
  });

  it('stops when aborted, without waiting and without a timer left', async () => {
    const { clock, abort, reads, result } = start(() => Promise.resolve('busy'));
    await clock.advance(1500);
    abort.abort();
    assert.equal(await result, undefined);
    assert.deepEqual(reads, [1]);
    assert.equal(clock.pending, 0);
  });

  it('does not read at all when it was aborted before', async () => {
    const clock = new FakeClock();
    const read = (): Promise<string> => assert.fail('read');
    assert.equal(await followUntil(read, () => true, clock, AbortSignal.abort()), undefined);
    assert.equal(clock.pending, 0);
  });

  it('rejects with the error of its read', async () => {
    const { clock, result } = start(() => Promise.reject(new Error('no such snapshot')));
    const failed = assert.rejects(result, /no such snapshot/);
    await clock.advance(1000);
    await failed;
  });
});

function verdicts(
  goal: SandboxState,
  via: SandboxState,
  states: readonly SandboxState[],
): readonly boolean[] {
  const isSettled = settlesAt(goal, via);
  return states.map(state => isSettled(sandbox({ state })));
}

describe('settlesAt', () => {
  it('waits through the first state and the transition to the goal', () => {
    const states = ['running', 'running', 'suspending', 'suspending', 'suspended'] as const;
    assert.deepEqual(verdicts('suspended', 'suspending', states), [false, false, false, false, true]);
  });

  it('is settled by the goal at once', () => {
    assert.deepEqual(verdicts('running', 'pending', ['running']), [true]);
  });

  it('is settled when the sandbox falls back after the transition began', () => {
    assert.deepEqual(verdicts('suspended', 'suspending', ['suspending', 'running']), [false, true]);
  });

  it('ignores an unknown state', () => {
    assert.deepEqual(verdicts('suspended', 'suspending', ['unknown', 'running']), [false, false]);
    assert.deepEqual(verdicts('suspended', 'suspending', ['suspending', 'unknown']), [false, false]);
  });

  it('is settled when the sandbox has terminated', () => {
    assert.deepEqual(verdicts('running', 'pending', ['terminated']), [true]);
    assert.deepEqual(verdicts('running', 'pending', ['pending', 'terminated']), [false, true]);
  });

  it('keeps no state between two waits', () => {
    verdicts('suspended', 'suspending', ['suspending']);
    assert.deepEqual(verdicts('suspended', 'suspending', ['running']), [false]);
  });
});

describe('TransitionPolls of snapshots whose status flips', () => {
  it('are at most 240 a minute for eight of them', async () => {
    const { clock, polled, observe, polls } = bench();
    let looks = 0;
    const times: number[] = [];
    for (let second = 0; second < 1800; second += 1) {
      const before = polled.length;
      const status = (looks += 1) % 2 === 0 ? 'completed' : 'in_progress';
      observe(...Array.from({ length: 8 }, (_, index) => snapshot({ id: `s${index}`, status })));
      await clock.advance(1000);
      for (const ids of polled.slice(before)) times.push(...ids.map(() => second));
    }
    const perMinute = Array.from(
      { length: 30 },
      (_, minute) => times.filter(at => Math.floor(at / 60) === minute).length,
    );
    assert.ok(Math.max(...perMinute) <= 240, JSON.stringify(perMinute));
    polls.dispose();
  });
});
