import assert from 'node:assert/strict';
import { readPublicSpan } from '../../../../src/core/publicAccess/publicAccess';

describe('a time for public access', () => {
  it('is taken as a number of seconds or as people write it, within bounds', () => {
    const spans: readonly (readonly [unknown, number | undefined])[] = [
      [900, 900],
      ['45m', 2700],
      ['1h30m', 5400],
      ['90', 90],
      [0.2, 1],
      ['30d', 2_592_000],
      ['31d', undefined],
      [0, undefined],
      [-5, undefined],
      [Number.NaN, undefined],
      [Infinity, undefined],
      ['soon', undefined],
      ['', undefined],
      [true, undefined],
      [null, undefined],
    ];
    for (const [value, seconds] of spans) assert.equal(readPublicSpan(value), seconds, String(value));
  });
});
