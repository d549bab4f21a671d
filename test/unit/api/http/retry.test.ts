import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRetryAfter, retryDelay, systemRetryClock, withRetry } from '../../../../src/api/http/retry';
import type { ApiErrorDetails, ApiErrorKind } from '../../../../src/core/kernel/errors';
import { ApiError, apiErrorKinds } from '../../../../src/core/kernel/errors';
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
  it('reads seconds and dates', () => {
    assert.equal(parseRetryAfter('2', now), 2000);
    assert.equal(parseRetryAfter(' 0 ', now), 0);
    assert.equal(parseRetryAfter('Wed, 04 Mar 2026 04:53:25 GMT', now), 5000);
    assert.equal(parseRetryAfter('Wed, 04 Mar 2020 04:53:25 GMT', now), 0);
    assert.equal(parseRetryAfter('99999999999999999999', now), 3_600_000);
    for (const text of [undefined, '', 'soon', '-5', '1.5', '2026-13-99']) {
      assert.equal(parseRetryAfter(text, now), undefined, text);
    }
  });
});
