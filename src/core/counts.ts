import { groupRows } from './groups';
import type { PanelSnapshot, Row } from './store';
import type { SandboxState } from './state';

/** How many sandboxes are in a state. */
export interface StateCount {
  readonly state: SandboxState;
  readonly rawState: string;
  readonly count: number;
}

/** Counts by state in group order, terminated ones left out. */
export function countByState(rows: Iterable<Row>): readonly StateCount[] {
  return groupRows(rows)
    .filter(group => group.state !== 'terminated')
    .map(({ state, rawState, rows: members }) => ({ state, rawState, count: members.length }));
}

/** What the view as a whole is about; welcome contents and context keys are chosen by it. */
export type PanelMood =
  'signedOut' | 'loading' | 'rejected' | 'forbidden' | 'unreachable' | 'empty' | 'filteredOut' | 'list';

/**
 * The mood of a snapshot.
 *
 * @param shown how many rows the view shows
 * @param hidden how many more there would be without the filter
 */
export function moodOf(snapshot: PanelSnapshot, shown: number, hidden: number): PanelMood {
  const { status } = snapshot;
  if (status.kind === 'signedOut') return 'signedOut';
  if (shown > 0) return 'list';
  if (hidden > 0) return 'filteredOut';
  if (status.kind === 'loading') return 'loading';
  if (status.kind === 'fresh') return 'empty';
  if (status.failure.kind === 'unauthenticated') return 'rejected';
  if (status.failure.kind === 'forbidden') return 'forbidden';
  return 'unreachable';
}
