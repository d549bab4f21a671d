import assert from 'node:assert/strict';
import { Followers, type FollowOutcome, type SettledTest } from '../../../../src/core/list/transitionWatcher';
import { FakeClock, settle } from '../../../support/fakeClock';
import { sandbox } from '../../../support/sandboxBuilder';

const isSuspended: SettledTest = ({ state }) => state === 'suspended';
const suspended = sandbox({ id: 'a', state: 'suspended' });
const suspending = sandbox({ id: 'a', state: 'suspending' });

function start(): { readonly clock: FakeClock; readonly followers: Followers } {
  const clock = new FakeClock(0);
  return { clock, followers: new Followers(clock) };
}

/** What a promise has come to so far. */
async function outcomeOf(promise: Promise<FollowOutcome>): Promise<FollowOutcome['kind'] | 'open'> {
  const outcome = await Promise.race([promise, settle().then(() => undefined)]);
  return outcome?.kind ?? 'open';
}

/** Looks whenever a look is due, until `untilMs`, and returns the seconds of the looks. */
async function lookAround(
  { clock, followers }: ReturnType<typeof start>,
  untilMs: number,
  focused = true,
): Promise<readonly number[]> {
  const looks: number[] = [];
  for (;;) {
    const at = followers.nextLookAt(focused);
    if (at === undefined || at > untilMs) return looks;
    await clock.advance(at - clock.now());
    const due = followers.due(clock.now(), focused);
    if (due.length === 0) return looks;
    looks.push(clock.seconds);
    followers.looked(due);
  }
}

