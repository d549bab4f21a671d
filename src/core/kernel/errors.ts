import type { Obstacle } from '../connection/way';

/** How a call can fail; error texts and handlers switch on it exhaustively. */
export const apiErrorKinds = [
  'unauthenticated',
  'forbidden',
  'notFound',
  'conflict',
  'quota',
  'invalid',
  'tooLarge',
  'rateLimited',
  'server',
  'network',
  'timeout',
  'schema',
  'internal',
  'cancelled',
] as const;

export type ApiErrorKind = (typeof apiErrorKinds)[number];

export interface ApiErrorDetails {
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /**
   * Machine-readable code: of the sandbox proxy, such as `SANDBOX_NOT_READY` (API reference section 3.1), or of the
   * socket, such as `ECONNREFUSED`; or one of `localCodes`.
   */
  readonly code?: string;
  /** What stands between here and the service, where that could be told. */
  readonly obstacle?: Obstacle | undefined;
  /** Milliseconds the server asked to wait (`Retry-After`). */
  readonly retryAfterMs?: number;
  /** The largest body that the server takes, in bytes, where a refusal for its size says so. */
  readonly limitBytes?: number | undefined;
  /** Whether the request certainly never reached the server, so that repeating it is safe for any method. */
  readonly undelivered?: boolean;
  readonly cause?: unknown;
}

/**
 * Codes of failures on this side that have words of their own: the secret store gives no key; the connection was closed
 * because the account or the settings changed.
 */
export const localCodes = { noSecret: 'NO_SECRET', sessionEnded: 'SESSION_ENDED' } as const;

/** A failed call. The message is that of the server or the socket: redacted, on one line, never localized. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly obstacle: Obstacle | undefined;
  readonly retryAfterMs: number | undefined;
  readonly limitBytes: number | undefined;
  readonly undelivered: boolean;

  constructor(
    readonly kind: ApiErrorKind,
    message: string,
    details: ApiErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status;
    this.code = details.code;
    this.obstacle = details.obstacle;
    this.retryAfterMs = details.retryAfterMs;
    this.limitBytes = details.limitBytes;
    this.undelivered = details.undelivered ?? false;
  }

  /** Whether `error` is an ApiError, of one of `kinds` when any are given. Class names may be minified; the marker is not. */
  static is(error: unknown, ...kinds: readonly ApiErrorKind[]): error is ApiError {
    return error instanceof ApiError && (kinds.length === 0 || kinds.includes(error.kind));
  }
}

/** The end of a call whose signal is aborted. What ended it, if not the user, stands in the reason of the signal. */
export function cancelledBy({ reason }: { readonly reason: unknown }, undelivered = false): ApiError {
  const code = ApiError.is(reason, 'cancelled') ? reason.code : undefined;
  return new ApiError('cancelled', 'Cancelled', { ...(code !== undefined && { code }), undelivered });
}

/**
 * Whether a failed create, copy or snapshot may have been carried out: the request may have arrived, and its outcome is
 * unknown. Look for the result before sending it again (API reference section 6, item 2).
 */
export function isAmbiguous(error: unknown): boolean {
  if (!ApiError.is(error, 'network', 'timeout', 'server', 'schema', 'internal', 'cancelled')) {
    return false;
  }
  if (error.undelivered) return false;
  // An unreadable success did something, unlike a redirect that was not followed.
  return error.kind === 'schema' || error.status === undefined || error.status >= 500 || error.status === 408;
}

/**
 * Whether an answer says that the path or the method does not exist: without a code and without a word, unlike what says
 * that a sandbox or a process does not (docs/reliability.md, "Another server").
 */
export function isRouteMissing(error: unknown): boolean {
  return (
    ApiError.is(error) &&
    (error.status === 404 || error.status === 405) &&
    error.code === undefined &&
    error.message === `HTTP ${error.status}` &&
    error.obstacle === undefined
  );
}

/** The code of the proxy in front of sandboxes for one that it does not know (API reference section 3.1). */
export const unknownToProxy = 'SANDBOX_NOT_FOUND';

/**
 * Whether the proxy in front of sandboxes does not know one. That is no proof of its end: a proxy that has just started
 * knows none for some seconds, while they run on (docs/reliability.md, "Another server").
 */
export function isUnknownToProxy(error: unknown): boolean {
  return ApiError.is(error, 'notFound') && error.code === unknownToProxy;
}

/** How different versions of the server say that they do not know a member or a method. */
const unknownWords =
  /\bunknown (?:field|key|propert|member|parameter)|\bunrecogni[sz]ed\b|\bunexpected (?:field|key|propert|member)|\bnot (?:supported|implemented|available)\b|\bunsupported\b|\bmethod not allowed\b|\bdoes not support\b|\badditional propert/i;

/** Whether a server refused a request because it lacks the feature, rather than because of the values. */
export function isUnknownFeature(error: unknown): boolean {
  if (!ApiError.is(error) || error.obstacle?.answer?.isPage) return false;
  if (error.status === 405 || error.status === 501) return true;
  return (error.status === 400 || error.status === 422) && unknownWords.test(error.message);
}
