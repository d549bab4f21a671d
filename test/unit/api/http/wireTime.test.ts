import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseWireTime } from '../../../../src/api/http/wireTime';

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

  it('never throws, and returns a valid time or none', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        const time = parseWireTime(value);
        assert.ok(time === undefined || !Number.isNaN(new Date(time).getTime()));
      }),
    );
  });
});
