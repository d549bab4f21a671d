import assert from 'node:assert/strict';
import {
  type FollowOutcome,
  type SettledTest,
  TransitionWatcher,
  watchedSandbox,
} from '../../../../../src/core/list/polling/transitionWatcher';
import { setUnexpectedErrorHandler } from '../../../../../src/core/kernel/unexpected';
import type { Sandbox } from '../../../../../src/core/sandbox/sandbox';
import { FakeClock, settle } from '../../../../support/fakeClock';
import { sandbox } from '../../../../support/sandboxBuilder';

const isSuspended: SettledTest = ({ state }) => state === 'suspended';
const suspended = sandbox({ id: 'a', state: 'suspended' });
const suspending = sandbox({ id: 'a', state: 'suspending' });

function start(): { readonly clock: FakeClock; readonly watcher: TransitionWatcher<Sandbox> } {
  const clock = new FakeClock(0);
  return { clock, watcher: new TransitionWatcher<Sandbox>(clock, watchedSandbox) };
}

/** The kind of outcome of a wait, or `open`. */
async function outcomeOf(promise: Promise<FollowOutcome>): Promise<FollowOutcome['kind'] | 'open'> {
  const outcome = await Promise.race([promise, settle().then(() => undefined)]);
  return outcome?.kind ?? 'open';
}

/** Polls whenever a poll is due, until `untilMs`, and returns the seconds of the polls. */
async function pollAround(
  { clock, watcher }: ReturnType<typeof start>,
  untilMs: number,
  waitedForOnly = false,
): Promise<readonly number[]> {
  const polls: number[] = [];
  for (;;) {
    const at = watcher.nextPollAt(waitedForOnly);
    if (at === undefined || at > untilMs) return polls;
    await clock.advance(at - clock.now());
    const due = watcher.due(clock.now(), waitedForOnly);
    if (due.length === 0) return polls;
    polls.push(clock.seconds);
    watcher.polled(due);
  }
}

