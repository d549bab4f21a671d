import assert from 'node:assert/strict';
import {
  ApiError,
  type ApiErrorDetails,
  type ApiErrorKind,
  apiErrorKinds,
  isAmbiguous,
  isUnknownFeature,
} from '../../../../src/core/kernel/errors';

describe('ApiError', () => {
  it('carries the details of the failure', () => {
    const cause = new Error('socket');
    const error = new ApiError('rateLimited', 'slow down', {
      status: 429,
      code: 'TOO_MANY',
      retryAfterMs: 2000,
      undelivered: true,
      cause,
    });
    assert.equal(error.name, 'ApiError');
    assert.equal(error.kind, 'rateLimited');
    assert.equal(error.message, 'slow down');
    assert.equal(error.status, 429);
    assert.equal(error.code, 'TOO_MANY');
    assert.equal(error.retryAfterMs, 2000);
    assert.equal(error.undelivered, true);
    assert.equal(error.cause, cause);
  });

  it('is delivered and without a cause by default', () => {
    const error = new ApiError('network', 'reset');
    assert.equal(error.undelivered, false);
    assert.equal('cause' in error, false);
  });

  it('is matched by kind', () => {
    for (const kind of apiErrorKinds) {
      const error = new ApiError(kind, '');
      assert.equal(ApiError.is(error), true);
      assert.equal(ApiError.is(error, kind), true);
      assert.equal(ApiError.is(error, ...apiErrorKinds.filter(other => other !== kind)), false);
    }
  });

  it('does not match other errors', () => {
    for (const other of [new Error('x'), { kind: 'network' }, undefined, null, 'network'])
      assert.equal(ApiError.is(other), false);
  });
});

function refused(status: number, message = ''): ApiError {
  return new ApiError('invalid', message, { status });
}

describe('a refusal', () => {
  it('because of a missing feature is recognized by status or message', () => {
    for (const error of [
      refused(405),
      refused(501),
      refused(400, "unknown field 'resources'"),
      refused(400, 'Unrecognized key: "network"'),
      refused(422, 'resize is not supported by this runtime'),
      refused(400, 'PATCH not implemented'),
    ])
      assert.equal(isUnknownFeature(error), true, error.message);
  });

  it('of the request itself is not a missing feature', () => {
    for (const error of [
      refused(400, 'exposed_ports: port 9501 is reserved'),
      refused(422, 'requested disk exceeds project entitlement'),
      refused(404, 'unknown field'),
      new ApiError('network', 'not supported'),
      new Error('not supported'),
    ])
      assert.equal(isUnknownFeature(error), false, error.message);
  });
});

describe('isAmbiguous', () => {
  const of = (kind: ApiErrorKind, details: ApiErrorDetails = {}): boolean =>
    isAmbiguous(new ApiError(kind, 'x', details));

  it('is true when the request may have been carried out', () => {
    assert.ok(of('network') && of('timeout') && of('cancelled') && of('schema', { status: 200 }));
    assert.ok(of('server', { status: 502 }) && of('timeout', { status: 408 }));
  });

  it('is false when it certainly was not', () => {
    assert.ok(!of('network', { undelivered: true }) && !of('server', { status: 503, undelivered: true }));
    assert.ok(
      !of('invalid', { status: 400 }) && !of('conflict', { status: 409 }) && !of('quota', { status: 400 }),
    );
    assert.ok(!of('server', { status: 302 }) && !isAmbiguous(new Error('x')));
  });
});
