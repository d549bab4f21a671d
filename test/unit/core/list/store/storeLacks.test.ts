import assert from 'node:assert/strict';
import { ableTo } from '../../../../../src/core/cleanUp/plan';
import { atOnce } from '../../../../../src/core/kernel/steps';
import { groupTokens, rowsFor } from '../../../../../src/core/list/groupActions';
import type { Row } from '../../../../../src/core/list/rows';
import { type PanelChange, SandboxStore } from '../../../../../src/core/list/store';
import { capabilitiesOf, isAbleTo } from '../../../../../src/core/sandbox/capabilities';
import { sandbox } from '../../../../support/sandboxBuilder';

function listed(...ids: readonly string[]): SandboxStore {
  const store = new SandboxStore();
  store.reset({ kind: 'loading' });
  store.applyListing(
    ids.map(id => sandbox({ id })),
    100,
    100,
    0,
  );
  return store;
}

function rowsOf(store: SandboxStore): readonly Row[] {
  return [...store.current.rows.values()];
}

describe('what a server lacks', () => {
  it('is gone from every row, and from nothing else', () => {
    const store = listed('a', 'b');
    const before = rowsOf(store).map(capabilitiesOf);
    assert.equal(store.addLack('suspend'), true);
    const without = before.map(tokens => tokens.filter(token => token !== 'canSuspend'));
    assert.deepEqual(rowsOf(store).map(capabilitiesOf), without);
  });

  it('is told of once, with rows that are others, so that they are drawn again', () => {
    const store = listed('a');
    const changes: PanelChange[] = [];
    store.onDidChange(change => changes.push(change));
    assert.equal(store.addLack('update'), true);
    assert.equal(store.addLack('update'), false);
    assert.equal(changes.length, 1);
    assert.notEqual(changes[0]?.previous.rows.get('a'), changes[0]?.current.rows.get('a'));
  });

  it('is gone from rows that come later, however they come', () => {
    const store = listed('a');
    store.addLack('suspend');
    store.addLack('copy');
    store.applyListing([sandbox({ id: 'a', image: 'other' }), sandbox({ id: 'listed' })], 200, 200, 0);
    store.upsert([sandbox({ id: 'read' })], 200);
    store.applyPart([sandbox({ id: 'read' }), sandbox({ id: 'part' })], 300, 300);
    store.addArchive([sandbox({ id: 'archived' })], 300, undefined);
    store.setAction(['a'], 'snapshot');
    store.setAction(['a'], undefined);
    const all = [...rowsOf(store), ...store.current.archive.values()];
    assert.equal(all.length, 5);
    for (const row of all) assert.ok(!isAbleTo(row, ['canSuspend', 'canDuplicate']), row.sandbox.id);
  });

  it('keeps the rows of a listing that brings nothing new', () => {
    const store = listed('a');
    store.addLack('suspend');
    const { rows } = store.current;
    store.applyListing([sandbox({ id: 'a' })], 200, 200, 0);
    assert.equal(store.current.rows, rows);
  });

  it('is offered again once the user refreshes, and with another account', () => {
    const store = listed('a');
    const before = rowsOf(store).map(capabilitiesOf);
    store.addLack('suspend');
    store.forgetLacks();
    assert.deepEqual(rowsOf(store).map(capabilitiesOf), before);
    store.addLack('suspend');
    store.reset({ kind: 'loading' });
    store.applyListing([sandbox({ id: 'a' })], 300, 300, 0);
    assert.deepEqual(rowsOf(store).map(capabilitiesOf), before);
    assert.equal(store.addLack('suspend'), true);
  });

  it('is left out of groups and of Clean Up', () => {
    const store = listed('a');
    store.addLack('suspend');
    const rows = rowsOf(store);
    assert.deepEqual(atOnce(groupTokens({ rows })), ['canTerminateAll']);
    assert.deepEqual(rowsFor('canSuspendAll', rows), []);
    assert.deepEqual(ableTo(rows, 'suspend'), []);
    assert.equal(ableTo(rows, 'terminate').length, 1);
  });
});
