import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isDeepEqual } from '../../../../../src/core/kernel/formats/json';

/** JSON with sorted members, so that equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

const leaf = fc.oneof(fc.constantFrom(0, 1, '', 'a', true, null), fc.integer());
const { value: jsonArbitrary } = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  ),
}));

describe('isDeepEqual', () => {
  it('equals a copy', () => {
    fc.assert(
      fc.property(jsonArbitrary, value => {
        assert.ok(isDeepEqual(value, structuredClone(value)));
      }),
    );
  });

  it('agrees with the text of the values, in both directions', () => {
    fc.assert(
      fc.property(jsonArbitrary, jsonArbitrary, (a, b) => {
        const isSame = canonical(a) === canonical(b);
        assert.equal(isDeepEqual(a, b), isSame);
        assert.equal(isDeepEqual(b, a), isSame);
      }),
      { numRuns: 1000 },
    );
  });

  it('treats an undefined member as absent', () => {
    assert.ok(isDeepEqual({ a: 1, b: undefined }, { a: 1 }));
    assert.ok(isDeepEqual({ a: 1 }, { a: 1, b: undefined }));
    assert.equal(isDeepEqual({ a: null }, {}), false);
  });

  it('distinguishes an undefined member from a different one that is defined', () => {
    assert.equal(isDeepEqual({ a: undefined }, { b: 1 }), false);
    assert.equal(isDeepEqual({ b: 1 }, { a: undefined }), false);
    assert.equal(isDeepEqual({ a: 1, b: 2 }, { a: 1, c: 2 }), false);
    assert.ok(isDeepEqual({ a: undefined, c: 1 }, { b: undefined, c: 1 }));
  });

  it('distinguishes lists, objects, null and undefined', () => {
    assert.equal(isDeepEqual([], {}), false);
    assert.equal(isDeepEqual({}, []), false);
    assert.equal(isDeepEqual([1], { 0: 1, length: 1 }), false);
    assert.equal(isDeepEqual([1, 2], [1]), false);
    assert.equal(isDeepEqual([1], [1, 2]), false);
    assert.equal(isDeepEqual(null, {}), false);
    assert.equal(isDeepEqual({}, null), false);
    assert.equal(isDeepEqual(undefined, null), false);
    assert.equal(isDeepEqual('1', 1), false);
  });

  it('ignores inherited members', () => {
    assert.equal(isDeepEqual({ toString: 1 }, {}), false);
    assert.equal(isDeepEqual({}, { constructor: 'x' }), false);
    assert.ok(isDeepEqual({ toString: undefined }, {}));
    const hostile: unknown = JSON.parse('{"__proto__":{}}');
    assert.equal(isDeepEqual(hostile, {}), false);
    assert.equal(isDeepEqual(hostile, { a: 1 }), false);
    assert.equal(isDeepEqual({}, hostile), false);
  });
});
