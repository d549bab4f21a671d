import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupId, groupRows, listedRows } from '../../../../src/core/list/groups';
import type { Row } from '../../../../src/core/list/rows';
import { row } from '../../../support/sandboxBuilder';
import { rowsArbitrary } from '../arbitraries';

describe('groupRows', () => {
  it('puts groups in their order, unknown states before terminated ones', () => {
    const rows = [
      row({ id: 'a', state: 'terminated' }),
      row({ id: 'b', state: 'unknown', rawState: 'zipped' }),
      row({ id: 'c', state: 'suspended' }),
      row({ id: 'd', state: 'unknown', rawState: 'archived' }),
      row({ id: 'e', state: 'suspending' }),
      row({ id: 'f', state: 'snapshotting' }),
      row({ id: 'g', state: 'pending' }),
      row({ id: 'h', state: 'running' }),
    ];
    assert.deepEqual(
      groupRows(rows).map(group => group.id),
      [
        'group:running',
        'group:pending',
        'group:snapshotting',
        'group:suspending',
        'group:suspended',
        'group:unknown:archived',
        'group:unknown:zipped',
        'group:terminated',
      ],
    );
  });

  it('gives each unknown state its own group under its raw name', () => {
    const groups = groupRows([
      row({ id: 'a', state: 'unknown', rawState: 'Frozen' }),
      row({ id: 'b', state: 'unknown', rawState: 'frozen' }),
      row({ id: 'c', state: 'unknown', rawState: 'running2' }),
    ]);
    assert.deepEqual(
      groups.map(group => [group.state, group.rawState, group.rows.length]),
      [
        ['unknown', 'Frozen', 2],
        ['unknown', 'running2', 1],
      ],
    );
  });

  it('keeps an unknown state apart from a known one', () => {
    assert.notEqual(
      groupId({ state: 'unknown', rawState: 'terminated' }),
      groupId(row({ state: 'terminated' }).sandbox),
    );
  });

  it('lists named sandboxes by name, then ephemeral ones, newest first', () => {
    const [group] = groupRows([
      row({ id: '1', name: undefined, createdAtMs: 10 }),
      row({ id: '2', name: undefined, createdAtMs: undefined }),
      row({ id: '3', name: 'web' }),
      row({ id: '4', name: undefined, createdAtMs: 20 }),
      row({ id: '6', name: 'api' }),
      row({ id: '5', name: 'api' }),
      row({ id: '0', name: undefined, createdAtMs: 10 }),
    ]);
    assert.deepEqual(
      group?.rows.map(({ sandbox }) => sandbox.id),
      ['5', '6', '3', '4', '0', '1', '2'],
    );
  });

  it('lists terminated sandboxes by their end, latest first', () => {
    const state = 'terminated';
    const [group] = groupRows([
      row({ id: '1', state, name: 'a', createdAtMs: 5, terminatedAtMs: 10 }),
      row({ id: '2', state, name: undefined, createdAtMs: 1, terminatedAtMs: 30 }),
      row({ id: '3', state, createdAtMs: 1, archivedAtMs: 20 }),
      row({ id: '4', state, createdAtMs: 15 }),
      row({ id: '5', state, createdAtMs: undefined }),
    ]);
    assert.deepEqual(
      group?.rows.map(({ sandbox }) => sandbox.id),
      ['2', '3', '4', '1', '5'],
    );
  });

  it('puts every row into exactly one group, the one of its state', () => {
    fc.assert(
      fc.property(rowsArbitrary, rows => {
        const groups = groupRows(rows);
        assert.equal(new Set(groups.map(({ id }) => id)).size, groups.length);
        assert.deepEqual(new Set(groups.flatMap(group => group.rows)), new Set(rows));
        assert.equal(
          groups.reduce((sum, group) => sum + group.rows.length, 0),
          rows.length,
        );
        for (const group of groups) {
          assert.notEqual(group.rows.length, 0);
          for (const { sandbox } of group.rows) assert.equal(groupId(sandbox), group.id);
        }
      }),
    );
  });

  it('does not depend on the order of the rows', () => {
    const shuffled = rowsArbitrary.chain(rows =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
    );
    const outline = (rows: Parameters<typeof groupRows>[0]): unknown =>
      groupRows(rows).map(group => [group.id, group.rows.map(({ sandbox }) => sandbox.id)]);
    fc.assert(
      fc.property(shuffled, ([rows, others]) => {
        assert.deepEqual(outline(others), outline(rows));
      }),
      { numRuns: 500 },
    );
  });

  it('does not modify its input', () => {
    const rows = [row({ id: 'b' }), row({ id: 'a' })];
    groupRows(rows);
    assert.deepEqual(
      rows.map(({ sandbox }) => sandbox.id),
      ['b', 'a'],
    );
  });
});

function byId(...rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map(each => [each.sandbox.id, each]));
}

describe('listedRows', () => {
  const rows = byId(row({ id: 'a' }), row({ id: 'ended', state: 'terminated' }));
  const archive = byId(row({ id: 'ended', state: 'terminated' }), row({ id: 'old', state: 'terminated' }));

  it('leaves out terminated sandboxes unless the archive is shown', () => {
    assert.deepEqual(listedRows({ rows, archive }, false), [rows.get('a')]);
  });

  it('returns a sandbox in both list and archive once, with the data of the list', () => {
    assert.deepEqual(listedRows({ rows, archive }, true), [...rows.values(), archive.get('old')]);
  });
});
