import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reconcile, type DrawnTree, type TreeChange } from '../../../../src/core/list/reconcile';

interface Line {
  readonly id: string;
  renderKey: string | undefined;
}

interface MirrorGroup extends Line {
  rows: Line[];
}

function draw(tree: DrawnTree, groupId: string): MirrorGroup {
  const group = tree.groups.find(({ id }) => id === groupId);
  assert.ok(group, `${groupId} is not in the tree`);
  return {
    id: group.id,
    renderKey: group.renderKey,
    rows: group.rowIds.map(id => ({ id, renderKey: tree.rowKeys.get(id) })),
  };
}

function drawAll(tree: DrawnTree): MirrorGroup[] {
  return tree.groups.map(({ id }) => draw(tree, id));
}

/** Applies a change as the editor does: reads the named nodes again, and nothing else. */
function apply(mirror: readonly MirrorGroup[], change: TreeChange, next: DrawnTree): readonly MirrorGroup[] {
  if (change.kind === 'none') return mirror;
  if (change.kind === 'everything') return drawAll(next);
  const groups = mirror.map(group => (change.groupIds.includes(group.id) ? draw(next, group.id) : group));
  for (const id of change.rowIds) {
    const lines = groups.flatMap(group => group.rows).filter(line => line.id === id);
    assert.equal(lines.length, 1, `${id} is drawn ${lines.length} times`);
    for (const line of lines) line.renderKey = next.rowKeys.get(id);
  }
  return groups;
}

interface Placed {
  readonly id: string;
  readonly group: number;
  readonly renderKey: string;
}

const groupIdsArbitrary = fc.shuffledSubarray(['g0', 'g1', 'g2', 'g3'], { minLength: 1 });
const placedArbitrary: fc.Arbitrary<Placed[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('r0', 'r1', 'r2', 'r3', 'r4', 'r5'),
    group: fc.nat({ max: 3 }),
    renderKey: fc.constantFrom('x', 'y'),
  }),
  { selector: ({ id }) => id },
);

function build(groupIds: readonly string[], placed: readonly Placed[], titles: string): DrawnTree {
  const shown = placed.filter(({ group }) => group < groupIds.length);
  return {
    groups: groupIds.map((id, index) => ({
      id,
      renderKey: titles.charAt(index),
      rowIds: shown.filter(({ group }) => group === index).map(row => row.id),
    })),
    rowKeys: new Map(shown.map(({ id, renderKey }) => [id, renderKey])),
  };
}

const titlesArbitrary = fc.string({ unit: fc.constantFrom('p', 'q'), minLength: 4, maxLength: 4 });
const treeArbitrary = fc.tuple(groupIdsArbitrary, placedArbitrary, titlesArbitrary);

/** Two trees: unrelated, or with the same groups, or with some rows replaced only. */
const pairArbitrary = treeArbitrary.chain(([groupIds, placed, titles]) => {
  const changed = fc.uniqueArray(fc.nat({ max: 5 }), { maxLength: 2 }).chain(indexes =>
    placedArbitrary.map(others =>
      placed.map((row, index) => {
        const other = indexes.includes(index) ? others[index] : undefined;
        return other ? { ...row, renderKey: other.renderKey, group: other.group } : row;
      }),
    ),
  );
  return fc
    .oneof(
      treeArbitrary,
      fc.tuple(fc.constant(groupIds), placedArbitrary, fc.constant(titles)),
      fc.tuple(fc.constant(groupIds), changed, fc.constant(titles)),
      fc.tuple(fc.constant(groupIds), fc.constant(placed), titlesArbitrary),
    )
    .map(next => [build(groupIds, placed, titles), build(...next)] as const);
});

const runs = { numRuns: 1000 };

function groupOf(tree: DrawnTree, rowId: string): string | undefined {
  return tree.groups.find(({ rowIds }) => rowIds.includes(rowId))?.id;
}

describe('reconcile', () => {
  it('leads to the same tree as a full refresh', () => {
    fc.assert(
      fc.property(pairArbitrary, ([previous, next]) => {
        const mirror = apply(drawAll(previous), reconcile(previous, next), next);
        assert.deepEqual(mirror, drawAll(next));
      }),
      runs,
    );
  });

  it('finds no change between trees that look the same', () => {
    fc.assert(
      fc.property(treeArbitrary, drawn => {
        assert.deepEqual(reconcile(build(...drawn), build(...drawn)), { kind: 'none' });
      }),
    );
  });

  it('names only nodes of the next tree that look different, each once', () => {
    fc.assert(
      fc.property(pairArbitrary, ([previous, next]) => {
        const change = reconcile(previous, next);
        if (change.kind !== 'nodes') return;
        const { groupIds, rowIds } = change;
        assert.equal(new Set([...groupIds, ...rowIds]).size, groupIds.length + rowIds.length);
        for (const id of groupIds) {
          const lines = ({ renderKey, rows }: MirrorGroup): unknown => [renderKey, rows.map(row => row.id)];
          assert.notDeepEqual(lines(draw(next, id)), lines(draw(previous, id)));
        }
        for (const id of rowIds) {
          assert.notEqual(next.rowKeys.get(id), previous.rowKeys.get(id));
          const group = groupOf(next, id);
          assert.ok(group !== undefined && !groupIds.includes(group), 'its group draws it already');
        }
      }),
      runs,
    );
  });

  it('names both groups of a row that moved, in one change', () => {
    fc.assert(
      fc.property(pairArbitrary, ([previous, next]) => {
        const change = reconcile(previous, next);
        for (const id of next.rowKeys.keys()) {
          const from = groupOf(previous, id);
          const to = groupOf(next, id);
          if (from === undefined || to === undefined || from === to || change.kind === 'everything') continue;
          assert.ok(change.kind === 'nodes');
          assert.ok(change.groupIds.includes(from) && change.groupIds.includes(to));
        }
      }),
      runs,
    );
  });

  it('names exactly the one row that changed', () => {
    const withOne = treeArbitrary
      .filter(drawn => build(...drawn).rowKeys.size > 0)
      .chain(drawn => fc.tuple(fc.constant(drawn), fc.constantFrom(...build(...drawn).rowKeys.keys())));
    fc.assert(
      fc.property(withOne, ([[groupIds, placed, titles], changedId]) => {
        const others = placed.map(row => (row.id === changedId ? { ...row, renderKey: 'z' } : row));
        assert.deepEqual(reconcile(build(groupIds, placed, titles), build(groupIds, others, titles)), {
          kind: 'nodes',
          groupIds: [],
          rowIds: [changedId],
        });
      }),
    );
  });

  it('refreshes the whole tree when a group appears, disappears or moves', () => {
    const tree = (...groupIds: readonly string[]): DrawnTree => build(groupIds, [], 'pppp');
    for (const next of [tree('a'), tree('a', 'b', 'c'), tree('b', 'a'), tree()])
      assert.deepEqual(reconcile(tree('a', 'b'), next), { kind: 'everything' });
    assert.deepEqual(reconcile(tree(), tree('a')), { kind: 'everything' });
  });

  it('names a group whose rows changed their order', () => {
    const place = (id: string): Placed => ({ id, group: 0, renderKey: 'x' });
    const change = reconcile(
      build(['a'], [place('r1'), place('r2')], 'p'),
      build(['a'], [place('r2'), place('r1')], 'p'),
    );
    assert.deepEqual(change, { kind: 'nodes', groupIds: ['a'], rowIds: [] });
  });
});
