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
