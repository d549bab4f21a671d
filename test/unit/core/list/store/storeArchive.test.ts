import assert from 'node:assert/strict';
import { SandboxStore, type PanelChange } from '../../../../../src/core/list/store';
import { sandbox } from '../../../../support/sandboxBuilder';

function storeOf(...ids: readonly string[]): {
  readonly store: SandboxStore;
  readonly events: PanelChange[];
} {
  const store = new SandboxStore();
  store.reset({ kind: 'loading' });
  store.applyListing(
    ids.map(id => sandbox({ id })),
    100,
    100,
    0,
  );
  const events: PanelChange[] = [];
  store.onDidChange(change => events.push(change));
  return { store, events };
}

describe('the archive of SandboxStore', () => {
  it('adds to the archive read so far, and does not change the rows', () => {
    const { store } = storeOf('a');
    const { rows } = store.current;
    store.addArchive([sandbox({ id: 'x' }), sandbox({ id: 'y' })], 200, undefined);
    store.addArchive([sandbox({ id: 'y' }), sandbox({ id: 'z' })], 300, undefined);
    assert.deepEqual([...store.current.archive.keys()], ['x', 'y', 'z']);
    assert.equal(store.current.rows, rows);
  });

  it('remembers that it is incomplete, and tells of that', () => {
    const { store, events } = storeOf();
    store.addArchive([sandbox({ id: 'x' })], 200, 'c');
    assert.equal(store.current.archiveCut, undefined);
    store.addArchive([sandbox({ id: 'x' })], 300, undefined, 'cursor');
    assert.deepEqual([store.current.archiveCut, events.length], ['cursor', 2]);
    store.addArchive([sandbox({ id: 'x' })], 400, undefined);
    assert.equal(store.current.archiveCut, 'cursor');
    store.reset({ kind: 'loading' });
    assert.equal(store.current.archiveCut, undefined);
  });

  it('does not change the account', () => {
    const store = new SandboxStore();
    store.reset({ kind: 'loading' }, 'work');
    store.addArchive([sandbox({ id: 'x' })], 200, undefined);
    assert.equal(store.current.account, 'work');
  });

  it('keeps the cursor of the next page, until the last one', () => {
    const { store, events } = storeOf();
    store.addArchive([sandbox({ id: 'x' })], 200, 'cursor=a');
    assert.equal(store.current.archiveCursor, 'cursor=a');
    store.addArchive([sandbox({ id: 'x' })], 300, undefined);
    assert.equal(store.current.archiveCursor, undefined);
    assert.equal(events.length, 2);
  });

  it('keeps the identity of rows that did not change, and fires no event when none did', () => {
    const { store, events } = storeOf();
    store.addArchive([sandbox({ id: 'x' }), sandbox({ id: 'y' })], 200, undefined);
    const { archive } = store.current;
    store.addArchive([sandbox({ id: 'x' }), sandbox({ id: 'y' })], 300, undefined);
    assert.equal(store.current.archive, archive);
    assert.equal(events.length, 1);
    store.addArchive([sandbox({ id: 'x' }), sandbox({ id: 'y', image: 'new' })], 400, undefined);
    assert.equal(store.current.archive.get('x'), archive.get('x'));
    assert.notEqual(store.current.archive.get('y'), archive.get('y'));
  });
});
