import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/account/endpoint';
import { SandboxStore } from '../../../../src/core/list/store';
import { ViewOptionsStore } from '../../../../src/host/storage/viewOptions';
import { FakeMemento } from '../../../support/storage/fakeMemento';
import { sandbox } from '../../../support/sandboxBuilder';

function account(key: string, url = 'https://api.tensorlake.ai') {
  const endpoint = parseEndpoint(url);
  if ('error' in endpoint) throw new Error(endpoint.error);
  return { endpoint: endpoint.ok, fingerprint: key.repeat(64) };
}

/** A window with a workspace. */
function open(memento: FakeMemento) {
  const store = new SandboxStore();
  const options = new ViewOptionsStore(memento, store);
  return { store, options, pins: () => [...options.current.pins] };
}

describe('ViewOptionsStore', () => {
  it('stores filter and sort order for the workspace, but neither a preview nor a shown history', async () => {
    const memento = new FakeMemento();
    const { options } = open(memento);
    await options.setFilter('gpu');
    await options.setSort('oldest');
    options.preview('api');
    options.setHistoryShown(true);
    const { filterText, sort, isHistoryShown } = open(memento).options.current;
    assert.deepEqual([filterText, sort, isHistoryShown], ['gpu', 'oldest', false]);
    await options.setFilter('');
    await options.setSort('name');
    assert.deepEqual(memento.keys(), []);
  });

  it('stores pins for the workspace and the account', async () => {
    const memento = new FakeMemento();
    const first = open(memento);
    await first.options.setPinned(['x'], true);
    assert.deepEqual(first.pins(), []);
    first.options.useSession(account('a'));
    await first.options.setPinned(['x', 'y'], true);
    first.options.useSession(account('b'));
    assert.deepEqual(first.pins(), []);
    await first.options.setPinned(['z'], true);
    const later = open(memento);
    later.options.useSession(account('a'));
    assert.deepEqual(later.pins(), ['x', 'y']);
    later.options.useSession(account('a', 'http://localhost:8900'));
    assert.deepEqual(later.pins(), []);
    later.options.useSession(account('b'));
    assert.deepEqual(later.pins(), ['z']);
    later.options.useSession(undefined);
    assert.deepEqual(later.pins(), []);
  });

  it('stores only a short part of the fingerprint of a key', async () => {
    const memento = new FakeMemento();
    const { options } = open(memento);
    options.useSession(account('a'));
    await options.setPinned(['x'], true);
    assert.ok(!JSON.stringify([...memento.kept]).includes('a'.repeat(17)));
  });

  it('removes the pin of a terminated or unlisted sandbox', async () => {
    const memento = new FakeMemento();
    const { store, options, pins } = open(memento);
    options.useSession(account('a'));
    await options.setPinned(['x', 'y'], true);
    store.reset({ kind: 'loading' });
    assert.deepEqual(pins(), ['x', 'y']);
    store.applyListing([sandbox({ id: 'x' })], 1, 1, 0);
    assert.deepEqual(pins(), ['x']);
    store.upsert([sandbox({ id: 'x', state: 'terminated' })], 2);
    assert.deepEqual(pins(), []);
    assert.deepEqual(memento.keys(), []);
  });

  it('fires for changes only', async () => {
    const { options, store } = open(new FakeMemento());
    let fired = 0;
    options.onDidChange(() => (fired += 1));
    options.useSession(account('a'));
    const before = fired;
    options.preview('');
    await options.setSort('name');
    options.setHistoryShown(false);
    store.reset({ kind: 'loading' });
    assert.equal(fired, before);
    await options.setPinned(['x'], true);
    await options.setSort('newest');
    assert.equal(fired, before + 2);
  });

  it('ignores invalid stored values', () => {
    for (const kept of [7, null, 'x', ['x'], { a: 1 }]) {
      const memento = new FakeMemento();
      for (const key of ['tensorlake.filterText', 'tensorlake.sort', 'tensorlake.pins'])
        memento.kept.set(key, kept);
      const { options, pins } = open(memento);
      options.useSession(account('a'));
      assert.equal(options.current.sort, 'name');
      assert.deepEqual(pins(), []);
    }
  });
});
