import assert from 'node:assert/strict';
import { SnapshotStore, type SnapshotPanel } from '../../../../src/core/snapshots/snapshotStore';
import type { Failure } from '../../../../src/core/list/listStatus';
import { snapshot } from '../../../support/snapshotBuilder';

const failure: Failure = { kind: 'network', message: 'connect ECONNREFUSED' };

function storeOf(...ids: readonly string[]): {
  readonly store: SnapshotStore;
  readonly events: SnapshotPanel[];
} {
  const store = new SnapshotStore();
  store.reset({ kind: 'loading' });
  if (ids.length > 0)
    store.applyListing(
      ids.map(id => snapshot({ id })),
      100,
      0,
    );
  const events: SnapshotPanel[] = [];
  store.onDidChange(panel => events.push(panel));
  return { store, events };
}

const ids = ({ current }: SnapshotStore): readonly string[] => [...current.snapshots.keys()];

describe('SnapshotStore', () => {
  it('starts signed out and empty', () => {
    const { status, snapshots } = new SnapshotStore().current;
    assert.deepEqual([status, snapshots.size], [{ kind: 'signedOut' }, 0]);
  });

  it('applies a listing, and drops what is missing from it', () => {
    const { store } = storeOf('a', 'b');
    store.setDeleting(['a'], true);
    store.applyListing([snapshot({ id: 'b' }), snapshot({ id: 'c' })], 200, 2);
    assert.deepEqual(ids(store), ['b', 'c']);
    assert.deepEqual(store.current.status, { kind: 'fresh', atMs: 200 });
    assert.equal(store.current.badRows, 2);
    assert.equal(store.current.deleting.size, 0);
  });

  it('keeps the identity of unchanged snapshots, and fires no event when nothing changed', () => {
    const { store, events } = storeOf('a', 'b');
    const before = store.current;
    store.applyListing([snapshot({ id: 'b' }), snapshot({ id: 'a' })], 100, 0);
    store.upsert(snapshot({ id: 'a' }));
    store.remove(['z']);
    store.setDeleting(['a'], false);
    assert.equal(events.length, 0);
    assert.equal(store.current, before);
    store.applyListing([snapshot({ id: 'a' }), snapshot({ id: 'b', status: 'failed' })], 300, 0);
    assert.equal(store.current.snapshots.get('a'), before.snapshots.get('a'));
    assert.equal(store.current.snapshots.get('b')?.status, 'failed');
  });

  it('keeps the map when a listing changes only the status', () => {
    const { store, events } = storeOf('a');
    const { snapshots } = store.current;
    store.applyListing([snapshot({ id: 'a' })], 300, 0);
    assert.equal(events.length, 1);
    assert.equal(store.current.snapshots, snapshots);
  });

  it('adds and drops single ones, and marks those being deleted', () => {
    const { store, events } = storeOf('a');
    store.upsert(snapshot({ id: 'b', status: 'in_progress' }));
    store.setDeleting(['a'], true);
    store.remove(['a']);
    assert.deepEqual(ids(store), ['b']);
    assert.equal(events.length, 3);
  });

  it('keeps the snapshots when a listing fails', () => {
    const { store } = storeOf('a');
    store.fail(failure);
    store.fail(failure);
    assert.deepEqual(store.current.status, { kind: 'stale', sinceMs: 100, failure });
    assert.deepEqual(ids(store), ['a']);
  });

  it('is failed when nothing was ever read', () => {
    const { store } = storeOf();
    store.fail(failure);
    assert.deepEqual(store.current.status, { kind: 'failed', failure });
  });

  it('clears everything when the account changes', () => {
    const { store } = storeOf('a');
    store.setDeleting(['a'], true);
    store.reset({ kind: 'signedOut' });
    assert.deepEqual(ids(store), []);
    assert.equal(store.current.deleting.size, 0);
  });

  it('fires no event once disposed', () => {
    const { store, events } = storeOf('a');
    store.dispose();
    store.remove(['a']);
    assert.equal(events.length, 0);
  });
});
