import assert from 'node:assert/strict';
import { ProfileStore, newProfile } from '../../../../src/host/session/profiles';
import { FakeMemento } from '../../../support/fakeMemento';

const endpoint = 'https://api.example';

describe('profiles of several windows', () => {
  it('keep the active profile of a window when another window chooses another', async () => {
    const global = new FakeMemento();
    const here = new ProfileStore(global, new FakeMemento());
    const there = new ProfileStore(global, new FakeMemento());
    here.hold(endpoint, here.active(endpoint));
    const work = newProfile('work', undefined);
    await there.keep(endpoint, work);
    await there.activate(endpoint, work.id);
    assert.equal(here.active(endpoint).id, 'default');
    assert.equal(there.active(endpoint).id, work.id);
    assert.equal(new ProfileStore(global, new FakeMemento()).active(endpoint).id, work.id);
    await here.activate(endpoint, work.id);
    assert.equal(here.active(endpoint).id, work.id);
  });

  it('list the secret slots of all profiles of all servers', async () => {
    const global = new FakeMemento();
    const store = new ProfileStore(global, new FakeMemento());
    const work = newProfile('work', undefined);
    await store.keep(endpoint, work);
    await store.keep('http://127.0.0.1:1', { id: 'default', name: 'default' });
    await global.update('unrelated', 1);
    assert.deepEqual(store.names(), ['work']);
    assert.deepEqual(store.secretSlots(), [endpoint, `${endpoint}#${work.id}`, 'http://127.0.0.1:1']);
  });
});

describe('the hosts that a profile may send its key to', () => {
  it('belong to that profile and that server only, and are removed with it', async () => {
    const store = new ProfileStore(new FakeMemento(), new FakeMemento());
    const work = newProfile('work', undefined);
    await store.keep(endpoint, work);
    await store.trust(endpoint, work.id, 'other.example');
    assert.equal(store.trusts(endpoint, work.id, 'other.example'), true);
    for (const [server, id, host] of [
      [endpoint, work.id, 'x.other.example'],
      [endpoint, work.id, 'other.example:8443'],
      [endpoint, 'default', 'other.example'],
      ['https://api2.example', work.id, 'other.example'],
    ] as const)
      assert.equal(store.trusts(server, id, host), false);
    await store.remove(endpoint, work.id);
    await store.keep(endpoint, work);
    assert.equal(store.trusts(endpoint, work.id, 'other.example'), false);
  });
});
