import assert from 'node:assert/strict';
import { ApiError, apiErrorKinds, isUnknownFeature } from '../../../../src/core/kernel/errors';

describe('ApiError', () => {
  it('carries what is known of the failure', () => {
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

  it('counts as delivered, and has no cause, unless told', () => {
    const error = new ApiError('network', 'reset');
    assert.equal(error.undelivered, false);
    assert.equal('cause' in error, false);
  });

  it('is told apart by kind', () => {
    for (const kind of apiErrorKinds) {
      const error = new ApiError(kind, '');
      assert.equal(ApiError.is(error), true);
      assert.equal(ApiError.is(error, kind), true);
      assert.equal(ApiError.is(error, ...apiErrorKinds.filter(other => other !== kind)), false);
    }
  });

  it('is no other error', () => {
    for (const other of [new Error('x'), { kind: 'network' }, undefined, null, 'network'])
      assert.equal(ApiError.is(other), false);
  });
});

function refused(status: number, message = ''): ApiError {
  return new ApiError('invalid', message, { status });
}

describe('a refusal', () => {
  it('for want of the feature is told by status or words', () => {
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

  it('of what was asked is another matter', () => {
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
