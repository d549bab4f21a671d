import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseWireTime } from '../../../../../src/api/http/times/wireTime';

describe('parseWireTime', () => {
  const ms = 1_772_600_000_123;

  it('reads every unit by its magnitude', () => {
    assert.equal(parseWireTime(ms), ms);
    assert.equal(parseWireTime(ms * 1000 + 400), ms);
    assert.equal(parseWireTime(ms * 1e6), ms);
    assert.equal(parseWireTime(1_772_600_000), 1_772_600_000_000);
    assert.equal(parseWireTime(1_772_600_000.5), 1_772_600_000_500);
  });

  it('reads text', () => {
    assert.equal(parseWireTime('2026-03-04T04:53:20.123Z'), ms);
    assert.equal(parseWireTime('2026-03-04T05:53:20.123+01:00'), ms);
    assert.equal(parseWireTime(String(ms)), ms);
  });

  it('returns undefined for an invalid time', () => {
    for (const value of [null, undefined, '', 'soon', 0, -5, NaN, Infinity, 1e300, {}, [], true]) {
      assert.equal(parseWireTime(value), undefined, JSON.stringify(value));
    }
    assert.equal(parseWireTime('9'.repeat(100_000)), undefined);
  });

  const odd: readonly (readonly [value: unknown, expected: number | undefined])[] = [
    ['1772600000', 1_772_600_000_000],
    ['1772600000123', ms],
    [` ${ms} `, ms],
    ['0', undefined],
    ['-1772600000', undefined],
    [-ms, undefined],
    ['1969-12-31T23:59:59Z', undefined],
    ['1970-01-01T00:00:01Z', 1000],
    ['9999-12-31T23:59:59Z', 253_402_300_799_000],
    ['275760-09-13T00:00:01Z', undefined],
    [8.64e15, 8.64e12],
    [1e25, undefined],
    ['1e400', undefined],
    ['Infinity', undefined],
    ['0x67c6a2c0', undefined],
    [`${ms}, ${ms}`, undefined],
    ['9'.repeat(64), undefined],
    [[ms], undefined],
    [{ seconds: 1_772_600_000 }, undefined],
  ];
  for (const [value, expected] of odd)
    it(`reads ${JSON.stringify(value)} as ${expected ?? 'none'}`, () => {
      assert.equal(parseWireTime(value), expected);
    });

  it('never throws, and returns a valid time or none', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        const time = parseWireTime(value);
        assert.ok(time === undefined || !Number.isNaN(new Date(time).getTime()));
      }),
    );
  });
});