describe('Followers', () => {
  it('has nothing to look at before anything happens, nor for what is at rest', () => {
    const { followers } = start();
    assert.equal(followers.nextLookAt(true), undefined);
    followers.saw(sandbox({ id: 'a' }));
    followers.saw(sandbox({ id: 'b', state: 'unknown' }));
    followers.looked(['a', 'b']);
    assert.equal(followers.nextLookAt(true), undefined);
    assert.deepEqual(followers.due(Infinity, true), []);
  });

  describe('a sandbox in transition', () => {
    it('is looked at after 1 s, growing to 5 s, for 2 min', async () => {
      const started = start();
      started.followers.saw(suspending);
      assert.deepEqual(started.followers.due(999, true), []);
      assert.deepEqual(started.followers.due(1000, true), ['a']);
      const looks = await lookAround(started, 600_000);
      const gaps = looks.map((at, index) => at - (looks[index - 1] ?? 0));
      assert.deepEqual(gaps.slice(0, 3), [1, 1.25, 1.5625]);
      assert.ok(gaps.every((gap, index) => gap >= (gaps[index - 1] ?? 0) && gap <= 5));
      assert.equal(gaps.at(-1), 5);
      assert.ok((looks.at(-1) ?? 0) > 115 && (looks.at(-1) ?? 0) < 125);
    });

    it('is not looked at while the window is unfocused', () => {
      const { followers } = start();
      followers.saw(suspending);
      assert.equal(followers.nextLookAt(false), undefined);
      assert.deepEqual(followers.due(5000, false), []);
    });

    it('is left alone once it is at rest or gone', () => {
      const { followers } = start();
      followers.saw(suspending);
      followers.saw(suspended);
      assert.equal(followers.nextLookAt(true), undefined);
      followers.saw(suspending);
      followers.gone('a');
      assert.equal(followers.nextLookAt(true), undefined);
    });

    it('gets no more time for being seen again in the same state, however it is spelt', async () => {
      const started = start();
      const { followers, clock } = started;
      followers.saw(suspending);
      await lookAround(started, 60_000);
      followers.saw({ ...suspending, pendingReason: 'still' });
      followers.saw({ ...suspending, rawState: 'Suspending' });
      const next = followers.nextLookAt(true) ?? 0;
      assert.ok(next - clock.now() > 1000);
      const looks = await lookAround(started, 600_000);
      assert.ok((looks.at(-1) ?? 0) < 125);
    });

    it('gets new time and quick looks for another transition', async () => {
      const started = start();
      const { followers, clock } = started;
      followers.saw(suspending);
      await lookAround(started, 100_000);
      followers.saw(sandbox({ id: 'a', state: 'pending' }));
      const sinceS = clock.seconds;
      const looks = await lookAround(started, 600_000);
      assert.deepEqual(
        looks.slice(0, 2).map(at => at - sinceS),
        [1, 2.25],
      );
      assert.ok((looks.at(-1) ?? 0) > 205);
    });
  });

  describe('a waiter', () => {
    it('is told when a later sight satisfies it, and the looks end', async () => {
      const { followers, clock } = start();
      const waiting = followers.wait('a', isSuspended);
      assert.equal(followers.nextLookAt(false), clock.now() + 1000);
      followers.saw(suspending);
      assert.equal(await outcomeOf(waiting), 'open');
      followers.saw(suspended);
      assert.deepEqual(await waiting, { kind: 'settled', sandbox: suspended });
      assert.equal(followers.nextLookAt(true), undefined);
    });

    it('does not hear of other sandboxes', async () => {
      const { followers } = start();
      const waiting = followers.wait('a', isSuspended);
      followers.saw(sandbox({ id: 'b', state: 'suspended' }));
      followers.gone('b');
      assert.equal(await outcomeOf(waiting), 'open');
    });

    it('waits for its own end beside others for the same sandbox', async () => {
      const { followers } = start();
      const first = followers.wait('a', isSuspended);
      const second = followers.wait('a', ({ state }) => state === 'terminated');
      followers.saw(suspended);
      assert.equal(await outcomeOf(first), 'settled');
      assert.equal(await outcomeOf(second), 'open');
      assert.notEqual(followers.nextLookAt(false), undefined);
      followers.gone('a');
      assert.deepEqual(await second, { kind: 'gone' });
    });

    it('keeps the looks going in the background, and gives up after 2 min', async () => {
      const started = start();
      const waiting = started.followers.wait('a', isSuspended);
      const looks = await lookAround(started, 119_000, false);
      assert.equal(await outcomeOf(waiting), 'open');
      assert.equal(looks[0], 1);
      const [last = 0, ...others] = (await lookAround(started, 600_000, false)).filter(at => at >= 120);
      assert.ok(last <= 125);
      assert.deepEqual(others, []);
      assert.equal(await outcomeOf(waiting), 'tooLong');
    });

    it('is told after 2 min even when nobody looks, and nothing is left to look at', async () => {
      const { followers, clock } = start();
      const first = followers.wait('a', isSuspended);
      await clock.advance(60_000);
      const second = followers.wait('a', isSuspended);
      await clock.advance(59_999);
      assert.equal(await outcomeOf(first), 'open');
      await clock.advance(1);
      assert.equal(await outcomeOf(first), 'tooLong');
      assert.equal(await outcomeOf(second), 'open');
      assert.notEqual(followers.nextLookAt(false), undefined);
      await clock.advance(60_000);
      assert.equal(await outcomeOf(second), 'tooLong');
      assert.equal(followers.nextLookAt(true), undefined);
      assert.equal(clock.pending, 0);
    });

    it('leaves the looks at a transition going when its own time is over', async () => {
      const { followers, clock } = start();
      const waiting = followers.wait('a', isSuspended);
      await clock.advance(60_000);
      followers.saw(suspending);
      await clock.advance(60_000);
      assert.equal(await outcomeOf(waiting), 'tooLong');
      assert.equal(followers.nextLookAt(false), undefined);
      assert.notEqual(followers.nextLookAt(true), undefined);
    });

    it('leaves no timer behind, however it ends', async () => {
      const { followers, clock } = start();
      const waiting = ['a', 'b', 'c'].map(id => followers.wait(id, isSuspended));
      assert.equal(clock.pending, 3);
      followers.saw(suspended);
      followers.gone('b');
      followers.stopAll();
      assert.equal(clock.pending, 0);
      assert.deepEqual(await Promise.all(waiting.map(outcomeOf)), ['settled', 'gone', 'stopped']);
    });

    it('makes the looks quick again', async () => {
      const started = start();
      const { followers, clock } = started;
      followers.saw(suspending);
      await lookAround(started, 60_000);
      void followers.wait('a', isSuspended);
      const sinceMs = clock.now();
      const looks = await lookAround(started, sinceMs + 3000);
      assert.deepEqual(
        looks.map(at => at * 1000 - sinceMs),
        [1000, 2250],
      );
    });

    it('was all that kept looks going at a sandbox that came to rest', async () => {
      const started = start();
      const { followers } = started;
      const waiting = followers.wait('a', ({ state }) => state === 'terminated');
      await lookAround(started, 100_000);
      followers.saw(suspending);
      followers.saw(suspended);
      await lookAround(started, 126_000);
      assert.equal(await outcomeOf(waiting), 'tooLong');
      assert.equal(followers.nextLookAt(true), undefined);
      const other = start();
      other.followers.saw(suspending);
      const settled = other.followers.wait('a', isSuspended);
      other.followers.saw(suspended);
      assert.equal(await outcomeOf(settled), 'settled');
      assert.equal(other.followers.nextLookAt(true), undefined);
    });

    it('is told that it is over when everything stops', async () => {
      const { followers } = start();
      const waiting = [followers.wait('a', isSuspended), followers.wait('b', isSuspended)];
      followers.saw(sandbox({ id: 'c', state: 'pending' }));
      followers.stopAll();
      for (const outcome of await Promise.all(waiting)) assert.deepEqual(outcome, { kind: 'stopped' });
      assert.equal(followers.nextLookAt(true), undefined);
    });
  });

  it('looks first at what is due first', async () => {
    const { followers, clock } = start();
    followers.saw(suspending);
    await clock.advance(600);
    void followers.wait('b', isSuspended);
    assert.equal(followers.nextLookAt(true), 1000);
    assert.deepEqual(followers.due(1000, true), ['a']);
    assert.deepEqual(followers.due(1600, true), ['a', 'b']);
    assert.equal(followers.nextLookAt(false), 1600);
  });

  it('forgets what a listing does not name, unless somebody waits for it', async () => {
    const { followers } = start();
    followers.saw(suspending);
    followers.saw(sandbox({ id: 'b', state: 'pending' }));
    const waiting = followers.wait('c', isSuspended);
    followers.forgetAllBut(new Set(['b']));
    assert.deepEqual(followers.due(5000, true), ['b', 'c']);
    assert.equal(await outcomeOf(waiting), 'open');
  });
});
