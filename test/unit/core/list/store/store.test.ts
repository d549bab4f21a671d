import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SandboxStore, type PanelChange } from '../../../../../src/core/list/store';
import { type Failure } from '../../../../../src/core/list/listStatus';
import type { Sandbox } from '../../../../../src/core/sandbox/sandbox';
import { sandbox } from '../../../../support/sandboxBuilder';
import { rowsArbitrary } from '../../arbitraries';

const failure: Failure = { kind: 'network', message: 'connect ECONNREFUSED' };

function storeOf(...ids: readonly string[]): {
  readonly store: SandboxStore;
  readonly events: PanelChange[];
} {
  const store = new SandboxStore();
  store.reset({ kind: 'loading' });
  if (ids.length > 0)
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

function ids(store: SandboxStore): readonly string[] {
  return [...store.current.rows.keys()];
}

describe('SandboxStore', () => {
  it('starts signed out and empty', () => {
    const { status, rows, archive, badRows } = new SandboxStore().current;
    assert.deepEqual(status, { kind: 'signedOut' });
    assert.deepEqual([rows.size, archive.size, badRows], [0, 0, 0]);
  });

  it('fires with the previous and the current snapshot', () => {
    const { store, events } = storeOf();
    const before = store.current;
    store.upsert([sandbox({ id: 'a' })], 100);
    assert.equal(events.length, 1);
    const [change] = events;
    assert.equal(change?.previous, before);
    assert.equal(change.current, store.current);
    assert.equal(before.rows.size, 0);
  });

  it('fires no event once disposed', () => {
    const { store, events } = storeOf('a');
    store.dispose();
    store.remove('a');
    assert.equal(events.length, 0);
  });

  describe('what no list has shown yet', () => {
    const isUnlisted = (store: SandboxStore): boolean => store.current.rows.get('b')?.isUnlisted === true;
    const made = (): SandboxStore => {
      const { store } = storeOf('a');
      store.upsert([sandbox({ id: 'b' })], 200);
      store.upsert([sandbox({ id: 'b', state: 'running' })], 205);
      store.setAction(['b'], 'update');
      store.setAction(['b'], undefined);
      return store;
    };

    it('is marked, whatever else is received of it, and whatever lists lack it', () => {
      const store = made();
      assert.ok(isUnlisted(store));
      store.applyListing([sandbox({ id: 'a' })], 190, 210, 0);
      assert.ok(isUnlisted(store));
    });

    for (const [what, startedAtMs] of [
      ['that began before its answer', 190],
      ['that began after it', 206],
    ] as const)
      for (const [which, apply] of [
        ['a list', (store: SandboxStore, ...all: Sandbox[]) => store.applyListing(all, startedAtMs, 210, 0)],
        ['a part of one', (store: SandboxStore, ...all: Sandbox[]) => store.applyPart(all, startedAtMs, 210)],
      ] as const)
        it(`is not once ${which} ${what} shows it`, () => {
          const store = made();
          apply(store, sandbox({ id: 'a' }), sandbox({ id: 'b', state: 'running' }));
          assert.equal(store.current.rows.has('b'), true);
          assert.equal(isUnlisted(store), false);
        });

    it('is not when a list showed it before', () => {
      const { store } = storeOf('a', 'b');
      store.upsert([sandbox({ id: 'b', state: 'suspended' })], 200);
      assert.equal(isUnlisted(store), false);
    });
  });

  describe('applyListing', () => {
    it('applies the listing, with status fresh', () => {
      const { store } = storeOf('a');
      store.applyListing([sandbox({ id: 'b' }), sandbox({ id: 'c' })], 200, 210, 3);
      assert.deepEqual(ids(store), ['b', 'c']);
      assert.deepEqual(store.current.status, { kind: 'fresh', atMs: 210 });
      assert.equal(store.current.badRows, 3);
      assert.equal(store.current.rows.get('b')?.seenAtMs, 210);
    });

    it('keeps the identity of rows that did not change, and of the map when none did', () => {
      const { store } = storeOf('a', 'b');
      const { rows } = store.current;
      store.applyListing([sandbox({ id: 'b' }), sandbox({ id: 'a' })], 200, 210, 0);
      assert.equal(store.current.rows, rows);
      store.applyListing([sandbox({ id: 'a' }), sandbox({ id: 'b', state: 'suspended' })], 300, 310, 0);
      assert.notEqual(store.current.rows, rows);
      assert.equal(store.current.rows.get('a'), rows.get('a'));
      assert.equal(store.current.rows.get('b')?.sandbox.state, 'suspended');
    });

    it('changes the identity of exactly the rows that changed', () => {
      fc.assert(
        fc.property(rowsArbitrary, rowsArbitrary, (before, after) => {
          const { store } = storeOf();
          store.applyListing(
            before.map(row => row.sandbox),
            100,
            100,
            0,
          );
          const known = store.current.rows;
          store.applyListing(
            after.map(row => structuredClone(row.sandbox)),
            200,
            200,
            0,
          );
          assert.deepEqual(new Set(ids(store)), new Set(after.map(row => row.sandbox.id)));
          for (const { sandbox: listed } of after) {
            const row = store.current.rows.get(listed.id);
            const old = known.get(listed.id);
            assert.deepEqual(row?.sandbox, { ...row?.sandbox, ...listed });
            const isSame = JSON.stringify(old?.sandbox) === JSON.stringify(listed);
            assert.equal(row === old, isSame);
            assert.equal(row.seenAtMs, isSame ? 100 : 200);
          }
        }),
      );
    });

    it('does not compare sandboxes that are the same objects as in the last listing', () => {
      const { store } = storeOf();
      const listing = [sandbox({ id: 'a' }), sandbox({ id: 'b' })];
      // As from a page that was parsed again without a change: equal to the stored rows.
      store.applyListing([sandbox({ id: 'a' }), sandbox({ id: 'b' })], 100, 100, 0);
      store.applyListing([...listing], 200, 200, 0);
      const { rows } = store.current;
      for (const each of listing)
        Object.defineProperty(each, 'raw', { get: () => assert.fail('asked for what was received') });
      store.applyListing([...listing], 300, 300, 0);
      assert.equal(store.current.rows, rows);
      assert.deepEqual(store.current.status, { kind: 'fresh', atMs: 300 });
    });

    it('applies an identical listing again once it is newer than the updates', () => {
      const { store } = storeOf();
      const listing = [sandbox({ id: 'a' })];
      store.applyListing(listing, 100, 100, 0);
      store.upsert([sandbox({ id: 'a', state: 'suspended' }), sandbox({ id: 'b' })], 250);
      store.applyListing(listing, 200, 300, 0);
      assert.deepEqual(
        [store.current.rows.get('a')?.sandbox.state, store.current.rows.size],
        ['suspended', 2],
      );
      store.applyListing(listing, 400, 410, 0);
      assert.deepEqual([store.current.rows.get('a')?.sandbox.state, store.current.rows.size], ['running', 1]);
    });

    it('records when it saw a sandbox change its state, and keeps that through other changes', () => {
      const { store } = storeOf('a');
      const since = (): number | undefined => store.current.rows.get('a')?.stateSinceMs;
      assert.equal(since(), undefined);
      store.upsert([sandbox({ id: 'a', image: 'new' })], 150);
      assert.equal(since(), undefined);
      store.upsert([sandbox({ id: 'a', state: 'suspended' })], 200);
      assert.equal(since(), 200);
      store.setAction(['a'], 'resume');
      store.setAction(['a'], undefined);
      store.upsert([sandbox({ id: 'a', state: 'suspended', image: 'new' })], 300);
      assert.equal(since(), 200);
      store.applyListing([sandbox({ id: 'a', state: 'unknown' })], 400, 400, 0);
      store.upsert([sandbox({ id: 'a', state: 'unknown', rawState: 'thawing' })], 500);
      assert.equal(since(), 500);
    });

    it('compares sandboxes by their raw data', () => {
      const { store } = storeOf();
      const first = sandbox({ id: 'a' });
      store.applyListing([first, sandbox({ id: 'b' })], 100, 100, 0);
      const { rows } = store.current;
      Object.defineProperty(first, 'name', { get: () => assert.fail('asked for a name') });
      store.applyListing([sandbox({ id: 'a' }), sandbox({ id: 'b' })], 200, 200, 0);
      store.applyListing([sandbox({ id: 'b' }), sandbox({ id: 'a' })], 300, 300, 0);
      store.upsert([sandbox({ id: 'a' })], 400);
      assert.equal(store.current.rows, rows);
      const { raw } = sandbox({ id: 'b' });
      store.applyListing([sandbox({ id: 'a' }), sandbox({ id: 'b', raw: { ...raw, more: 1 } })], 500, 500, 0);
      assert.notEqual(store.current.rows.get('b'), rows.get('b'));
    });

    it('drops a row that is not listed, even when another is listed twice', () => {
      const { store } = storeOf('a', 'b');
      store.applyListing([sandbox({ id: 'a' }), sandbox({ id: 'a' })], 200, 210, 0);
      assert.deepEqual(ids(store), ['a']);
    });

    it('keeps an unlisted row while an action runs on it, and drops it afterwards', () => {
      const { store } = storeOf('a', 'b');
      store.setAction(['a'], 'terminate');
      store.applyListing([], 200, 210, 0);
      assert.deepEqual(ids(store), ['a']);
      store.setAction(['a'], undefined);
      store.applyListing([], 300, 310, 0);
      assert.deepEqual(ids(store), []);
    });

    it('keeps a row that was added after the listing began, and drops it when the next does not name it', () => {
      const { store } = storeOf();
      store.upsert([sandbox({ id: 'new' })], 205);
      store.applyListing([sandbox({ id: 'a' })], 200, 210, 0);
      assert.deepEqual(new Set(ids(store)), new Set(['a', 'new']));
      store.applyListing([sandbox({ id: 'a' })], 300, 310, 0);
      assert.deepEqual(ids(store), ['a']);
    });

    it('drops a row that was added before the listing began', () => {
      const { store } = storeOf();
      store.upsert([sandbox({ id: 'old' })], 200);
      store.applyListing([], 200, 210, 0);
      assert.deepEqual(ids(store), []);
    });

    it('does not overwrite an update from after the listing began', () => {
      const { store } = storeOf('a');
      store.upsert([sandbox({ id: 'a', name: 'renamed' })], 205);
      store.applyListing([sandbox({ id: 'a', name: 'a' })], 200, 210, 0);
      assert.equal(store.current.rows.get('a')?.sandbox.name, 'renamed');
      store.applyListing([sandbox({ id: 'a', name: 'again' })], 300, 310, 0);
      assert.equal(store.current.rows.get('a')?.sandbox.name, 'again');
    });

    it('applies the listing when the clock was set back in between', () => {
      const { store } = storeOf('a', 'b');
      store.applyListing([sandbox({ id: 'a', state: 'suspended' })], 20, 30, 0);
      assert.deepEqual(ids(store), ['a']);
      assert.equal(store.current.rows.get('a')?.sandbox.state, 'suspended');
    });

    it('keeps the action of a row that it updates', () => {
      const { store } = storeOf('a');
      store.setAction(['a'], 'suspend');
      store.applyListing([sandbox({ id: 'a', state: 'suspending' })], 200, 210, 0);
      const row = store.current.rows.get('a');
      assert.equal(row?.action, 'suspend');
      assert.equal(row.sandbox.state, 'suspending');
    });

    it('does not change the archive', () => {
      const { store } = storeOf('a');
      store.addArchive([sandbox({ id: 'old' })], 150, undefined);
      const { archive } = store.current;
      store.applyListing([], 200, 210, 0);
      assert.equal(store.current.archive, archive);
    });

    it('fires no event when nothing changed', () => {
      const { store, events } = storeOf('a');
      store.applyListing([sandbox({ id: 'a' })], 100, 100, 0);
      assert.equal(events.length, 0);
      store.applyListing([sandbox({ id: 'a' })], 100, 100, 1);
      store.applyListing([sandbox({ id: 'a' })], 100, 101, 1);
      assert.equal(events.length, 2);
    });
  });

  describe('upsert', () => {
    it('changes only the given rows, not the others and not the status', () => {
      const { store, events } = storeOf('a', 'b');
      const { rows, status } = store.current;
      store.upsert([sandbox({ id: 'b', state: 'pending' }), sandbox({ id: 'c' })], 200);
      assert.deepEqual(ids(store), ['a', 'b', 'c']);
      assert.equal(store.current.rows.get('a'), rows.get('a'));
      assert.equal(store.current.rows.get('b')?.seenAtMs, 200);
      assert.equal(store.current.status, status);
      assert.equal(events.length, 1);
    });

    it('can set a status', () => {
      const { store, events } = storeOf('a');
      store.upsert([], 200, { kind: 'fresh', atMs: 200 });
      assert.deepEqual(store.current.status, { kind: 'fresh', atMs: 200 });
      assert.equal(events.length, 1);
    });

    it('fires no event when nothing changed', () => {
      const { store, events } = storeOf('a');
      store.upsert([sandbox({ id: 'a' })], 200);
      store.upsert([], 200);
      assert.equal(events.length, 0);
    });
  });

  describe('fail', () => {
    it('makes a list stale since its last success, after any number of failures', () => {
      const { store } = storeOf('a');
      const { rows } = store.current;
      store.fail(failure, { retryAtMs: 500 });
      assert.deepEqual(store.current.status, { kind: 'stale', sinceMs: 100, failure, retryAtMs: 500 });
      const other: Failure = { kind: 'unauthenticated', message: 'no' };
      store.fail(other);
      assert.deepEqual(store.current.status, { kind: 'stale', sinceMs: 100, failure: other });
      assert.equal(store.current.rows, rows);
    });

    it('is failed when no listing ever succeeded, and fresh once one does', () => {
      const { store } = storeOf();
      store.fail(failure, { retryAtMs: 500 });
      assert.deepEqual(store.current.status, { kind: 'failed', failure, retryAtMs: 500 });
      store.fail(failure);
      assert.deepEqual(store.current.status, { kind: 'failed', failure });
      store.applyListing([], 600, 600, 0);
      assert.deepEqual(store.current.status, { kind: 'fresh', atMs: 600 });
    });

    it('fires no event when it fails the same way again', () => {
      const { store, events } = storeOf('a');
      store.fail(failure, { retryAtMs: 500 });
      store.fail({ ...failure }, { retryAtMs: 500 });
      assert.equal(events.length, 1);
    });
  });

  describe('setAction', () => {
    it('marks rows and clears the mark, with one event each', () => {
      const { store, events } = storeOf('a', 'b', 'c');
      const { rows } = store.current;
      store.setAction(['a', 'b'], 'suspend');
      assert.deepEqual(
        [...store.current.rows.values()].map(row => row.action),
        ['suspend', 'suspend', undefined],
      );
      assert.equal(store.current.rows.get('c'), rows.get('c'));
      store.setAction(['a', 'b'], undefined);
      assert.deepEqual(store.current.rows.get('a'), rows.get('a'));
      assert.equal(events.length, 2);
    });

    it('ignores unknown ids and actions that are already set', () => {
      const { store, events } = storeOf('a');
      store.setAction(['nobody'], 'suspend');
      store.setAction(['a'], undefined);
      store.setAction([], 'suspend');
      assert.equal(events.length, 0);
      assert.deepEqual(ids(store), ['a']);
      store.setAction(['a'], 'suspend');
      store.setAction(['a'], 'suspend');
      assert.equal(events.length, 1);
    });

    it('replaces one action by another', () => {
      const { store } = storeOf('a');
      store.setAction(['a'], 'suspend');
      store.setAction(['a'], 'terminate');
      assert.equal(store.current.rows.get('a')?.action, 'terminate');
    });

    it('clears only the given action, not another one on the row', () => {
      const { store, events } = storeOf('a', 'b', 'c');
      store.setAction(['a', 'b'], 'suspend');
      store.setAction(['b'], 'terminate');
      store.setAction(['a', 'b', 'c'], undefined, 'suspend');
      const actions = (): unknown => [...store.current.rows.values()].map(row => row.action);
      assert.deepEqual(actions(), [undefined, 'terminate', undefined]);
      assert.equal(events.length, 3);
      store.setAction(['a', 'b'], 'suspend', 'resume');
      assert.deepEqual(actions(), [undefined, 'terminate', undefined]);
      store.setAction(['b'], 'suspend', 'terminate');
      assert.deepEqual(actions(), [undefined, 'suspend', undefined]);
    });
  });

  describe('remove', () => {
    it('drops the row, and fires no event when there is none', () => {
      const { store, events } = storeOf('a', 'b');
      store.remove('a');
      assert.deepEqual(ids(store), ['b']);
      assert.deepEqual(store.current.status, { kind: 'fresh', atMs: 100 });
      store.remove('a');
      assert.equal(events.length, 1);
    });
  });
});
