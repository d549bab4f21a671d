import assert from 'node:assert/strict';
import { longRunningFrom, runningTime } from '../../../../src/core/billing/runningTime';
import { row } from '../../../support/sandboxBuilder';

const hour = 3_600_000;

describe('runningTime', () => {
  it('counts from the start that this window saw, else at most from the creation', () => {
    assert.deepEqual(runningTime(row({ createdAtMs: 5 })), { sinceMs: 5, isExact: false });
    assert.deepEqual(runningTime(row({ createdAtMs: 5 }, { stateSinceMs: 9 })), {
      sinceMs: 9,
      isExact: true,
    });
    assert.equal(runningTime(row({ createdAtMs: undefined })), undefined);
  });

  it('is defined for running sandboxes only', () => {
    for (const state of [
      'pending',
      'suspended',
      'snapshotting',
      'suspending',
      'terminated',
      'unknown',
    ] as const)
      assert.equal(runningTime(row({ state }, { stateSinceMs: 9 })), undefined);
  });
});

describe('longRunningFrom', () => {
  it('counts the hours from when it started to run', () => {
    assert.equal(longRunningFrom(row({ createdAtMs: 7 }), 8), 7 + 8 * hour);
    assert.equal(longRunningFrom(row({ createdAtMs: 7 }, { stateSinceMs: hour }), 0.5), 1.5 * hour);
    assert.equal(longRunningFrom(row({ state: 'suspended' }), 8), undefined);
  });

  it('falls back to a valid number of hours', () => {
    for (const hours of [0, -1, NaN]) assert.equal(longRunningFrom(row(), hours), undefined);
  });
});
