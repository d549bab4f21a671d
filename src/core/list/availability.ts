import type { Failure } from './listStatus';
import type { PanelSnapshot, Row } from './store';

/** How a sandbox stands in what this window knows, for whoever shows one alone. */
export type Availability =
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
export function availabilityOf(
  { rows, archive, status }: PanelSnapshot,
  id: string,
): { readonly availability: Availability; readonly row?: Row } {
  const listed = rows.get(id);
  const row = listed ?? archive.get(id);
  switch (status.kind) {
    case 'signedOut':
      return { availability: { kind: 'signedOut' } };
    case 'stale':
      return {
        availability: { kind: 'stale', sinceMs: status.sinceMs, failure: status.failure },
        ...(row && { row }),
      };
    case 'failed':
      return { availability: { kind: 'stale', failure: status.failure }, ...(row && { row }) };
    case 'loading':
      return row ? { availability: { kind: 'current' }, row } : { availability: { kind: 'waiting' } };
    case 'fresh':
      if (!row) return { availability: { kind: 'gone' } };
      return { availability: { kind: listed ? 'current' : 'archived' }, row };
  }
}
