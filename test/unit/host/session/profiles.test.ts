import assert from 'node:assert/strict';
import { ProfileStore, newProfile } from '../../../../src/host/session/profiles';
import { FakeMemento } from '../../../support/fakeMemento';

const endpoint = 'https://api.example';

describe('profiles of several windows', () => {
  it('leave a window with the account it works with, whatever another one chooses', async () => {
    const everywhere = new FakeMemento();
    const here = new ProfileStore(everywhere, new FakeMemento());
    const there = new ProfileStore(everywhere, new FakeMemento());
    here.hold(endpoint, here.active(endpoint));
    const work = newProfile('work', undefined);
    await there.keep(endpoint, work);
    await there.activate(endpoint, work.id);
    assert.equal(here.active(endpoint).id, 'default');
    assert.equal(there.active(endpoint).id, work.id);
    assert.equal(new ProfileStore(everywhere, new FakeMemento()).active(endpoint).id, work.id);
    await here.activate(endpoint, work.id);
    assert.equal(here.active(endpoint).id, work.id);
  });

  it('tell where the secrets of all profiles of all servers are', async () => {
    const everywhere = new FakeMemento();
    const store = new ProfileStore(everywhere, new FakeMemento());
    const work = newProfile('work', undefined);
    await store.keep(endpoint, work);
    await store.keep('http://127.0.0.1:1', { id: 'default', name: 'default' });
    await everywhere.update('unrelated', 1);
    assert.deepEqual(store.names(), ['work']);
    assert.deepEqual(store.secretSlots(), [endpoint, `${endpoint}#${work.id}`, 'http://127.0.0.1:1']);
  });
});
