import assert from 'node:assert/strict';
import { endKind, pendingKind, pendingReasons } from '../../../../src/core/sandbox/endReason';

describe('the reason of a state', () => {
  it('is one of five while it is pending', () => {
    for (const reason of pendingReasons) {
      assert.equal(pendingKind(reason), reason);
      assert.equal(pendingKind(reason.toUpperCase()), reason);
    }
    assert.equal(pendingKind(undefined), 'scheduling');
    assert.equal(pendingKind('waiting_for_moon'), 'other');
  });

  it('is the innermost word of an outcome', () => {
    assert.equal(endKind({ outcome: 'Success(UserTerminated)' }), 'user');
    assert.equal(endKind({ outcome: 'Success(Timeout)' }), 'idle');
    assert.equal(endKind({ outcome: 'Failure(ContainerTerminated(Oom))' }), 'outOfMemory');
    assert.equal(endKind({ outcome: 'Failure(ContainerTerminated(StartupFailedBadImage))' }), 'imageMissing');
    assert.equal(endKind({ outcome: 'Failure(ContainerTerminated(Unknown))' }), 'containerEnded');
    assert.equal(endKind({ outcome: 'Failure(InternalError)' }), 'serviceError');
  });

  it('prefers the termination reason', () => {
    const outcome = 'Failure(ConstraintUnsatisfiable)';
    assert.equal(endKind({ terminationReason: 'no_capacity', outcome }), 'noCapacity');
    assert.equal(endKind({ terminationReason: 'SomethingNew', outcome }), 'unplaceable');
    for (const [terminationReason, kind] of [
      ['ImageNotFound', 'imageMissing'],
      ['StartupFailedInternalError', 'startFailed'],
      ['ConfigurationError', 'configuration'],
      ['cancelled', 'cancelled'],
    ] as const)
      assert.equal(endKind({ terminationReason }), kind);
  });

  it('is unknown for unknown words', () => {
    assert.equal(endKind({}), 'unknown');
    assert.equal(endKind({ outcome: 'Success(Unknown)' }), 'unknown');
    assert.equal(endKind({ outcome: 'constructor' }), 'unknown');
  });
});
