import type { Row } from '../list/rows';
import type { PanelChange } from '../list/store';
import type { Sandbox } from '../sandbox/sandbox';

/**
 * Which of these sandboxes ended in a change without this window having asked for it: they are terminated now, or a list
 * that could be read whole has them no more. A change of the account ends none.
 *
 * @param ids the sandboxes that are looked at
 */
export function unexpectedEnds(
  ids: Iterable<string>,
  { previous, current }: PanelChange,
): readonly Sandbox[] {
  const isKnown = previous.status.kind === 'fresh' || previous.status.kind === 'stale';
  const isStillKnown = current.status.kind === 'fresh' || current.status.kind === 'stale';
  if (!isKnown || !isStillKnown || previous.rows === current.rows) return [];
  const isWhole = current.status.kind === 'fresh' && current.badRows === 0;
  return [...new Set(ids)].flatMap(id => {
    const before = previous.rows.get(id);
    if (!before || before.sandbox.state === 'terminated') return [];
    const after = current.rows.get(id);
    const isOver = after ? after.sandbox.state === 'terminated' : isWhole;
    return isOver && !isEnding(before) && !isEnding(after) ? [(after ?? before).sandbox] : [];
  });
}

/** Whether the user of this window asked for the end of a sandbox, or for something that they were told ends it. */
export function isEnding(row: Row | undefined): boolean {
  return row?.action === 'terminate' || row?.action === 'snapshotAndEnd';
}
