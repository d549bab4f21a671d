import assert from 'node:assert/strict';
import { groupTokens, rowsFor } from '../../../../src/core/list/groupActions';
import { row } from '../../../support/sandboxBuilder';

describe('what can be done to a group', () => {
  const named = row({ id: 'named' });
  const ephemeral = row({ id: 'ephemeral', name: undefined });
  const busy = row({ id: 'busy' }, { action: 'suspend' });

  it('is what at least one of its sandboxes can do', () => {
    assert.deepEqual(groupTokens({ rows: [named, ephemeral] }), ['canSuspendAll', 'canTerminateAll']);
    assert.deepEqual(groupTokens({ rows: [ephemeral, busy] }), ['canTerminateAll']);
    assert.deepEqual(groupTokens({ rows: [row({ state: 'suspended' })] }), [
      'canResumeAll',
      'canTerminateAll',
    ]);
    assert.deepEqual(groupTokens({ rows: [row({ state: 'terminated' })] }), []);
  });

  it('leaves out those without a name and those under way, which may still be ended', () => {
    assert.deepEqual(rowsFor('canSuspendAll', [named, ephemeral, busy]), [named]);
    assert.deepEqual(rowsFor('canTerminateAll', [named, ephemeral, busy]), [named, ephemeral, busy]);
  });
});
