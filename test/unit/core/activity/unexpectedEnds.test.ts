import assert from 'node:assert/strict';
import { unexpectedEnds } from '../../../../src/core/activity/unexpectedEnds';
import type { ListStatus } from '../../../../src/core/list/listStatus';
import type { Row } from '../../../../src/core/list/rows';
import type { PanelSnapshot } from '../../../../src/core/list/store';
import { row } from '../../../support/sandboxBuilder';

const fresh: ListStatus = { kind: 'fresh', atMs: 1 };
const failure = { kind: 'network', message: '' } as const;

function snapshot(rows: readonly Row[], status: ListStatus = fresh, badRows = 0): PanelSnapshot {
  return { status, rows: new Map(rows.map(each => [each.sandbox.id, each])), archive: new Map(), badRows };
}

function endsOf(previous: PanelSnapshot, current: PanelSnapshot, ids: readonly string[] = ['a', 'b']) {
  return unexpectedEnds(ids, { previous, current }).map(({ id, state }) => [id, state]);
}

const a = row({ id: 'a' });
const b = row({ id: 'b' });
const over = row({ id: 'a', state: 'terminated' });

describe('unexpected ends of sandboxes', () => {
  it('are sandboxes that terminated, or are no longer listed', () => {
    assert.deepEqual(endsOf(snapshot([a, b]), snapshot([over])), [
      ['a', 'terminated'],
      ['b', 'running'],
    ]);
    for (const state of ['pending', 'suspended', 'unknown'] as const)
      assert.equal(endsOf(snapshot([row({ id: 'a', state })]), snapshot([over])).length, 1, state);
  });

  it('are reported once', () => {
    assert.deepEqual(endsOf(snapshot([over]), snapshot([row({ id: 'a', state: 'terminated' })])), []);
    assert.deepEqual(endsOf(snapshot([over]), snapshot([])), []);
    assert.equal(endsOf(snapshot([a]), snapshot([over]), ['a', 'a']).length, 1);
  });

  it('exclude sandboxes that this window terminates, and those not in use', () => {
    const ending = row({ id: 'a' }, { action: 'terminate' });
    assert.deepEqual(endsOf(snapshot([ending]), snapshot([over])), []);
    assert.deepEqual(endsOf(snapshot([ending]), snapshot([])), []);
    assert.deepEqual(
      endsOf(snapshot([a]), snapshot([row({ id: 'a', state: 'terminated' }, { action: 'terminate' })])),
      [],
    );
    assert.deepEqual(endsOf(snapshot([a]), snapshot([over]), ['b']), []);
  });

  it('exclude those of which the user was told that their snapshot ends them', () => {
    const ending = row({ id: 'a' }, { action: 'snapshotAndEnd' });
    assert.deepEqual(endsOf(snapshot([ending]), snapshot([over])), []);
    assert.equal(endsOf(snapshot([row({ id: 'a' }, { action: 'snapshot' })]), snapshot([over])).length, 1);
  });

  it('exclude suspended sandboxes', () => {
    assert.deepEqual(endsOf(snapshot([a]), snapshot([row({ id: 'a', state: 'suspended' })])), []);
  });

  it('exclude sandboxes of a previous account, and of a list that could not be read completely', () => {
    assert.deepEqual(endsOf(snapshot([a]), snapshot([], { kind: 'loading' })), []);
    assert.deepEqual(endsOf(snapshot([a]), snapshot([], { kind: 'signedOut' })), []);
    assert.deepEqual(endsOf(snapshot([a], { kind: 'loading' }), snapshot([over])), []);
    assert.deepEqual(endsOf(snapshot([a]), snapshot([], fresh, 1)), []);
    assert.deepEqual(endsOf(snapshot([a]), snapshot([], { kind: 'stale', sinceMs: 1, failure })), []);
    assert.equal(endsOf(snapshot([a]), snapshot([over], { kind: 'stale', sinceMs: 1, failure })).length, 1);
  });
});
