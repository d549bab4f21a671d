import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { parseRetryAfter, retryDelay, systemRetryClock, withRetry } from '../../../../src/api/http/retry';
import type { ApiErrorDetails, ApiErrorKind } from '../../../../src/core/kernel/errors';
import { ApiError, apiErrorKinds, localCodes } from '../../../../src/core/kernel/errors';
import { FakeClock, never } from './fakeTransport';

function failure(kind: ApiErrorKind, details: ApiErrorDetails = {}): ApiError {
  return new ApiError(kind, 'x', details);
}

async function run(error: ApiError, isIdempotent: boolean): Promise<{ attempts: number; clock: FakeClock }> {
  const clock = new FakeClock();
  let attempts = 0;
  await assert.rejects(
    withRetry(
      () => {
        attempts++;
        return Promise.reject(error);
      },
      { isIdempotent, signal: never, clock },
    ),
    thrown => thrown === error,
  );
  return { attempts, clock };
}

describe('withRetry', () => {
  it('retries an undelivered request for 30 s, with any method', async () => {
    const { attempts, clock } = await run(failure('network', { undelivered: true }), false);
    assert.deepEqual(clock.sleeps.slice(0, 6), [150, 300, 600, 1200, 2400, 3750]);
    const slept = clock.sleeps.reduce((sum, ms) => sum + ms, 0);
    assert.ok(slept <= 30_000 && slept > 25_000);
    assert.equal(attempts, clock.sleeps.length + 1);
  });

  it('does not repeat what a repetition cannot cure, although it was never delivered', async () => {
    for (const kind of ['unauthenticated', 'invalid', 'internal'] as const)
      assert.equal((await run(failure(kind, { undelivered: true }), true)).attempts, 1);
    const locked = failure('network', { undelivered: true, code: localCodes.noSecret });
    assert.equal((await run(locked, true)).attempts, 1);
  });

  it('ends a wait with what ended its signal', async () => {
    const stop = new AbortController();
    stop.abort(failure('cancelled', { code: localCodes.sessionEnded }));
    await assert.rejects(
      systemRetryClock.sleep(1, stop.signal),
      error => ApiError.is(error, 'cancelled') && error.code === localCodes.sessionEnded,
    );
  });

  it('retries idempotent calls three times and others never', async () => {
    for (const status of [429, 502, 503, 504]) {
      const error = failure('server', { status });
      assert.equal((await run(error, true)).attempts, 4);
      assert.equal((await run(error, false)).attempts, 1);
    }
    assert.equal((await run(failure('network'), true)).attempts, 4);
    assert.equal((await run(failure('network'), false)).attempts, 1);
  });

  it('never retries an error that would repeat', async () => {
    for (const error of [
      failure('timeout'),
      failure('timeout', { status: 408 }),
      failure('cancelled', { undelivered: true }),
      failure('quota', { status: 429 }),
      failure('server', { status: 500 }),
      failure('notFound', { status: 404 }),
      failure('schema'),
      failure('network', { undelivered: true, code: 'CERT_HAS_EXPIRED' }),
      failure('network', { undelivered: true, code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
      failure('network', { undelivered: true, code: 'PROXY_REFUSED' }),
      failure('timeout', { undelivered: true, code: 'DEADLINE' }),
      failure('unauthenticated', { status: 401 }),
    ]) {
      assert.equal((await run(error, true)).attempts, 1, `${error.kind} ${error.code}`);
    }
  });

  it('retries after a time-out that the server reports, unless it took 30 s', () => {
    const reported = failure('timeout', { status: 504, code: 'READ_TIMEOUT' });
    const state = { isIdempotent: true, failures: 1, elapsedMs: 10_000, random: 1 };
    assert.equal(retryDelay(reported, state), 150);
    assert.equal(retryDelay(reported, { ...state, elapsedMs: 60_000 }), undefined);
    assert.equal(retryDelay(reported, { ...state, isIdempotent: false }), undefined);
  });

  it('obeys Retry-After up to 10 s and reports a longer one', async () => {
    const { clock } = await run(failure('rateLimited', { status: 429, retryAfterMs: 2000 }), true);
    assert.deepEqual(clock.sleeps, [2000, 2000, 2000]);
    assert.equal(
      (await run(failure('rateLimited', { status: 429, retryAfterMs: 60_000 }), true)).attempts,
      1,
    );
  });

  it('stops waiting when cancelled', async () => {
    const controller = new AbortController();
    const waiting = withRetry(() => Promise.reject(failure('server', { status: 503, retryAfterMs: 9000 })), {
      isIdempotent: true,
      signal: controller.signal,
      clock: systemRetryClock,
      onRetry: () => setImmediate(() => controller.abort()),
    });
    await assert.rejects(waiting, error => ApiError.is(error, 'cancelled'));
  });

  it('leaves nothing on a signal that lives longer than the pauses', async () => {
    const { signal } = new AbortController();
    for (let times = 0; times < 3; times += 1) await systemRetryClock.sleep(1, signal);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    await assert.rejects(systemRetryClock.sleep(60_000, AbortSignal.abort()), error =>
      ApiError.is(error, 'cancelled'),
    );
  });

  it('ends after any kind of error', async () => {
    const details = fc.record({
      status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
      undelivered: fc.boolean(),
      retryAfterMs: fc.option(fc.nat(20_000), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...apiErrorKinds),
        details,
        fc.boolean(),
        async (kind, given, idempotent) => {
          const { attempts, clock } = await run(failure(kind, given), idempotent);
          assert.ok(attempts < 300);
          assert.ok(clock.sleeps.every(ms => ms >= 0 && ms <= 11_250));
          if (!idempotent && !given.undelivered) assert.equal(attempts, 1);
        },
      ),
    );
  });

  it('randomizes its delays', () => {
    const state = { isIdempotent: true, failures: 1, elapsedMs: 0 };
    assert.equal(retryDelay(failure('network'), { ...state, random: 0 }), 75);
    assert.equal(retryDelay(failure('network'), { ...state, random: 0.5 }), 113);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-03-04T04:53:20Z');
  const limit = 5 * 60_000;

  const cases: readonly (readonly [value: string | undefined, expected: number | undefined])[] = [
    // Seconds
    ['2', 2000],
    [' 2 ', 2000],
    ['0', 0],
    ['007', 7000],
    ['300', limit],
    ['301', limit],
    ['99999999999999999999', limit],
    ['9'.repeat(200), limit],
    ['9'.repeat(400), undefined],
    // Dates, in the three forms of HTTP
    ['Wed, 04 Mar 2026 04:53:25 GMT', 5000],
    ['Wednesday, 04-Mar-26 04:53:25 GMT', 5000],
    ['Wed Mar  4 04:53:25 2026', 5000],
    ['Wed, 04 Mar 2026 05:53:25 GMT', limit],
    ['Fri, 31 Dec 9999 23:59:59 GMT', limit],
    ['Wed, 04 Mar 275760 00:00:00 GMT', limit],
    // Past
    ['Wed, 04 Mar 2026 04:53:20 GMT', undefined],
    ['Wed, 04 Mar 2020 04:53:25 GMT', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
    ['Sun, 01 Jan 0001 00:00:00 GMT', undefined],
    // Several, of one form and of both
    ['2, 5', 5000],
    ['5,2', 5000],
    ['2, 9999999', limit],
    ['Wed, 04 Mar 2026 04:53:25 GMT, Wed, 04 Mar 2026 04:53:30 GMT', 10_000],
    ['3, Wed, 04 Mar 2026 04:53:30 GMT', 10_000],
    ['Wed, 04 Mar 2020 04:53:30 GMT, 3', 3000],
    ['-5, soon, 3', 3000],
    // Nothing
    [undefined, undefined],
    ['', undefined],
    [',', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['2026-13-99', undefined],
    ['2026-03-04T04:53:25Z', undefined],
    ['Wed, 99 Mar 2026 04:53:25 GMT', undefined],
    ['Wed, 04 Mar 2026 99:99:99 GMT', undefined],
    [`Wed, ${' '.repeat(60_000)}`, undefined],
  ];
  for (const [value, expected] of cases)
    it(`reads ${String(value).slice(0, 80)} as ${expected ?? 'none'}`, () => {
      assert.equal(parseRetryAfter(value, now), expected);
    });

  it('is within 5 min or ignored, for any text', () => {
    const parts = fc.constantFrom(
      '1',
      '99999',
      '-',
      ',',
      ' ',
      'Wed',
      'GMT',
      '04:53:25',
      'Mar',
      '2026',
      '0',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts, { maxLength: 60 }).map(texts => texts.join('')),
        ),
        fc.double({ noNaN: true, min: -1e16, max: 1e16 }),
        (text, at) => {
          const ms = parseRetryAfter(text, at);
          assert.ok(ms === undefined || (ms >= 0 && ms <= limit));
        },
      ),
    );
  });
});
