import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countByState, viewStateOf, slotsInUse, type ViewState } from '../../../../src/core/list/counts';
import { apiErrorKinds, type ApiErrorKind } from '../../../../src/core/kernel/errors';
import { groupRows } from '../../../../src/core/list/groups';
import { knownStates } from '../../../../src/core/sandbox/state';
import type { ListStatus } from '../../../../src/core/list/listStatus';
import { row } from '../../../support/sandboxBuilder';
import { rowsArbitrary } from '../arbitraries';

const failed = (kind: ApiErrorKind): ListStatus => ({ kind: 'failed', failure: { kind, message: '' } });
const stale = (kind: ApiErrorKind): ListStatus => ({
  kind: 'stale',
  sinceMs: 1,
  failure: { kind, message: '' },
});

function viewState(status: ListStatus, shown = 0, hidden = 0): ViewState {
  return viewStateOf({ status }, shown, hidden);
}

describe('countByState', () => {
  it('counts in group order and leaves out terminated sandboxes', () => {
    const rows = [
      row({ id: 'a', state: 'suspended' }),
      row({ id: 'b', state: 'terminated' }),
      row({ id: 'c' }),
      row({ id: 'd', state: 'unknown', rawState: 'frozen' }),
      row({ id: 'e' }),
    ];
    assert.deepEqual(countByState(rows), [
      { state: 'running', rawState: 'running', count: 2 },
      { state: 'suspended', rawState: 'suspended', count: 1 },
      { state: 'unknown', rawState: 'frozen', count: 1 },
    ]);
    assert.deepEqual(countByState([]), []);
  });

  it('agrees with the groups', () => {
    fc.assert(
      fc.property(rowsArbitrary, rows => {
        const groups = groupRows(rows).filter(({ state }) => state !== 'terminated');
        const expected = groups.map(({ state, rawState, rows: { length: count } }) => ({
          state,
          rawState,
          count,
        }));
        assert.deepEqual(countByState(rows), expected);
      }),
    );
  });

  it('does not sort the rows of a group', () => {
    const rows = ['a', 'b', 'c'].map(id => {
      const unordered = row({ id });
      Object.defineProperty(unordered.sandbox, 'name', { get: () => assert.fail('asked for a name') });
      return unordered;
    });
    assert.deepEqual(countByState(rows), [{ state: 'running', rawState: 'running', count: 3 }]);
  });
});

describe('slotsInUse', () => {
  it('counts every sandbox that holds a slot', () => {
    const rows = [...knownStates, 'unknown' as const].map(state => row({ id: state, state }));
    assert.equal(slotsInUse(countByState(rows)), 5);
    assert.equal(slotsInUse([]), 0);
  });
});

describe('viewStateOf', () => {
  it('is signed out with any rows left', () => {
    assert.equal(viewState({ kind: 'signedOut' }), 'signedOut');
    assert.equal(viewState({ kind: 'signedOut' }, 1, 1), 'signedOut');
  });

  it('is a list as soon as there is a row, even a stale one', () => {
    for (const status of [{ kind: 'loading' }, { kind: 'fresh', atMs: 1 }, failed('network')] as const)
      assert.equal(viewState(status, 1), 'list');
    assert.equal(viewState(stale('unauthenticated'), 1, 3), 'list');
  });

  it('is filtered out when only the filter hides rows', () => {
    assert.equal(viewState({ kind: 'fresh', atMs: 1 }, 0, 1), 'filteredOut');
    assert.equal(viewState(stale('network'), 0, 1), 'filteredOut');
  });

  it('is loading or empty without rows', () => {
    assert.equal(viewState({ kind: 'loading' }), 'loading');
    assert.equal(viewState({ kind: 'fresh', atMs: 1 }), 'empty');
  });

  it('gives the reason for a list without rows', () => {
    const viewStates = new Map<ApiErrorKind, ViewState>([
      ['unauthenticated', 'rejected'],
      ['forbidden', 'forbidden'],
      ['network', 'unreachable'],
      ['timeout', 'unreachable'],
    ]);
    for (const kind of apiErrorKinds) {
      const expected = viewStates.get(kind) ?? 'failing';
      assert.equal(viewState(failed(kind)), expected);
      assert.equal(viewState(stale(kind)), expected);
    }
  });
});
