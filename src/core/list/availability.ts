import type { Failure } from './listStatus';
import type { PanelSnapshot, Row } from './store';

/** How a sandbox stands in what this window knows, for whoever shows one alone. */
export type Standing =
  /** Listed, and the list is in order. */
  | { readonly kind: 'current' }
  /** Listed, but the list could not be refreshed since. */
  | { readonly kind: 'stale'; readonly sinceMs?: number; readonly failure: Failure }
  /** Known from the archive. */
  | { readonly kind: 'archived' }
  /** The service was asked and does not list it. */
  | { readonly kind: 'gone' }
  /** The service has not answered yet. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'signedOut' };

/** How a sandbox stands, and its row where there is one. */
export function standingOf(
  { rows, archive, status }: PanelSnapshot,
  id: string,
): { readonly standing: Standing; readonly row?: Row } {
  const listed = rows.get(id);
  const row = listed ?? archive.get(id);
  switch (status.kind) {
    case 'signedOut':
      return { standing: { kind: 'signedOut' } };
    case 'stale':
      return {
        standing: { kind: 'stale', sinceMs: status.sinceMs, failure: status.failure },
        ...(row && { row }),
      };
    case 'failed':
      return { standing: { kind: 'stale', failure: status.failure }, ...(row && { row }) };
    case 'loading':
      return row ? { standing: { kind: 'current' }, row } : { standing: { kind: 'waiting' } };
    case 'fresh':
      if (!row) return { standing: { kind: 'gone' } };
      return { standing: { kind: listed ? 'current' : 'archived' }, row };
  }
}
