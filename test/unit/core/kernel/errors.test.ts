import assert from 'node:assert/strict';
import { ApiError, apiErrorKinds } from '../../../../src/core/kernel/errors';

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
