import assert from 'node:assert/strict';
import { atMost, inReadyGroups } from '../../../../../src/remote/setUp/model/readyGroups';
import { type Deferred, deferred } from '../../../../../src/core/kernel/async';
import { FakeClock } from '../../../../support/fakeClock';

/** Lets everything go on that waits for nothing but its turn. */
const settle = () => new Promise<void>(resolve => setImmediate(resolve));

describe('what becomes ready', () => {
  const patienceMs = 15_000;
  let clock: FakeClock;
  let tasks: readonly Deferred<string>[];
  let groups: string[];
  let ends: Deferred<undefined>[];
  let all: Promise<void>;
  let isOver: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    tasks = [deferred(), deferred(), deferred()];
    groups = [];
    ends = [];
    isOver = false;
    const promises = tasks.map(({ promise }) => promise);
    all = inReadyGroups(promises, clock, patienceMs, async group => {
      groups.push(group.join(' '));
      const end = deferred<undefined>();
      ends.push(end);
      await end.promise;
    });
    void all.then(() => (isOver = true));
  });

  it('goes on together when that is soon, and without waiting longer', async () => {
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      tasks[index]?.resolve(name);
      await settle();
      assert.deepEqual(groups, index < 2 ? [] : ['a b c']);
    }
    assert.equal(clock.pending, 0);
    assert.equal(isOver, false);
    ends[0]?.resolve(undefined);
    await all;
  });

  it('does not wait for one that takes long, which goes on by itself', async () => {
    tasks[2]?.resolve('c');
    tasks[0]?.resolve('a');
    await settle();
    await clock.advance(patienceMs);
    assert.deepEqual(groups, ['c a']);
    ends[0]?.resolve(undefined);
    await settle();
    assert.equal(isOver, false);
    tasks[1]?.resolve('b');
    await settle();
    assert.deepEqual(groups, ['c a', 'b']);
    ends[1]?.resolve(undefined);
    await all;
  });
});

describe('work that takes turns', () => {
  it('is so much at a time, and goes on after a failure', async () => {
    const inTurn = atMost(2);
    const works = Array.from({ length: 4 }, () => deferred<undefined>());
    const begun: number[] = [];
    const results = works.map(async ({ promise }, index) =>
      inTurn(async () => {
        begun.push(index);
        await promise;
        if (index === 0) throw new Error('no');
      }).catch(() => 'failed'),
    );
    await settle();
    assert.deepEqual(begun, [0, 1]);
    works[0]?.resolve(undefined);
    await settle();
    assert.deepEqual(begun, [0, 1, 2]);
    for (const { resolve } of works) resolve(undefined);
    assert.deepEqual(await Promise.all(results), ['failed', undefined, undefined, undefined]);
    assert.deepEqual(begun, [0, 1, 2, 3]);
  });
});
