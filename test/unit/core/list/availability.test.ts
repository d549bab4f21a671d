import assert from 'node:assert/strict';
import { availabilityOf } from '../../../../src/core/list/availability';
import type { ListStatus } from '../../../../src/core/list/listStatus';
import type { PanelSnapshot } from '../../../../src/core/list/store';
import { row } from '../../../support/sandboxBuilder';

const known = row({ id: 'a' });
const old = row({ id: 'b', state: 'terminated' });
const failure = { kind: 'network', message: 'ECONNREFUSED' } as const;

function snapshot(status: ListStatus): PanelSnapshot {
  return { status, rows: new Map([['a', known]]), archive: new Map([['b', old]]), badRows: 0 };
}

describe('the availability of a sandbox', () => {
  it('depends on the list that names it', () => {
    const fresh = snapshot({ kind: 'fresh', atMs: 1 });
    assert.deepEqual(availabilityOf(fresh, 'a', true), { availability: { kind: 'current' }, row: known });
    assert.deepEqual(availabilityOf(fresh, 'b', true), { availability: { kind: 'archived' }, row: old });
    assert.deepEqual(availabilityOf(fresh, 'c', true), { availability: { kind: 'gone' } });
  });

  it('is elsewhere, not gone, when the account never listed it', () => {
    const fresh = snapshot({ kind: 'fresh', atMs: 1 });
    assert.deepEqual(availabilityOf(fresh, 'c', false), { availability: { kind: 'elsewhere' } });
    assert.deepEqual(availabilityOf(fresh, 'a', false), { availability: { kind: 'current' }, row: known });
  });

  it('is waiting before the service has answered', () => {
    const loading = snapshot({ kind: 'loading' });
    assert.deepEqual(availabilityOf(loading, 'c', true), { availability: { kind: 'waiting' } });
    assert.deepEqual(availabilityOf(loading, 'a', true).availability, { kind: 'current' });
  });

  it('is stale, not gone, while the list is stale', () => {
    const stale = snapshot({ kind: 'stale', sinceMs: 5, failure });
    assert.deepEqual(availabilityOf(stale, 'a', true), {
      availability: { kind: 'stale', sinceMs: 5, failure },
      row: known,
    });
    assert.deepEqual(availabilityOf(stale, 'c', true), {
      availability: { kind: 'stale', sinceMs: 5, failure },
    });
    const failed = snapshot({ kind: 'failed', failure });
    assert.deepEqual(availabilityOf(failed, 'c', true), { availability: { kind: 'stale', failure } });
  });

  it('is signed out without an account', () => {
    assert.deepEqual(availabilityOf(snapshot({ kind: 'signedOut' }), 'a', true), {
      availability: { kind: 'signedOut' },
    });
  });
});
