import { atOnce, eachInSteps, sortedInSteps, type Steps } from '../kernel/steps';
import { compareText } from '../kernel/formats/text';
import type { Sandbox } from '../sandbox/sandbox';
import type { SandboxState } from '../sandbox/state';
import { type Arrangement, plainArrangement, rowComparison } from './order';
import type { Row } from './rows';
import type { PanelSnapshot } from './store';

/** Sandboxes of one state, in display order. */
export interface Group {
  /** `group:` and the state; for a state that this version does not know, the raw word as well. */
  readonly id: string;
  readonly state: SandboxState;
  readonly rawState: string;
  readonly rows: readonly Row[];
}

/** What needs attention comes first, what has ended last. */
const order: Readonly<Record<SandboxState, number>> = {
  running: 0,
  pending: 1,
  snapshotting: 2,
  suspending: 3,
  suspended: 4,
  unknown: 5,
  terminated: 6,
};

/** Groups rows by state. There are no empty groups, and every row is in exactly one. */
export function groupRows(
  rows: Iterable<Row>,
  arrangement: Arrangement = plainArrangement,
): readonly Group[] {
  return atOnce(groupingRows(rows, arrangement));
}

/** As `groupRows`, for a list that may be long. */
export function* groupingRows(rows: Iterable<Row>, arrangement: Arrangement): Steps<readonly Group[]> {
  const compareRows = rowComparison(arrangement);
  const groups = new Map<string, { state: SandboxState; rawState: string; rows: Row[] }>();
  yield* eachInSteps(rows, row => {
    const { state, rawState } = row.sandbox;
    const id = groupId(row.sandbox);
    const group = groups.get(id);
    if (group) group.rows.push(row);
    else groups.set(id, { state, rawState, rows: [row] });
  });
  const sorted: Group[] = [];
  for (const [id, group] of groups)
    sorted.push({ id, ...group, rows: yield* sortedInSteps(group.rows, compareRows) });
  return sorted.sort(compareGroups);
}

/** Orders groups by state, and unknown states by their word. */
export function compareGroups(a: Pick<Group, 'id' | 'state'>, b: Pick<Group, 'id' | 'state'>): number {
  return order[a.state] - order[b.state] || compareText(a.id, b.id);
}

/** The id of the group a sandbox belongs to. */
export function groupId({ state, rawState }: Pick<Sandbox, 'state' | 'rawState'>): string {
  return state === 'unknown' ? `group:unknown:${rawState.toLowerCase()}` : `group:${state}`;
}

/**
 * The rows that the view shows without a filter. Without the history these are the sandboxes that have not ended, and
 * those whose end somebody should see.
 */
export function listedRows(
  { rows, archive }: Pick<PanelSnapshot, 'rows' | 'archive'>,
  isHistoryShown: boolean,
  needsSeeing: (row: Row) => boolean = () => false,
): readonly Row[] {
  if (!isHistoryShown)
    return [...rows.values()].filter(row => row.sandbox.state !== 'terminated' || needsSeeing(row));
  return [...rows.values(), ...[...archive.values()].filter(row => !rows.has(row.sandbox.id))];
}
