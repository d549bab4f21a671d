import assert from 'node:assert/strict';
import { settlesAt } from '../../../../src/core/list/settles';
import type { SandboxState } from '../../../../src/core/sandbox/state';
import { sandbox } from '../../../support/sandboxBuilder';

function verdicts(
  goal: SandboxState,
  via: SandboxState,
  states: readonly SandboxState[],
): readonly boolean[] {
  const isSettled = settlesAt(goal, via);
  return states.map(state => isSettled(sandbox({ state })));
}

describe('settlesAt', () => {
  it('waits through the state it came from and the way to the goal', () => {
    const states = ['running', 'running', 'suspending', 'suspending', 'suspended'] as const;
    assert.deepEqual(verdicts('suspended', 'suspending', states), [false, false, false, false, true]);
  });

  it('takes the goal at first sight', () => {
    assert.deepEqual(verdicts('running', 'pending', ['running']), [true]);
  });

  it('rests where it falls back to, once it was under way', () => {
    assert.deepEqual(verdicts('suspended', 'suspending', ['suspending', 'running']), [false, true]);
  });

  it('takes an unknown state neither for rest nor for the way', () => {
    assert.deepEqual(verdicts('suspended', 'suspending', ['unknown', 'running']), [false, false]);
    assert.deepEqual(verdicts('suspended', 'suspending', ['suspending', 'unknown']), [false, false]);
  });

  it('is over when the sandbox is', () => {
    assert.deepEqual(verdicts('running', 'pending', ['terminated']), [true]);
    assert.deepEqual(verdicts('running', 'pending', ['pending', 'terminated']), [false, true]);
  });

  it('keeps no memory between two waits', () => {
    verdicts('suspended', 'suspending', ['suspending']);
    assert.deepEqual(verdicts('suspended', 'suspending', ['running']), [false]);
  });
});
