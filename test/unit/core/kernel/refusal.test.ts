import assert from 'node:assert/strict';
import { ApiError, isUnknownFeature } from '../../../../src/core/kernel/errors';

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
