import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  parseCertificateTime,
  parseHttpDate,
  parseIsoTime,
} from '../../../../../src/core/kernel/time/timeText';

const at = Date.UTC(2026, 2, 4, 4, 53, 20);

describe('parseIsoTime', () => {
  const times: readonly (readonly [text: string, expected: number | undefined])[] = [
    ['2026-03-04T04:53:20Z', at],
    ['2026-03-04T04:53:20z', at],
    ['2026-03-04 04:53:20Z', at],
    ['2026-03-04t04:53:20.123456789Z', at + 123],
    ['2026-03-04T04:53:20,5Z', at + 500],
    ['2026-03-04T04:53Z', at - 20_000],
    ['2026-03-04', Date.UTC(2026, 2, 4)],
    ['2026-03-04T05:53:20+01:00', at],
    ['2026-03-04T10:23:20 +0530', at],
    ['2026-03-03T23:53:20-05', at],
    // Without a zone it is UTC, wherever this machine stands.
    ['2026-03-04T04:53:20', at],
    ['2026-03-04 04:53:20.25', at + 250],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2026-02-29', undefined],
    ['2026-02-31T00:00:00Z', undefined],
    ['2026-13-01', undefined],
    ['2026-00-10', undefined],
    ['2026-03-00', undefined],
    ['2026-03-04T24:00:00Z', undefined],
    ['2026-03-04T04:60:00Z', undefined],
    ['2026-03-04T04:53:20+25:00', undefined],
    ['2026-03-04T04:53:20+01:75', undefined],
    ['2026-03-04T04:53:20 CET', undefined],
    ['2026-3-4', undefined],
    ['2026', undefined],
    ['04/03/2026', undefined],
    ['Wed, 04 Mar 2026 04:53:20 GMT', undefined],
    // What Date.parse takes for times.
    ['May be 1', undefined],
    ['sandbox 12', undefined],
    ['retry in March 5', undefined],
    ['1', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of times)
    it(`reads ${JSON.stringify(text)} as ${expected ?? 'none'}`, () => {
      assert.equal(parseIsoTime(text), expected);
    });

  it('reads whatever toISOString writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(253_402_300_799_999), noInvalidDate: true }),
        date => {
          assert.equal(parseIsoTime(date.toISOString()), date.getTime());
        },
      ),
    );
  });
});

describe('parseHttpDate', () => {
  const dates: readonly (readonly [text: string, expected: number | undefined])[] = [
    ['Wed, 04 Mar 2026 04:53:20 GMT', at],
    ['Wednesday, 04-Mar-26 04:53:20 GMT', at],
    ['Wed Mar  4 04:53:20 2026', at],
    ['wed mar 4 04:53:20 2026', at],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Wed, 31 Feb 2026 04:53:20 GMT', undefined],
    ['Wed, 04 Mar 2026 04:53:20', undefined],
    ['Wed, 04 Mar 2026 04:53:20 CET', undefined],
    ['Wed, it may be 4 04:53:20 GMT', undefined],
    ['soon', undefined],
    ['2026-03-04T04:53:20Z', undefined],
  ];
  for (const [text, expected] of dates)
    it(`reads ${JSON.stringify(text)} as ${expected ?? 'none'}`, () => {
      assert.equal(parseHttpDate(text), expected);
    });
});

describe('parseCertificateTime', () => {
  it('reads what OpenSSL writes, and nothing else', () => {
    assert.equal(parseCertificateTime('Mar  4 04:53:20 2026 GMT'), at);
    assert.equal(parseCertificateTime('Mar 14 04:53:20 2026 GMT'), at + 10 * 86_400_000);
    assert.equal(parseCertificateTime('May be 1'), undefined);
    assert.equal(parseCertificateTime(''), undefined);
  });
});
