import assert from 'node:assert/strict';
import { CatalogStore, type CatalogPanel } from '../../../../src/core/catalog/catalogStore';
import type { SandboxPool } from '../../../../src/core/catalog/pool';
import type { Failure } from '../../../../src/core/list/listStatus';

const failure: Failure = { kind: 'server', message: 'Bad Gateway' };
const other: Failure = { kind: 'network', message: 'connect ECONNREFUSED' };
const pool: SandboxPool = {
  id: 'p1',
  resources: { gpus: [] },
  allowUnauthenticatedAccess: false,
  exposedPorts: [],
  raw: { pool_id: 'p1' },
};
const image = { name: 'tensorlake/ubuntu-vnc', isManaged: true };

function loading(): { readonly store: CatalogStore; readonly events: CatalogPanel[] } {
  const store = new CatalogStore();
  store.reset({ kind: 'loading' });
  const events: CatalogPanel[] = [];
  store.onDidChange(panel => events.push(panel));
  return { store, events };
}

describe('CatalogStore', () => {
  it('applies both halves, and fires no event when they are unchanged', () => {
    const { store, events } = loading();
    store.apply({ ok: [pool], isCut: false, badRows: 0 }, { ok: [image], isCut: false, badRows: 0 }, 100);
    store.apply(
      { ok: [{ ...pool }], isCut: false, badRows: 0 },
      { ok: [{ ...image }], isCut: false, badRows: 0 },
      100,
    );
    assert.equal(events.length, 1);
    assert.equal(store.pool('p1'), pool);
    assert.equal(store.pool('p2'), undefined);
  });

  it('keeps one half when the other could not be read', () => {
    const { store } = loading();
    store.apply({ failure }, { ok: [image], isCut: false, badRows: 0 }, 100);
    assert.deepEqual(store.current, {
      status: { kind: 'fresh', atMs: 100 },
      pools: { failure },
      images: { ok: [image], isCut: false, badRows: 0 },
    });
    assert.equal(store.pool('p1'), undefined);
  });

  it('is failed when neither half could be read, or stale with the previous data', () => {
    const { store } = loading();
    store.apply({ failure }, { failure: other }, 100);
    assert.deepEqual(store.current.status, { kind: 'failed', failure });
    store.apply({ ok: [pool], isCut: false, badRows: 0 }, { ok: [], isCut: false, badRows: 0 }, 200);
    store.apply({ failure: other }, { failure }, 300);
    store.fail(failure);
    assert.deepEqual(store.current.status, { kind: 'stale', sinceMs: 200, failure });
    assert.equal(store.pool('p1'), pool);
  });

  it('clears everything when the account changes, and fires no event once disposed', () => {
    const { store, events } = loading();
    store.apply({ ok: [pool], isCut: false, badRows: 0 }, { ok: [], isCut: false, badRows: 0 }, 100);
    store.reset({ kind: 'signedOut' });
    assert.equal(store.pool('p1'), undefined);
    store.dispose();
    store.fail(failure);
    assert.equal(events.length, 2);
  });
});
