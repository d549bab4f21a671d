import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../../src/core/kernel/timeSpan';

describe('durations', () => {
  for (const [text, seconds] of [
    ['45m', 2700],
    ['2h', 7200],
    ['1h30m', 5400],
    ['1h 30min', 5400],
    ['1.5 h', 5400],
    ['90', 90],
    ['0', 0],
    ['10s', 10],
    ['1d', 86_400],
    [' 2H ', 7200],
  ] as const)
    it(`reads ${text}`, () => assert.equal(parseDuration(text), seconds));

  for (const text of ['', 'h', '2x', '-5', '1h30', '30m1h', '1h1h', '1,5h', '2 hours', 'NaN', '1e3'])
    it(`takes "${text}" for no span`, () => assert.equal(parseDuration(text), undefined));

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), seconds =>
        assert.equal(parseDuration(formatDuration(seconds)), seconds),
      ),
    );
    assert.equal(formatDuration(5400), '1h30m');
    assert.equal(formatDuration(0), '0');
  });
});
