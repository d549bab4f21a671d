import { isSameList } from '../kernel/identity';

/** A group as it is drawn: `renderKey` is everything visible of its own line, `rowIds` its rows in order. */
interface DrawnGroup {
  readonly id: string;
  readonly renderKey: string;
  readonly rowIds: readonly string[];
}

/** A tree as it is drawn. Two trees with equal faces look the same. */
export interface DrawnTree {
  readonly groups: readonly DrawnGroup[];
  readonly rowKeys: ReadonlyMap<string, string>;
}

/** What has to be drawn again. Naming a group includes its rows. */
export type TreeChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'everything' }
  | { readonly kind: 'nodes'; readonly groupIds: readonly string[]; readonly rowIds: readonly string[] };

/**
 * The smallest set of nodes to draw again so that `previous` looks like `next`. A row that moves between groups
 * names both groups in one change; a change in the set or order of groups asks for everything.
 */
export function reconcile(previous: DrawnTree, next: DrawnTree): TreeChange {
  if (!isSameList(groupIds(previous), groupIds(next))) return { kind: 'everything' };
  const changedGroups: string[] = [];
  const changedRows: string[] = [];
  next.groups.forEach((group, index) => {
    const before = previous.groups[index];
    if (before?.renderKey !== group.renderKey || !isSameList(before.rowIds, group.rowIds))
      changedGroups.push(group.id);
    else
      for (const id of group.rowIds)
        if (previous.rowKeys.get(id) !== next.rowKeys.get(id)) changedRows.push(id);
  });
  if (changedGroups.length === 0 && changedRows.length === 0) return { kind: 'none' };
  return { kind: 'nodes', groupIds: changedGroups, rowIds: changedRows };
}

function groupIds(tree: DrawnTree): readonly string[] {
  return tree.groups.map(group => group.id);
}
