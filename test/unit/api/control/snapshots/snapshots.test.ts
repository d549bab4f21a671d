import assert from 'node:assert/strict';
import { never } from '../../http/fakeTransport';
import { resources } from '../resources';

describe('Snapshots', () => {
  it('sends a snapshot type only when one is chosen', async () => {
    const { transport, ...api } = resources([{ status: 202, json: { snapshot_id: 's' } }]);
    await api.snapshots.create('a', undefined, never);
    assert.equal(transport.last.body, undefined);
    await api.snapshots.create('a', 'filesystem', never);
    assert.equal(transport.last.body, '{"snapshot_type":"filesystem"}');
  });

  it('treats an unknown snapshot as deleted, and ignores the body', async () => {
    const { snapshots } = resources([{ status: 404, text: '<html>not JSON' }]);
    assert.equal(await snapshots.delete('a', never), 'gone');
  });
});
