import assert from 'node:assert/strict';
import { readableInTurns } from '../../../../../src/api/data/processes/inTurns';
import { ApiError } from '../../../../../src/core/kernel/errors';

describe('readableInTurns', () => {
  const read = (entry: unknown): number | undefined => (typeof entry === 'number' ? entry : undefined);

  it('reads what is readable, in order, and gives everything else its turn', async () => {
    const entries = Array.from({ length: 20_000 }, (_, index) => (index % 4 === 0 ? 'no' : index));
    let turns = 0;
    const count = (): void => {
      turns += 1;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    const found = await readableInTurns(entries, read);
    clearImmediate(timer);
    assert.deepEqual(
      found,
      entries.filter(entry => entry !== 'no'),
    );
    assert.ok(turns >= 3, `${turns} turns`);
  });

  it('does not take an unreadable list for an empty one', async () => {
    assert.deepEqual(await readableInTurns([], read), []);
    await assert.rejects(readableInTurns(['no'], read), (error: unknown) => ApiError.is(error, 'schema'));
  });
});
