import type { Failure } from './listStatus';
import type { Row } from './rows';
import type { PanelSnapshot } from './store';

/** What this window knows about a sandbox, for a view of a single one. */
export type Availability =
  /** Listed, and the list is up to date. */
  | { readonly kind: 'current' }
  /** Listed, but the list could not be refreshed since. */
  | { readonly kind: 'stale'; readonly sinceMs?: number; readonly failure: Failure }
  /** Known from the archive. */
  | { readonly kind: 'archived' }
  /** The service listed it to the account in use, and does not any more. */
  | { readonly kind: 'gone' }
  /** The account in use never had it, as far as this window saw: it may be another account's. */
  | { readonly kind: 'elsewhere' }
  /** The service has not answered yet. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'signedOut' };

/**
 * The availability of a sandbox, and its row if there is one.
 *
 * @param wasListed whether this window saw it in the list of the account in use
 */
export function availabilityOf(
  { rows, archive, status }: PanelSnapshot,
  id: string,
  wasListed: boolean,
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
      if (!row) return { availability: { kind: wasListed ? 'gone' : 'elsewhere' } };
      return { availability: { kind: listed ? 'current' : 'archived' }, row };
  }
}
