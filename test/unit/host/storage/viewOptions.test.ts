import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/account/endpoint';
import { SandboxStore } from '../../../../src/core/list/store';
import { ViewOptionsStore } from '../../../../src/host/storage/viewOptions';
import { FakeMemento } from '../../../support/fakeMemento';
import { sandbox } from '../../../support/sandboxBuilder';

function account(key: string, url = 'https://api.tensorlake.ai') {
  const endpoint = parseEndpoint(url);
  if ('error' in endpoint) throw new Error(endpoint.error);
  return { endpoint: endpoint.ok, fingerprint: key.repeat(64) };
}

/** A window of a workspace. */
function open(memento: FakeMemento) {
  const store = new SandboxStore();
  const options = new ViewOptionsStore(memento, store);
  return { store, options, pins: () => [...options.current.pins] };
}

describe('ViewOptionsStore', () => {
  it('keeps filter and order for the workspace, a preview and a shown history not', async () => {
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

  it('keeps pins for the workspace and the account', async () => {
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

  it('writes no more of a key than tells accounts apart', async () => {
    const memento = new FakeMemento();
    const { options } = open(memento);
    options.useSession(account('a'));
    await options.setPinned(['x'], true);
    assert.ok(!JSON.stringify([...memento.kept]).includes('a'.repeat(17)));
  });

  it('forgets the pin of a sandbox that is gone for good', async () => {
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

  it('tells of changes and of nothing else', async () => {
    const { options, store } = open(new FakeMemento());
    let told = 0;
    options.onDidChange(() => (told += 1));
    options.useSession(account('a'));
    const before = told;
    options.preview('');
    await options.setSort('name');
    options.setHistoryShown(false);
    store.reset({ kind: 'loading' });
    assert.equal(told, before);
    await options.setPinned(['x'], true);
    await options.setSort('newest');
    assert.equal(told, before + 2);
  });

  it('takes what is kept in no form it knows for nothing', () => {
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
