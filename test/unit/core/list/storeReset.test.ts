import assert from 'node:assert/strict';
import { SandboxStore } from '../../../../src/core/list/store';
import { sandbox } from '../../../support/sandboxBuilder';

describe('SandboxStore.reset', () => {
  function listening(): { readonly store: SandboxStore; readonly events: unknown[] } {
    const store = new SandboxStore();
    store.reset({ kind: 'loading' });
    const events: unknown[] = [];
    store.onDidChange(change => events.push(change));
    return { store, events };
  }

  it('forgets rows, archive and trouble', () => {
    const { store, events } = listening();
    store.applyListing([sandbox({ id: 'a' })], 100, 100, 1);
    store.addArchive([sandbox({ id: 'x' })], 200, 'cursor=a');
    store.reset({ kind: 'signedOut' });
    const { status, rows, archive, archiveCursor, badRows } = store.current;
    assert.deepEqual([status, archiveCursor], [{ kind: 'signedOut' }, undefined]);
    assert.deepEqual([rows.size, archive.size, badRows], [0, 0, 0]);
    assert.equal(events.length, 3);
  });

  it('says whose sandboxes follow, even where there are none of either', () => {
    const { store, events } = listening();
    store.reset({ kind: 'loading' }, 'prod');
    store.applyListing([], 100, 200, 0);
    assert.equal(store.current.account, 'prod');
    store.reset({ kind: 'loading' });
    assert.equal(store.current.account, undefined);
    assert.equal(events.length, 3);
  });

  it('tells nobody when there was nothing to forget', () => {
    const { store, events } = listening();
    store.reset({ kind: 'loading' });
    assert.equal(events.length, 0);
  });
});
