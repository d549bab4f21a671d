import assert from 'node:assert/strict';
import { SandboxStore } from '../../../../../src/core/list/store';
import { sandbox } from '../../../../support/sandboxBuilder';

describe('SandboxStore.reset', () => {
  function listening(): { readonly store: SandboxStore; readonly events: unknown[] } {
    const store = new SandboxStore();
    store.reset({ kind: 'loading' });
    const events: unknown[] = [];
    store.onDidChange(change => events.push(change));
    return { store, events };
  }

  it('clears rows, archive and failure', () => {
    const { store, events } = listening();
    store.applyListing([sandbox({ id: 'a' })], 100, 100, 1);
    store.addArchive([sandbox({ id: 'x' })], 200, 'cursor=a');
    store.reset({ kind: 'signedOut' });
    const { status, rows, archive, archiveCursor, badRows } = store.current;
    assert.deepEqual([status, archiveCursor], [{ kind: 'signedOut' }, undefined]);
    assert.deepEqual([rows.size, archive.size, badRows], [0, 0, 0]);
    assert.equal(events.length, 3);
  });

  it('sets the account, even when neither account has sandboxes', () => {
    const { store, events } = listening();
    store.reset({ kind: 'loading' }, 'prod');
    store.applyListing([], 100, 200, 0);
    assert.equal(store.current.account, 'prod');
    store.reset({ kind: 'loading' });
    assert.equal(store.current.account, undefined);
    assert.equal(events.length, 3);
  });

  it('fires no event when there was nothing to clear', () => {
    const { store, events } = listening();
    store.reset({ kind: 'loading' });
    assert.equal(events.length, 0);
  });
});
