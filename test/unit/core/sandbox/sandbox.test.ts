import assert from 'node:assert/strict';
import { displayName, isEphemeral } from '../../../../src/core/sandbox/sandbox';
import { sandbox } from '../../../support/sandboxBuilder';

describe('sandbox', () => {
  it('is shown by its name', () => {
    const named = sandbox({ id: 'x1', name: 'api-dev' });
    assert.equal(isEphemeral(named), false);
    assert.equal(displayName(named), 'api-dev');
  });

  it('is ephemeral without a name and shown by its id', () => {
    const nameless = sandbox({ id: 'x1', name: undefined });
    assert.equal(isEphemeral(nameless), true);
    assert.equal(displayName(nameless), 'x1');
  });
});
