import assert from 'node:assert/strict';
import { listBounds } from '../../../../../src/core/kernel/listBounds';
import { SandboxStore } from '../../../../../src/core/list/store';
import { sandbox } from '../../../../support/sandboxBuilder';

function storeOf(...ids: readonly string[]): { readonly store: SandboxStore; readonly events: unknown[] } {
  const store = new SandboxStore();
  store.applyListing(
    ids.map(id => sandbox({ id })),
    100,
    100,
    0,
  );
  const events: unknown[] = [];
  store.onDidChange(change => events.push(change));
  return { store, events };
}

function imageOf(store: SandboxStore, id: string): string | undefined {
  return store.current.rows.get(id)?.sandbox.image;
}

describe('SandboxStore, with a part of a list', () => {
  it('keeps what the part lacks, changes what it names, and adds what is new after it', () => {
    const { store, events } = storeOf('a', 'b');
    const { rows } = store.current;
    store.applyPart([sandbox({ id: 'c' }), sandbox({ id: 'b', image: 'new' })], 200, 210);
    assert.deepEqual([...store.current.rows.keys()], ['a', 'b', 'c']);
    assert.equal(store.current.rows.get('a'), rows.get('a'));
    assert.equal(imageOf(store, 'b'), 'new');
    assert.deepEqual(store.current.status, { kind: 'fresh', atMs: 210 });
    assert.equal(events.length, 1);
  });

  it('does not overwrite an update from after the part was asked for', () => {
    const { store } = storeOf('a');
    store.upsert([sandbox({ id: 'a', image: 'changed' })], 205);
    store.applyPart([sandbox({ id: 'a', image: 'old' })], 200, 210);
    assert.equal(imageOf(store, 'a'), 'changed');
    store.applyPart([sandbox({ id: 'a', image: 'newer' })], 300, 310);
    assert.equal(imageOf(store, 'a'), 'newer');
  });

  it('tells of a bound that was met though nothing else changed, and of its end', () => {
    const { store, events } = storeOf('a');
    store.applyPart([sandbox({ id: 'a' })], 100, 100, { cut: 'rows' });
    assert.deepEqual([store.current.cut, events.length], ['rows', 1]);
    // A part that was never to be the whole list says nothing of that.
    store.applyPart([sandbox({ id: 'a' })], 100, 100);
    assert.deepEqual([store.current.cut, events.length], ['rows', 1]);
    store.applyListing([sandbox({ id: 'a' })], 100, 100, 0);
    assert.deepEqual([store.current.cut, events.length], [undefined, 2]);
  });

  it('adds no more rows than a list may have, and still changes those that it has', () => {
    const known = Array.from({ length: listBounds.rows - 1 }, (_, index) => sandbox({ id: `r${index}` }));
    const store = new SandboxStore();
    store.applyListing(known, 100, 100, 0);
    const all = [sandbox({ id: 'n1' }), sandbox({ id: 'n2' }), sandbox({ id: 'r7', image: 'new' })];
    store.applyPart(all, 200, 210);
    const { rows } = store.current;
    assert.deepEqual([rows.size, rows.has('n1'), rows.has('n2')], [listBounds.rows, true, false]);
    assert.equal(imageOf(store, 'r7'), 'new');
  });
});

describe('SandboxStore, with what was received while a list was read', () => {
  it('keeps what came at the moment in which the list is applied', () => {
    const { store } = storeOf('a');
    store.upsert([sandbox({ id: 'a', image: 'changed' }), sandbox({ id: 'made' })], 210);
    store.applyListing([sandbox({ id: 'a' })], 200, 210, 0);
    assert.equal(imageOf(store, 'a'), 'changed');
    assert.ok(store.current.rows.has('made'));
  });

  it('believes the same listing again once it was asked for after that', () => {
    const { store } = storeOf();
    const listing = [sandbox({ id: 'a' })];
    store.applyListing(listing, 100, 100, 0);
    store.upsert([sandbox({ id: 'a', image: 'changed' })], 205);
    store.applyListing(listing, 200, 210, 0);
    assert.equal(imageOf(store, 'a'), 'changed');
    store.applyListing(listing, 300, 310, 0);
    assert.equal(imageOf(store, 'a'), 'ubuntu');
  });

  it('keeps the action, and since when it is in its state, of a row that a list shows for the first time', () => {
    const { store } = storeOf();
    store.upsert([sandbox({ id: 'made', state: 'pending' })], 201);
    store.upsert([sandbox({ id: 'made' })], 205);
    store.setAction(['made'], 'suspend');
    store.applyListing([sandbox({ id: 'made', state: 'pending' })], 200, 210, 0);
    const { action, stateSinceMs, isUnlisted, sandbox: shown } = store.current.rows.get('made') ?? {};
    assert.deepEqual([action, stateSinceMs, isUnlisted], ['suspend', 205, undefined]);
    assert.equal(shown?.state, 'running');
  });

  it('says of no list that it is tried again that has not failed', () => {
    const { store, events } = storeOf('a');
    store.setRetry({ retryAtMs: 500 });
    assert.deepEqual([store.current.status, events.length], [{ kind: 'fresh', atMs: 100 }, 0]);
    const failure = { kind: 'network', message: 'connect ECONNREFUSED' } as const;
    store.fail(failure, { retryAtMs: 500 });
    store.setRetry({ retryAtMs: 900 });
    assert.deepEqual(store.current.status, { kind: 'stale', sinceMs: 100, failure, retryAtMs: 900 });
  });

  it('tells that the archive met a bound though no row came', () => {
    const { store, events } = storeOf();
    store.addArchive([], 200, undefined, 'size');
    assert.deepEqual([store.current.archiveCut, events.length], ['size', 1]);
  });
});
