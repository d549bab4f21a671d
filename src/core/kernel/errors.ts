/** The closed set of ways a call can fail; everything that words or handles an error switches on it. */
export const apiErrorKinds = [
  'unauthenticated',
  'forbidden',
  'notFound',
  'conflict',
  'quota',
  'invalid',
  'rateLimited',
  'server',
  'network',
  'timeout',
  'schema',
  'cancelled',
] as const;

export type ApiErrorKind = (typeof apiErrorKinds)[number];

export interface ApiErrorDetails {
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** Machine word: of the sandbox proxy, such as `SANDBOX_NOT_READY` (API reference section 3.1), or of the socket, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** Milliseconds the server asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number;
  /** Whether the request certainly never reached the server, so that repeating it is safe for any method. */
  readonly undelivered?: boolean;
  readonly cause?: unknown;
}

/** A failed call. The message is the server's or the socket's own words, redacted, one line, never localized. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly undelivered: boolean;

  constructor(
    readonly kind: ApiErrorKind,
    message: string,
    details: ApiErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.retryAfterMs = details.retryAfterMs;
    this.undelivered = details.undelivered ?? false;
  }

  /** Whether `error` is an ApiError, of one of `kinds` when any are given. Class names may be minified; the marker is not. */
  static is(error: unknown, ...kinds: readonly ApiErrorKind[]): error is ApiError {
    return error instanceof ApiError && (kinds.length === 0 || kinds.includes(error.kind));
  }
}

/**
 * Whether a create, copy or snapshot that failed may have happened all the same: the request may have arrived and
 * nothing told its outcome. Look for the result before asking again (API reference section 6, item 2).
 */
export function isAmbiguous(error: unknown): boolean {
  if (!ApiError.is(error, 'network', 'timeout', 'server', 'schema', 'cancelled') || error.undelivered) {
    return false;
  }
  // A redirect that was not followed, and an unreadable success, differ: the second one did something.
  return error.kind === 'schema' || error.status === undefined || error.status >= 500 || error.status === 408;
}

/** How servers of different age put it that they do not know a member or a method. */
const unknownWords =
  /\bunknown (?:field|key|propert|member|parameter)|\bunrecogni[sz]ed\b|\bunexpected (?:field|key|propert|member)|\bnot (?:supported|implemented|available)\b|\bunsupported\b|\bmethod not allowed\b|\bdoes not support\b|\badditional propert/i;

/** Whether a server refused because it does not have the feature asked for, rather than because of what was asked. */
export function isUnknownFeature(error: unknown): boolean {
  if (!ApiError.is(error)) return false;
  if (error.status === 405 || error.status === 501) return true;
  return (error.status === 400 || error.status === 422) && unknownWords.test(error.message);
}
