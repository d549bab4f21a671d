import type { PanelSnapshot, Row } from './store';

/** The rows that the view shows where no filter hides them: without the history, what has not ended. */
export function listedRows(
  { rows, archive }: Pick<PanelSnapshot, 'rows' | 'archive'>,
  isHistoryShown: boolean,
): readonly Row[] {
  if (!isHistoryShown) return [...rows.values()].filter(row => row.sandbox.state !== 'terminated');
  return [...rows.values(), ...[...archive.values()].filter(row => !rows.has(row.sandbox.id))];
}
