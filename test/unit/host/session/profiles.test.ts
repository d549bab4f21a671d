import assert from 'node:assert/strict';
import { ProfileStore, newProfile } from '../../../../src/host/session/profiles';
import { SharedMemento } from '../../../../src/host/storage/mementos/sharedMemento';
import { FakeClock } from '../../../support/fakeClock';
import { FakeMemento } from '../../../support/storage/fakeMemento';
import { SharedStorage } from '../../../support/storage/sharedStorage';

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

  it('keep what a later version has stored with them, and lose it with the profile', async () => {
    const global = new FakeMemento();
    const key = `tensorlake.profiles:${endpoint}`;
    const later = { color: 'red', lease: { endsAtMs: 5 } };
    const work = { id: 'w', name: 'work', trustedHosts: ['a.example'] };
    const of = {
      layout: 2,
      activeId: 'w',
      profiles: [
        { ...work, ...later },
        { id: 'h', name: 'home', ...later },
      ],
    };
    await global.update(key, of);
    await global.update('tensorlake.future', { kept: true });
    const profiles = new ProfileStore(global, new FakeMemento());
    await profiles.keep(endpoint, { id: 'w', name: 'renamed' });
    await profiles.trust(endpoint, 'h', 'b.example');
    await profiles.activate(endpoint, 'h');
    const stored = (): unknown => global.kept.get(key);
    const home = { id: 'h', name: 'home', ...later, trustedHosts: ['b.example'] };
    const usual = { id: 'default', name: 'default' };
    assert.deepEqual(stored(), {
      layout: 2,
      activeId: 'h',
      profiles: [usual, { id: 'w', name: 'renamed', ...later }, home],
    });
    await profiles.remove(endpoint, 'w');
    assert.deepEqual(stored(), { layout: 2, activeId: 'h', profiles: [usual, home] });
    assert.deepEqual(global.kept.get('tensorlake.future'), { kept: true });
  });

  it('are all kept when windows add and change some at once', async () => {
    const clock = new FakeClock();
    const storage = new SharedStorage(clock);
    const mementos = [0, 0.5].map(random => new SharedMemento(storage.window(), clock, () => random));
    const [here, there] = mementos.map(memento => new ProfileStore(memento, new FakeMemento()));
    assert.ok(here && there);
    const [work, home] = [newProfile('work', undefined), newProfile('home', undefined)];
    await Promise.all([
      here.keep(endpoint, work),
      here.trust(endpoint, work.id, 'other.example'),
      there.keep(endpoint, home),
      there.activate(endpoint, home.id),
    ]);
    await clock.advance(2000);
    for (const store of [here, there]) {
      assert.deepEqual(
        store
          .list(endpoint)
          .profiles.map(({ name }) => name)
          .sort(),
        ['default', 'home', 'work'],
      );
      assert.equal(store.trusts(endpoint, work.id, 'other.example'), true);
    }
    for (const memento of mementos) memento.dispose();
  });

  it('do not take over the choice of a window that changes a profile', async () => {
    const global = new FakeMemento();
    const here = new ProfileStore(global, new FakeMemento());
    const there = new ProfileStore(global, new FakeMemento());
    const [work, home] = [newProfile('work', undefined), newProfile('home', undefined)];
    for (const profile of [work, home]) await here.keep(endpoint, profile);
    await here.activate(endpoint, work.id);
    await there.activate(endpoint, home.id);
    await here.trust(endpoint, work.id, 'other.example');
    assert.equal(new ProfileStore(global, new FakeMemento()).active(endpoint).id, home.id);
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
