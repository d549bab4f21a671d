import assert from 'node:assert/strict';
import { attentionOf } from '../../../../src/core/list/attention';
import { SandboxStore, type PanelChange } from '../../../../src/core/list/store';
import { endKind } from '../../../../src/core/sandbox/endReason';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { endsBySnapshot, isEndSeen } from '../../../../src/core/snapshots/snapshotEnds';
import { row, sandbox } from '../../../support/sandboxBuilder';
import { snapshot } from '../../../support/snapshotBuilder';

const over = { id: 'box', state: 'terminated', server: 'other' } as const;

function seen(...states: readonly Partial<Sandbox>[]) {
  const store = new SandboxStore();
  const changes: PanelChange[] = [];
  store.reset({ kind: 'loading' });
  store.onDidChange(change => changes.push(change));
  for (const [index, each] of states.entries())
    store.applyListing([sandbox({ id: 'box', server: 'other', ...each })], index, index, 0);
  return { store, isSeen: changes.map(isEndSeen), box: store.current.rows.get('box') };
}

describe('the end of a sandbox with its snapshot', () => {
  it('is seen where it follows the snapshot without a word about why', () => {
    const { isSeen, box } = seen({}, { state: 'snapshotting' }, { state: 'terminated' });
    assert.deepEqual(isSeen, [false, false, true]);
    assert.ok(box);
    assert.equal(endKind(box.sandbox), 'snapshot');
    assert.equal(attentionOf(box, new Set(), box.seenAtMs), undefined);
  });

  it('is none where the service says what ended it, or where it runs on', () => {
    for (const last of [
      { state: 'terminated', outcome: 'Success(UserTerminated)' },
      { state: 'terminated', errorDetails: 'disk full' },
      { state: 'running' },
    ] as const) {
      const { isSeen, box } = seen({ state: 'snapshotting' }, last);
      assert.deepEqual(isSeen, [false, false]);
      assert.equal(box?.sandbox.isEndedBySnapshot, undefined);
    }
  });

  it('is none of the cloud, nor where the user asked for the end meanwhile', () => {
    const cloud = seen({ state: 'snapshotting', server: undefined }, { ...over, server: undefined });
    assert.deepEqual(cloud.isSeen, [false, false]);
    const { store } = seen({ state: 'snapshotting' });
    store.setAction(['box'], 'terminate');
    store.applyListing([sandbox(over)], 9, 9, 0);
    assert.equal(store.current.rows.get('box')?.sandbox.isEndedBySnapshot, undefined);
  });

  it('stays known when the row changes, until the service says what ended it', () => {
    const ended = seen(
      { state: 'snapshotting' },
      { state: 'terminated' },
      { state: 'terminated', image: 'x' },
    );
    assert.equal(ended.box?.sandbox.isEndedBySnapshot, true);
    ended.store.applyListing([sandbox({ ...over, outcome: 'Success(Timeout)' })], 9, 9, 0);
    assert.equal(ended.store.current.rows.get('box')?.sandbox.isEndedBySnapshot, undefined);
  });

  it('is explained by a snapshot of it', () => {
    const rows = (...all: readonly Partial<Sandbox>[]) =>
      new Map(all.map(each => [each.id ?? '', row(each)]));
    assert.deepEqual(endsBySnapshot(rows(over), [snapshot(), snapshot({ id: 'other' })]), ['box']);
    assert.deepEqual(endsBySnapshot(rows(over), [snapshot({ sandboxId: 'another' })]), []);
    assert.deepEqual(endsBySnapshot(rows({ ...over, outcome: 'Success(Timeout)' }), [snapshot()]), []);
    assert.deepEqual(endsBySnapshot(rows({ id: 'box' }), [snapshot()]), []);
    assert.deepEqual(endsBySnapshot(rows({ ...over, server: undefined }), [snapshot()]), []);
  });

  it('is not explained by a snapshot that was taken long before', () => {
    const takenAtMs = snapshot().createdAtMs ?? 0;
    const endsAfter = (ms: number) =>
      endsBySnapshot(new Map([['box', row({ ...over, terminatedAtMs: takenAtMs + ms })]]), [snapshot()]);
    assert.deepEqual(endsAfter(60_000), ['box']);
    assert.deepEqual(endsAfter(24 * 3_600_000), []);
  });

  it('is noted in the list once', () => {
    const { store } = seen({ state: 'running' }, { state: 'terminated' });
    let fired = 0;
    store.onDidChange(() => (fired += 1));
    store.explainEnds(['box', 'no such']);
    store.explainEnds(['box']);
    assert.equal(fired, 1);
    assert.equal(store.current.rows.get('box')?.sandbox.isEndedBySnapshot, true);
  });
});
