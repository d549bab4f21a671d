import assert from 'node:assert/strict';
import { atOnce } from '../../../../src/core/kernel/steps';
import { groupTokens, rowsFor } from '../../../../src/core/list/groupActions';
import type { Row } from '../../../../src/core/list/rows';
import { row } from '../../../support/sandboxBuilder';

const tokensOf = (group: { readonly rows: readonly Row[] }) => atOnce(groupTokens(group));

describe('what can be done to a group', () => {
  const named = row({ id: 'named' });
  const ephemeral = row({ id: 'ephemeral', name: undefined });
  const busy = row({ id: 'busy' }, { action: 'suspend' });

  it('is what at least one of its sandboxes can do', () => {
    assert.deepEqual(tokensOf({ rows: [named, ephemeral] }), ['canSuspendAll', 'canTerminateAll']);
    assert.deepEqual(tokensOf({ rows: [ephemeral, busy] }), ['canTerminateAll']);
    assert.deepEqual(tokensOf({ rows: [row({ state: 'suspended' })] }), ['canResumeAll', 'canTerminateAll']);
    assert.deepEqual(tokensOf({ rows: [row({ state: 'terminated' })] }), []);
  });

  it('leaves out those without a name and those under way, which may still be ended', () => {
    assert.deepEqual(rowsFor('canSuspendAll', [named, ephemeral, busy]), [named]);
    assert.deepEqual(rowsFor('canTerminateAll', [named, ephemeral, busy]), [named, ephemeral, busy]);
  });
});
