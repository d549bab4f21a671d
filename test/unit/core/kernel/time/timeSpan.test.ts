import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ageHoldsUntil,
  ageOf,
  elapsed,
  type Elapsed,
  exactSpan,
  formatDuration,
  parseDuration,
} from '../../../../../src/core/kernel/time/timeSpan';

const sizes: Readonly<Record<Elapsed['unit'], number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };
const larger: Readonly<Record<Elapsed['unit'], number>> = {
  second: 60,
  minute: 3600,
  hour: 86_400,
  day: Infinity,
};
const secondsArbitrary = fc.integer({ min: 0, max: 100 * 86_400 });

describe('elapsed', () => {
  it('uses the largest whole unit', () => {
    assert.deepEqual(elapsed(0), { value: 0, unit: 'second' });
    assert.deepEqual(elapsed(59.9), { value: 59, unit: 'second' });
    assert.deepEqual(elapsed(60), { value: 1, unit: 'minute' });
    assert.deepEqual(elapsed(3599), { value: 59, unit: 'minute' });
    assert.deepEqual(elapsed(3600), { value: 1, unit: 'hour' });
    assert.deepEqual(elapsed(86_399), { value: 23, unit: 'hour' });
    assert.deepEqual(elapsed(2 * 86_400), { value: 2, unit: 'day' });
  });

  it('is the span rounded down, in a unit that does not overflow into the next', () => {
    fc.assert(
      fc.property(secondsArbitrary, seconds => {
        const { value, unit } = elapsed(seconds);
        assert.equal(value, Math.floor(seconds / sizes[unit]));
        assert.ok(seconds < larger[unit]);
        assert.ok(unit === 'second' || value >= 1);
      }),
    );
  });

  it('treats a negative span as zero', () => {
    fc.assert(
      fc.property(fc.double({ max: -0.001, noNaN: true }), seconds => {
        assert.deepEqual(elapsed(seconds), { value: 0, unit: 'second' });
      }),
    );
  });
});

describe('ageOf', () => {
  it('is never finer than minutes', () => {
    assert.deepEqual(ageOf(0, 59_999), { value: 0, unit: 'minute' });
    assert.deepEqual(ageOf(0, 60_000), { value: 1, unit: 'minute' });
    fc.assert(
      fc.property(secondsArbitrary, secondsArbitrary, (since, now) => {
        assert.notEqual(ageOf(since * 1000, now * 1000).unit, 'second');
      }),
    );
  });

  it('is the elapsed time from one minute on, and zero when the clocks disagree', () => {
    fc.assert(
      fc.property(secondsArbitrary, fc.integer({ min: -86_400, max: 86_400 }), (since, span) => {
        const expected = span < 60 ? { value: 0, unit: 'minute' } : elapsed(span);
        assert.deepEqual(ageOf(since * 1000, (since + span) * 1000), expected);
      }),
    );
  });
});

describe('ageHoldsUntil', () => {
  it('is the first moment at which the text of an age changes', () => {
    const msArbitrary = fc.integer({ min: -100_000, max: 100 * 86_400_000 });
    fc.assert(
      fc.property(fc.nat(), msArbitrary, fc.double({ min: 0, max: 1, noNaN: true }), (since, ms, share) => {
        const now = since + ms;
        const until = ageHoldsUntil(since, now);
        assert.ok(until > now);
        const between = Math.min(until - 1, Math.floor(now + share * (until - now)));
        assert.deepEqual(ageOf(since, between), ageOf(since, now));
        assert.notDeepEqual(ageOf(since, until), ageOf(since, now));
      }),
    );
  });
});

describe('exactSpan', () => {
  it('uses the largest unit that divides the span', () => {
    assert.deepEqual(exactSpan(0), { value: 0, unit: 'second' });
    assert.deepEqual(exactSpan(90), { value: 90, unit: 'second' });
    assert.deepEqual(exactSpan(5400), { value: 90, unit: 'minute' });
    assert.deepEqual(exactSpan(7200), { value: 2, unit: 'hour' });
    assert.deepEqual(exactSpan(86_400), { value: 1, unit: 'day' });
  });

  it('is exact, and no larger unit would be', () => {
    const round = fc
      .tuple(fc.nat({ max: 200 }), fc.constantFrom(1, 60, 3600, 86_400))
      .map(([count, size]) => count * size);
    fc.assert(
      fc.property(fc.oneof(secondsArbitrary, round), seconds => {
        const { value, unit } = exactSpan(seconds);
        assert.ok(Number.isInteger(value));
        assert.equal(value * sizes[unit], seconds);
        for (const size of Object.values(sizes))
          if (size > sizes[unit] && seconds > 0) assert.notEqual(seconds % size, 0);
      }),
    );
  });
});

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
    it(`rejects "${text}"`, () => assert.equal(parseDuration(text), undefined));

  it('parses what it formats', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), seconds =>
        assert.equal(parseDuration(formatDuration(seconds)), seconds),
      ),
    );
    assert.equal(formatDuration(5400), '1h30m');
    assert.equal(formatDuration(0), '0');
  });
});
