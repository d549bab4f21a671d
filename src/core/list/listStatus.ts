import type { ApiErrorKind } from '../kernel/errors';
import type { Retry } from './schedule';

/** Why the list could not be refreshed: a kind to word it by, and the server's or socket's own words. */
export interface Failure {
  readonly kind: ApiErrorKind;
  readonly message: string;
}

/** How far the list can be trusted. Tree message, welcome view, status bar and context keys all derive from it. */
export type ListStatus =
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'fresh'; readonly atMs: number }
  | ({ readonly kind: 'stale'; readonly sinceMs: number; readonly failure: Failure } & Retry)
  | ({ readonly kind: 'failed'; readonly failure: Failure } & Retry);

/** The status after a failed refresh: what was read before is stale since the last good listing. */
export function staleSince(
  status: ListStatus,
  failure: Failure,
  retry: Retry = {},
): Extract<ListStatus, { readonly failure: Failure }> {
  switch (status.kind) {
    case 'fresh':
      return { kind: 'stale', sinceMs: status.atMs, failure, ...retry };
    case 'stale':
      return { kind: 'stale', sinceMs: status.sinceMs, failure, ...retry };
    case 'signedOut':
    case 'loading':
    case 'failed':
      return { kind: 'failed', failure, ...retry };
  }
}
