import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boundedRow, cutMark } from '../../../../../src/core/kernel/formats/boundedJson';
import { isDeepEqual, type JsonObject } from '../../../../../src/core/kernel/formats/json';
import { rowBounds } from '../../../../../src/core/kernel/rowBounds';
import { processorMs } from '../../../../support/processorTime';

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

/** How much of a row is kept: its characters and values. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length + rowBounds.valueWeight;
  if (typeof value !== 'object' || value === null) return rowBounds.valueWeight;
  let sum = rowBounds.valueWeight;
  for (const [key, member] of Object.entries(value)) sum += key.length + weightOf(member);
  return sum;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Object.values(value).reduce((most: number, member) => Math.max(most, depthOf(member)), 0);
}

/** No row is heavier, whatever it was: the list or object in which the room ends may bring short texts yet. */
const heaviest = 10 * rowBounds.weight;

describe('boundedRow', () => {
  it('returns an ordinary row as it is', () => {
    const row = {
      id: 'a',
      list: Array.from({ length: rowBounds.entries }, () => 1),
      text: 'x'.repeat(16_000),
    };
    assert.equal(boundedRow(row), row);
    assert.equal(boundedRow({}).constructor, Object);
  });

  it('cuts what lies too deep, and keeps the rest', () => {
    const row = boundedRow({ id: 'a', deep: nested(100_000), name: 'n' });
    assert.deepEqual([row['id'], row['name']], ['a', 'n']);
    assert.equal(depthOf(row), rowBounds.depth);
    assert.match(JSON.stringify(row), /\["…"\]/);
    assert.ok(isDeepEqual(row, boundedRow({ id: 'a', deep: nested(100_000), name: 'n' })));
  });

  it('cuts long texts, lists and objects, and marks where', () => {
    const row = boundedRow({
      text: 'x'.repeat(1_000_000),
      list: Array.from({ length: 60_000 }, (_, index) => index),
      members: Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 1])),
      last: 'kept',
    });
    const { text, list, members } = row;
    assert.ok(typeof text === 'string' && text.length === rowBounds.characters && text.endsWith(cutMark));
    assert.ok(Array.isArray(list) && list.length === rowBounds.entries + 1 && list.at(-1) === cutMark);
    assert.ok(typeof members === 'object' && members && Object.keys(members).length <= rowBounds.entries + 1);
    assert.equal(row['last'], 'kept');
  });

  it('keeps the members after one that is heavier than a row', () => {
    const heavy = Array.from({ length: 500 }, () => 'x'.repeat(10_000));
    const row = boundedRow({ heavy, status: 'running', list: [1], name: 'n' });
    assert.deepEqual([row['status'], row['list'], row['name']], ['running', cutMark, 'n']);
    assert.ok(weightOf(row) <= heaviest);
  });

  it('takes `__proto__` for a member like any other', () => {
    const row: unknown = JSON.parse(`{"__proto__":{"id":"evil"},"deep":${JSON.stringify(nested(100))}}`);
    const kept = boundedRow(row as JsonObject);
    assert.equal(kept['id'], undefined);
    assert.equal(Object.getPrototypeOf(kept), Object.prototype);
  });

  it('keeps any row within its bounds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(3000),
        (row, depth, count) => {
          const kept = boundedRow({
            ...row,
            deep: nested(depth),
            many: Array.from({ length: count }, () => row),
          });
          assert.ok(depthOf(kept) <= rowBounds.depth);
          assert.ok(weightOf(kept) <= heaviest, String(weightOf(kept)));
          if (depth < 30 && count < 20 && JSON.stringify(row).length < 1000)
            assert.equal(boundedRow(kept), kept);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes time that grows with the row, however it is shaped', () => {
    const shapes: Readonly<Record<string, (size: number) => JsonObject>> = {
      deep: size => ({ deep: nested(size) }),
      wide: size => ({ wide: Array.from({ length: size }, () => ({})) }),
      members: size => Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, 1])),
      text: size => ({ text: 'x'.repeat(size) }),
      tree: size => ({
        tree: Array.from({ length: 1000 }, () => Array.from({ length: size / 1000 }, () => [[]])),
      }),
    };
    const shortest = (row: JsonObject): number =>
      Math.min(...Array.from({ length: 5 }, () => processorMs(() => boundedRow(row))));
    for (const [shape, make] of Object.entries(shapes)) {
      const [small, large] = [shortest(make(20_000)), shortest(make(160_000))];
      assert.ok(large < 3 * 8 * small + 50, `${shape}: ${small} ms, ${large} ms`);
    }
  });
});
