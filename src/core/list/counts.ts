import { localCodes } from '../kernel/errors';
import { atOnce, eachInSteps, type Steps } from '../kernel/steps';
import { compareGroups, groupId } from './groups';
import type { Row } from './rows';
import type { PanelSnapshot } from './store';
import type { SandboxState } from '../sandbox/state';

/** How many sandboxes are in a state. */
export interface StateCount {
  readonly state: SandboxState;
  readonly rawState: string;
  readonly count: number;
}

/** Counts by state in group order, terminated ones left out. @internal */
export function countByState(rows: Iterable<Row>): readonly StateCount[] {
  return atOnce(countingByState(rows));
}

/** As `countByState`, for a list that may be long. */
export function* countingByState(rows: Iterable<Row>): Steps<readonly StateCount[]> {
  const groups = new Map<string, { id: string; state: SandboxState; rawState: string; count: number }>();
  yield* eachInSteps(rows, ({ sandbox }) => {
    const { state, rawState } = sandbox;
    if (state === 'terminated') return;
    const id = groupId(sandbox);
    const group = groups.get(id);
    if (group) group.count += 1;
    else groups.set(id, { id, state, rawState, count: 1 });
  });
  return [...groups.values()]
    .sort(compareGroups)
    .map(({ state, rawState, count }) => ({ state, rawState, count }));
}

/**
 * How many slots of a plan are in use: one by every sandbox that is neither suspended nor terminated (API reference
 * section 5, "Plans").
 */
export function slotsInUse(counts: readonly StateCount[]): number {
  return counts
    .filter(({ state }) => state !== 'suspended' && state !== 'terminated')
    .reduce((sum, { count }) => sum + count, 0);
}

/** What a view as a whole shows; its welcome content and context keys depend on it. */
export type ViewState =
  | 'signedOut'
  | 'loading'
  | 'rejected'
  | 'forbidden'
  | 'unreachable'
  | 'keyless'
  | 'failing'
  | 'empty'
  | 'filteredOut'
  | 'list';

/**
 * The state of the view for a snapshot.
 *
 * @param shown how many rows the view shows
 * @param hidden how many more there would be without the filter
 */
export function viewStateOf(
  { status }: Pick<PanelSnapshot, 'status'>,
  shown: number,
  hidden: number,
): ViewState {
  if (status.kind === 'signedOut') return 'signedOut';
  if (shown > 0) return 'list';
  if (hidden > 0) return 'filteredOut';
  if (status.kind === 'loading') return 'loading';
  if (status.kind === 'fresh') return 'empty';
  if (status.failure.code === localCodes.noSecret) return 'keyless';
  if (status.failure.kind === 'unauthenticated') return 'rejected';
  if (status.failure.kind === 'forbidden') return 'forbidden';
  return status.failure.kind === 'network' || status.failure.kind === 'timeout' ? 'unreachable' : 'failing';
}
