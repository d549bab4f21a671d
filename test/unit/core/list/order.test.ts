import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupRows } from '../../../../src/core/list/groups';
import {
  livePins,
  parseSortOrder,
  rowComparison,
  type SortOrder,
  sortOrders,
  stateChangeMs,
} from '../../../../src/core/list/order';
import type { Row } from '../../../../src/core/list/rows';
import { SandboxStore } from '../../../../src/core/list/store';
import { row, sandbox } from '../../../support/sandboxBuilder';
import { rowsArbitrary } from '../arbitraries';

function sorted(rows: readonly Row[], sort: SortOrder, pins: readonly string[] = []): readonly string[] {
  return [...rows].sort(rowComparison({ sort, pins: new Set(pins) })).map(({ sandbox }) => sandbox.id);
}

const rows = [
  row({ id: 'b', createdAtMs: 20 }),
  row({ id: 'a', createdAtMs: 10 }),
  row({ id: 'd', createdAtMs: undefined }),
  row({ id: 'c', createdAtMs: 20 }, { stateSinceMs: 30 }),
  row({ id: 'n', name: undefined, createdAtMs: 15 }),
];

describe('rowComparison', () => {
  it('sorts by name, age and state change; ties by name, unknown times last', () => {
    assert.deepEqual(sorted(rows, 'name'), ['a', 'b', 'c', 'd', 'n']);
    assert.deepEqual(sorted(rows, 'newest'), ['b', 'c', 'n', 'a', 'd']);
    assert.deepEqual(sorted(rows, 'oldest'), ['a', 'n', 'b', 'c', 'd']);
    assert.deepEqual(sorted(rows, 'stateChange'), ['c', 'b', 'n', 'a', 'd']);
  });

  it('sorts what has ended by its end, and by its creation where the server names no end', () => {
    const over = { state: 'terminated', name: undefined } as const;
    const timeless = ['a', 'b', 'c'].map((id, at) => row({ ...over, id, createdAtMs: 10 + at }));
    assert.deepEqual(sorted(timeless, 'name'), ['c', 'b', 'a']);
    const ended = ['d', 'e'].map((id, at) =>
      row({ ...over, id, createdAtMs: 50 - at, terminatedAtMs: 60 + at }),
    );
    assert.deepEqual(sorted([...timeless, ...ended], 'name'), ['e', 'd', 'c', 'b', 'a']);
  });

  it('sorts numbers in names by value', () => {
    const names = ['worker-10', 'worker-2', 'api', 'worker-2b'];
    const named = names.map(name => row({ id: name, name }));
    assert.deepEqual(sorted(named, 'name'), ['api', 'worker-2', 'worker-2b', 'worker-10']);
  });

  it('puts pinned sandboxes first, sorted among themselves', () => {
    assert.deepEqual(sorted(rows, 'oldest', ['d', 'b', 'gone']), ['b', 'd', 'a', 'n', 'c']);
  });

  it('does not depend on the order of the rows', () => {
    const pinsArbitrary = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 2 }));
    const shuffled = rowsArbitrary.chain(list =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, pinsArbitrary, fc.constantFrom(...sortOrders), ([list, others], ids, sort) => {
        const arrangement = { sort, pins: new Set(ids) };
        const outline = (from: readonly Row[]): unknown =>
          groupRows(from, arrangement).map(group => [group.id, group.rows.map(({ sandbox }) => sandbox.id)]);
        assert.deepEqual(outline(others), outline(list));
        for (const group of groupRows(list, arrangement)) {
          const isPinned = group.rows.map(({ sandbox }) => arrangement.pins.has(sandbox.id));
          assert.deepEqual(
            isPinned,
            [...isPinned].sort((a, b) => Number(b) - Number(a)),
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('stateChangeMs', () => {
  it('is the change that this window saw, else the end of a terminated sandbox, else its creation', () => {
    assert.equal(stateChangeMs(row({ createdAtMs: 10 })), 10);
    assert.equal(stateChangeMs(row({ createdAtMs: 10 }, { stateSinceMs: 20 })), 20);
    const over = { state: 'terminated', createdAtMs: 10, terminatedAtMs: 30 } as const;
    assert.equal(stateChangeMs(row(over, { stateSinceMs: 31 })), 30);
    assert.equal(stateChangeMs(row({ ...over, terminatedAtMs: undefined, archivedAtMs: 40 })), 40);
    assert.equal(stateChangeMs(row({ createdAtMs: undefined })), undefined);
  });
});

describe('parseSortOrder', () => {
  it('accepts the existing orders and nothing else', () => {
    for (const order of sortOrders) assert.equal(parseSortOrder(order), order);
    for (const other of ['', 'Name', undefined, 1, null, 'toString'])
      assert.equal(parseSortOrder(other), undefined);
  });
});

describe('livePins', () => {
  const pins = new Set(['a', 'ended', 'vanished']);

  function listed(badRows = 0): SandboxStore {
    const store = new SandboxStore();
    store.reset({ kind: 'loading' });
    store.applyListing([sandbox({ id: 'a' }), sandbox({ id: 'ended', state: 'terminated' })], 1, 1, badRows);
    return store;
  }

  it('drops terminated sandboxes and those no longer listed', () => {
    assert.deepEqual([...livePins(pins, listed().current)], ['a']);
  });

  it('returns the same set when nothing is dropped', () => {
    const live = new Set(['a']);
    assert.equal(livePins(live, listed().current), live);
  });

  it('drops nothing for a list that is missing, stale or partly unreadable', () => {
    const store = listed();
    store.fail({ kind: 'network', message: '' });
    assert.equal(livePins(pins, store.current), pins);
    store.reset({ kind: 'loading' });
    assert.equal(livePins(pins, store.current), pins);
    store.reset({ kind: 'signedOut' });
    assert.equal(livePins(pins, store.current), pins);
    assert.equal(livePins(pins, listed(1).current), pins);
  });
});
