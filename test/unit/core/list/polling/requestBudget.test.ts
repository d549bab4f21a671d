import assert from 'node:assert/strict';
import fc from 'fast-check';
import { requestBounds } from '../../../../../src/core/kernel/listBounds';
import { RequestBudget } from '../../../../../src/core/list/polling/requestBudget';
import { FakeClock } from '../../../../support/fakeClock';

const minute = 60_000;

describe('RequestBudget', () => {
  it('lets 60 through in a minute, and 30 for each transition up to 240', () => {
    const cases = [
      [0, 60],
      [1, 60],
      [2, 60],
      [3, 90],
      [8, 240],
      [1000, 240],
    ] as const;
    for (const [inTransition, allowed] of cases) {
      const budget = new RequestBudget(new FakeClock());
      assert.equal(budget.left('listing', inTransition), allowed);
      assert.equal(budget.left('poll', inTransition), allowed - requestBounds.reservedForListings);
    }
  });

  it('says when there is room again', async () => {
    const clock = new FakeClock();
    const budget = new RequestBudget(clock);
    const startedAtMs = clock.now();
    assert.ok(budget.freeAt('listing', 0) <= clock.now());
    for (let sent = 0; sent < 60; sent += 1) {
      budget.spend(0);
      await clock.advance(100);
    }
    assert.equal(budget.left('listing', 0), 0);
    assert.equal(budget.freeAt('listing', 0), startedAtMs + minute);
    assert.equal(budget.freeAt('listing', 0, 3), startedAtMs + minute + 200);
    assert.equal(budget.freeAt('poll', 0), startedAtMs + minute + 1000);
    await clock.advance(startedAtMs + minute - clock.now());
    assert.equal(budget.left('listing', 0), 1);
  });

  it('keeps the room of a transition for the minute in which it was', async () => {
    const clock = new FakeClock();
    const budget = new RequestBudget(clock);
    for (let sent = 0; sent < 100; sent += 1) budget.spend(8);
    assert.equal(budget.left('listing', 0), 140);
    await clock.advance(minute);
    assert.equal(budget.left('listing', 0), 60);
  });

  it('is the same however the clock is set', async () => {
    for (const setMs of [-60 * minute, 60 * minute]) {
      const clock = new FakeClock();
      const budget = new RequestBudget(clock);
      for (let sent = 0; sent < 60; sent += 1) budget.spend(0);
      clock.setBy(setMs);
      assert.equal(budget.left('listing', 0), 0);
      await clock.advance(minute);
      assert.equal(budget.left('listing', 0), 60);
    }
  });

  it('has room when it says so, after any requests', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5000), fc.nat(10))),
        fc.integer({ min: 1, max: 40 }),
        (sent, count) => {
          let now = 0;
          const budget = new RequestBudget({ monotonic: () => now });
          for (const [pauseMs, inTransition] of sent) {
            now += pauseMs;
            if (budget.left('listing', inTransition) > 0) budget.spend(inTransition);
          }
          now = Math.max(now, budget.freeAt('listing', 0, count));
          now = Math.max(now, budget.freeAt('listing', 0, count));
          assert.ok(
            budget.left('listing', 0) >= Math.min(count, 60) || budget.freeAt('listing', 0, count) > now,
          );
        },
      ),
    );
  });
});
