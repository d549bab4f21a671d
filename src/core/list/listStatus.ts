import { ApiError, type ApiErrorKind } from '../kernel/errors';
import type { Obstacle } from '../connection/way';
import type { Retry } from './polling/schedule';

/** Why the list could not be refreshed: as in an `ApiError`. */
export interface Failure {
  readonly kind: ApiErrorKind;
  readonly message: string;
  readonly code?: string;
  readonly obstacle?: Obstacle;
}

/** What is kept of an error; one that is none of a call is of kind `internal`. */
export function failureOf(error: unknown): Failure {
  const { kind, message, code, obstacle } = apiErrorOf(error);
  return { kind, message, ...(code !== undefined && { code }), ...(obstacle && { obstacle }) };
}

/** The error that a failure was kept of. */
export function errorOf({ kind, message, ...details }: Failure): ApiError {
  return new ApiError(kind, message, details);
}

/** An error as that of a call. */
export function apiErrorOf(error: unknown): ApiError {
  if (ApiError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError('internal', message, { cause: error });
}

/**
 * Why a listing ended before the list did: a bound of `listBounds`, or a next page that the service named in a way that
 * cannot be asked for. What it lacks may still exist.
 */
export type ListCut = 'rows' | 'pages' | 'size' | 'time' | 'cursor';

/** What was read of a list. */
export interface Listed<T> {
  readonly entries: readonly T[];
  /** Whether the service has more of them. */
  readonly isCut: boolean;
  /** How many could not be read; absent for none, and where they are not counted. */
  readonly badRows?: number;
}

/** How up to date the list is. Tree message, welcome view, status bar and context keys are all derived from it. */
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

/**
 * Checks that a list was not wholly unreadable, since such a list must not be taken for an empty one.
 *
 * @param read how many entries were read, and how many could not be
 * @throws ApiError of kind `schema`
 */
export function refuseUnreadable(read: number, unreadable: number): void {
  if (read === 0 && unreadable > 0)
    throw new ApiError('schema', `None of the ${unreadable} entries of the list can be read`);
}

/**
 * What can be read of the entries of a list; the rest is left out.
 *
 * @param read returns undefined for an entry that cannot be read
 * @throws ApiError of kind `schema` when there are entries, and none can be read
 */
export function readableOf<T>(
  entries: readonly unknown[],
  read: (entry: unknown) => T | undefined,
): readonly T[] {
  const found = entries.map(read).filter(entry => entry !== undefined);
  refuseUnreadable(found.length, entries.length - found.length);
  return found;
}