describe('TransitionWatcher', () => {
  it('has nothing to poll at first, nor for a stable state', () => {
    const { watcher } = start();
    assert.equal(watcher.nextPollAt(), undefined);
    watcher.observe(sandbox({ id: 'a' }));
    watcher.observe(sandbox({ id: 'b', state: 'unknown' }));
    watcher.polled(['a', 'b']);
    assert.equal(watcher.nextPollAt(), undefined);
    assert.deepEqual(watcher.due(Infinity), []);
  });

  describe('a sandbox in transition', () => {
    it('is polled after 1 s, growing to 5 s, for 2 min', async () => {
      const started = start();
      started.watcher.observe(suspending);
      assert.deepEqual(started.watcher.due(999), []);
      assert.deepEqual(started.watcher.due(1000), ['a']);
      const polls = await pollAround(started, 600_000);
      const gaps = polls.map((at, index) => at - (polls[index - 1] ?? 0));
      assert.deepEqual(gaps.slice(0, 3), [1, 1.25, 1.5625]);
      assert.ok(gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 0) && gap <= 5));
      assert.equal(gaps.at(-1), 5);
      assert.ok((polls.at(-1) ?? 0) > 115 && (polls.at(-1) ?? 0) < 125);
    });

    it('is not polled when only waiters are served', () => {
      const { watcher } = start();
      watcher.observe(suspending);
      assert.equal(watcher.nextPollAt(true), undefined);
      assert.deepEqual(watcher.due(5000, true), []);
    });

    it('is no longer polled once it is stable or gone', () => {
      const { watcher } = start();
      watcher.observe(suspending);
      watcher.observe(suspended);
      assert.equal(watcher.nextPollAt(), undefined);
      watcher.observe(suspending);
      watcher.gone('a');
      assert.equal(watcher.nextPollAt(), undefined);
    });

    it('gets no more time when it is seen in the same state again, in any spelling', async () => {
      const started = start();
      const { watcher, clock } = started;
      watcher.observe(suspending);
      await pollAround(started, 60_000);
      watcher.observe({ ...suspending, pendingReason: 'still' });
      watcher.observe({ ...suspending, rawState: 'Suspending' });
      const next = watcher.nextPollAt() ?? 0;
      assert.ok(next - clock.now() > 1000);
      const polls = await pollAround(started, 600_000);
      assert.ok((polls.at(-1) ?? 0) < 125);
    });

    it('gets new time and quick polls for another transition', async () => {
      const started = start();
      const { watcher, clock } = started;
      watcher.observe(suspending);
      await pollAround(started, 100_000);
      watcher.observe(sandbox({ id: 'a', state: 'pending' }));
      const sinceS = clock.seconds;
      const polls = await pollAround(started, 600_000);
      assert.deepEqual(
        polls.slice(0, 2).map(at => at - sinceS),
        [1, 2.25],
      );
      assert.ok((polls.at(-1) ?? 0) > 205);
    });
  });

  describe('a waiter', () => {
    it('is settled by a later observation that satisfies it, and the polls end', async () => {
      const { watcher, clock } = start();
      const waiting = watcher.wait('a', isSuspended);
      assert.equal(watcher.nextPollAt(true), clock.now() + 1000);
      watcher.observe(suspending);
      assert.equal(await outcomeOf(waiting), 'open');
      watcher.observe(suspended);
      assert.deepEqual(await waiting, { kind: 'settled', item: suspended });
      assert.equal(watcher.nextPollAt(), undefined);
    });

    it('ignores other sandboxes', async () => {
      const { watcher } = start();
      const waiting = watcher.wait('a', isSuspended);
      watcher.observe(sandbox({ id: 'b', state: 'suspended' }));
      watcher.gone('b');
      assert.equal(await outcomeOf(waiting), 'open');
    });

    it('is settled independently of others for the same sandbox', async () => {
      const { watcher } = start();
      const first = watcher.wait('a', isSuspended);
      const second = watcher.wait('a', ({ state }) => state === 'terminated');
      watcher.observe(suspended);
      assert.equal(await outcomeOf(first), 'settled');
      assert.equal(await outcomeOf(second), 'open');
      assert.notEqual(watcher.nextPollAt(true), undefined);
      watcher.gone('a');
      assert.deepEqual(await second, { kind: 'gone' });
    });

    it('keeps the polls going in the background, and gives up after 2 min', async () => {
      const started = start();
      const waiting = started.watcher.wait('a', isSuspended);
      const polls = await pollAround(started, 119_000, true);
      assert.equal(await outcomeOf(waiting), 'open');
      assert.equal(polls[0], 1);
      const [last = 0, ...others] = (await pollAround(started, 600_000, true)).filter(at => at >= 120);
      assert.ok(last <= 125);
      assert.deepEqual(others, []);
      assert.equal(await outcomeOf(waiting), 'tooLong');
    });

    it('gives up after 2 min even when nothing is polled, and nothing is left to poll', async () => {
      const { watcher, clock } = start();
      const first = watcher.wait('a', isSuspended);
      await clock.advance(60_000);
      const second = watcher.wait('a', isSuspended);
      await clock.advance(59_999);
      assert.equal(await outcomeOf(first), 'open');
      await clock.advance(1);
      assert.equal(await outcomeOf(first), 'tooLong');
      assert.equal(await outcomeOf(second), 'open');
      assert.notEqual(watcher.nextPollAt(true), undefined);
      await clock.advance(60_000);
      assert.equal(await outcomeOf(second), 'tooLong');
      assert.equal(watcher.nextPollAt(), undefined);
      assert.equal(clock.pending, 0);
    });

    it('does not end the polls of a transition when its own time is over', async () => {
      const { watcher, clock } = start();
      const waiting = watcher.wait('a', isSuspended);
      await clock.advance(60_000);
      watcher.observe(suspending);
      await clock.advance(60_000);
      assert.equal(await outcomeOf(waiting), 'tooLong');
      assert.equal(watcher.nextPollAt(true), undefined);
      assert.notEqual(watcher.nextPollAt(), undefined);
    });

    it('leaves no timer behind after any outcome', async () => {
      const { watcher, clock } = start();
      const waiting = ['a', 'b', 'c'].map(id => watcher.wait(id, isSuspended));
      assert.equal(clock.pending, 3);
      watcher.observe(suspended);
      watcher.gone('b');
      watcher.stopAll();
      assert.equal(clock.pending, 0);
      assert.deepEqual(await Promise.all(waiting.map(outcomeOf)), ['settled', 'gone', 'stopped']);
    });

    it('leaves nothing of its sandbox behind after its time', async () => {
      const { watcher, clock } = start();
      const waiting = ['a', 'b'].map(id => watcher.wait(id, isSuspended));
      watcher.observe(sandbox({ id: 'b', state: 'suspending' }));
      await clock.advance(120_000);
      assert.deepEqual(await Promise.all(waiting.map(outcomeOf)), ['tooLong', 'tooLong']);
      const kept: string[] = [];
      watcher.forgetAllBut({ has: id => kept.push(id) > 0 });
      // It is still in a transition, which may go on.
      assert.deepEqual([...new Set(kept)], ['b']);
    });

    it('makes the polls quick again', async () => {
      const started = start();
      const { watcher, clock } = started;
      watcher.observe(suspending);
      await pollAround(started, 60_000);
      void watcher.wait('a', isSuspended);
      const sinceMs = clock.now();
      const polls = await pollAround(started, sinceMs + 3000);
      assert.deepEqual(
        polls.map(at => at * 1000 - sinceMs),
        [1000, 2250],
      );
    });

    it('ends the polls of a stable sandbox when it ends', async () => {
      const started = start();
      const { watcher } = started;
      const waiting = watcher.wait('a', ({ state }) => state === 'terminated');
      await pollAround(started, 100_000);
      watcher.observe(suspending);
      watcher.observe(suspended);
      await pollAround(started, 126_000);
      assert.equal(await outcomeOf(waiting), 'tooLong');
      assert.equal(watcher.nextPollAt(), undefined);
      const other = start();
      other.watcher.observe(suspending);
      const settled = other.watcher.wait('a', isSuspended);
      other.watcher.observe(suspended);
      assert.equal(await outcomeOf(settled), 'settled');
      assert.equal(other.watcher.nextPollAt(), undefined);
    });

    it('is stopped when everything stops', async () => {
      const { watcher } = start();
      const waiting = [watcher.wait('a', isSuspended), watcher.wait('b', isSuspended)];
      watcher.observe(sandbox({ id: 'c', state: 'pending' }));
      watcher.stopAll();
      for (const outcome of await Promise.all(waiting)) assert.deepEqual(outcome, { kind: 'stopped' });
      assert.equal(watcher.nextPollAt(), undefined);
    });
  });

  describe('a sandbox whose state flips', () => {
    const flip = (watcher: TransitionWatcher<Sandbox>, times = 1): void => {
      for (let time = 0; time < times; time += 1) {
        watcher.observe(suspended);
        watcher.observe(suspending);
      }
    };
    const pause = ({ clock, watcher }: ReturnType<typeof start>): number =>
      (watcher.nextPollAt() ?? 0) - clock.now();

    it('is polled quickly for its first three transitions in 2 min, and each 5 s after that', async () => {
      const started = start();
      const { watcher, clock } = started;
      await clock.advance(3_600_000);
      const sinceMs = clock.now();
      for (const pauseMs of [1000, 1000, 1000, 5000, 5000]) {
        flip(watcher);
        assert.equal(pause(started), pauseMs);
        await clock.advance(500);
      }
      await clock.advance(sinceMs + 119_000 - clock.now());
      flip(watcher);
      assert.equal(pause(started), 5000);
    });

    it('is polled quickly again 2 min after its first transition', async () => {
      const started = start();
      flip(started.watcher, 4);
      await started.clock.advance(120_000);
      flip(started.watcher);
      assert.equal(pause(started), 1000);
    });

    it('is polled no more quickly because it is listed again and again', async () => {
      const started = start();
      const { watcher, clock } = started;
      for (let times = 0; times < 4; times += 1) {
        flip(watcher);
        watcher.forgetAllBut(new Set(['a']));
        await clock.advance(1000);
      }
      flip(watcher);
      assert.equal(pause(started), 5000);
    });

    it('is forgotten when it is gone, however often its state flipped', () => {
      const started = start();
      const { watcher } = started;
      flip(watcher, 4);
      watcher.forgetAllBut(new Set());
      flip(watcher);
      assert.equal(pause(started), 1000);
    });
  });

  it('counts what is polled, on which the requests of a minute depend', async () => {
    const { watcher, clock } = start();
    for (const id of ['a', 'b']) watcher.observe(sandbox({ id, state: 'pending' }));
    void watcher.wait('c', isSuspended);
    assert.deepEqual([watcher.polledCount(), watcher.polledCount(true)], [3, 1]);
    await clock.advance(120_000);
    // Their time is over, though they still are in a transition.
    assert.deepEqual([watcher.polledCount(), watcher.polledCount(true)], [0, 0]);
  });

  it('polls those first that have waited longest', async () => {
    const { watcher, clock } = start();
    for (const id of ['a', 'b']) watcher.observe(sandbox({ id, state: 'pending' }));
    await clock.advance(1000);
    watcher.polled(['a']);
    assert.deepEqual(watcher.due(clock.now() + 60_000), ['b', 'a']);
  });

  it('ends a wait whose test throws, and goes on with the others', async () => {
    const unexpected: unknown[] = [];
    setUnexpectedErrorHandler(error => unexpected.push(error));
    try {
      const { watcher, clock } = start();
      const broken = watcher.wait('a', () => assert.fail('no such state'));
      const waiting = watcher.wait('a', isSuspended);
      watcher.observe(suspended);
      assert.deepEqual(await broken, { kind: 'stopped' });
      assert.equal(await outcomeOf(waiting), 'settled');
      assert.deepEqual([unexpected.length, clock.pending], [1, 0]);
    } finally {
      setUnexpectedErrorHandler(undefined);
    }
  });

  it('polls in the order of due times', async () => {
    const { watcher, clock } = start();
    watcher.observe(suspending);
    await clock.advance(600);
    void watcher.wait('b', isSuspended);
    assert.equal(watcher.nextPollAt(), 1000);
    assert.deepEqual(watcher.due(1000), ['a']);
    assert.deepEqual(watcher.due(1600), ['a', 'b']);
    assert.equal(watcher.nextPollAt(true), 1600);
  });

  it('drops what a listing does not name, unless somebody waits for it', async () => {
    const { watcher } = start();
    watcher.observe(suspending);
    watcher.observe(sandbox({ id: 'b', state: 'pending' }));
    const waiting = watcher.wait('c', isSuspended);
    watcher.forgetAllBut(new Set(['b']));
    assert.deepEqual(watcher.due(5000), ['b', 'c']);
    assert.equal(await outcomeOf(waiting), 'open');
  });
});
