import assert from 'node:assert/strict';
import fc from 'fast-check';
import { atOnce, eachInSteps, sortedInSteps, type Steps } from '../../../../src/core/kernel/steps';

/** How often work lets everything else in between. */
function interruptions(steps: Steps<unknown>): number {
  let count = 0;
  while (steps.next().done !== true) count += 1;
  return count;
}

describe('work in steps', () => {
  it('handles each item in order, and lets everything else in between', () => {
    const items = Array.from({ length: 1_000 }, (_, index) => index);
    const seen: number[] = [];
    assert.equal(interruptions(eachInSteps(items, item => void seen.push(item))), 5);
    assert.deepEqual(seen, items);
  });

  it('sorts as arrays do, equal items in the order they had', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.nat()), { maxLength: 2_000 }),
        items => {
          const compare = (a: readonly [number, number], b: readonly [number, number]): number => a[0] - b[0];
          assert.deepEqual(atOnce(sortedInSteps(items, compare)), items.toSorted(compare));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('sorts in steps of few comparisons', () => {
    let comparisons = 0;
    let most = 0;
    const items = Array.from({ length: 20_000 }, (_, index) => (index * 7_919) % 20_000);
    const steps = sortedInSteps(items, (a, b) => {
      comparisons += 1;
      return a - b;
    });
    for (let before = 0; steps.next().done !== true; before = comparisons)
      most = Math.max(most, comparisons - before);
    assert.ok(most < 12_000, `${most} comparisons in a step`);
  });
});
