import assert from 'node:assert/strict';
import { forEachInTurns, readableInTurns } from '../../../../src/api/http/turns';
import { ApiError } from '../../../../src/core/kernel/errors';

/** How many turns of the event loop came while something was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const count = (): void => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await work();
  clearImmediate(timer);
  return turns;
}

function takeMs(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('forEachInTurns', () => {
  it('handles every item in order, and gives everything else its turn', async () => {
    const items = Array.from({ length: 5_000 }, (_, index) => index);
    const handled: number[] = [];
    const turns = await turnsDuring(() =>
      forEachInTurns(items, (item, index) => {
        assert.equal(item, index);
        handled.push(item);
        takeMs(0.02);
      }),
    );
    assert.deepEqual(handled, items);
    assert.ok(turns >= 5, `${turns} turns`);
  });

  it('takes no turn for a few items', async () => {
    assert.equal(await turnsDuring(() => forEachInTurns([1, 2, 3], () => undefined)), 0);
  });
});

describe('readableInTurns', () => {
  const read = (entry: unknown): number | undefined => (typeof entry === 'number' ? entry : undefined);

  it('reads what is readable, in order', async () => {
    const entries = Array.from({ length: 20_000 }, (_, index) => (index % 4 === 0 ? 'no' : index));
    assert.deepEqual(
      await readableInTurns(entries, read),
      entries.filter(entry => entry !== 'no'),
    );
  });

  it('does not take an unreadable list for an empty one', async () => {
    assert.deepEqual(await readableInTurns([], read), []);
    await assert.rejects(readableInTurns(['no'], read), (error: unknown) => ApiError.is(error, 'schema'));
  });
});
