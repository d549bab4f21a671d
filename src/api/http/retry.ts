import { ApiError, type ApiErrorKind, cancelledBy } from '../../core/kernel/errors';
import { maxWaitAskedMs } from '../../core/kernel/listBounds';
import { parseHttpDate } from '../../core/kernel/time/timeText';
import { systemTime } from './times/systemTime';
import { isPermanent } from './errors/transportErrors';

/** The time in the retry loop, which tests replace by a fake clock. */
export interface RetryClock {
  /** Milliseconds since the Unix epoch, for the date of a `Retry-After`. */
  now(): number;
  /** Milliseconds since some moment; never jumps. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with ApiError of kind `cancelled` as soon as `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
}

/**
 * Whether a call is repeated where that is safe, or its first failure is reported, as for a poller with its own
 * backoff.
 */
export type RetryMode = 'safe' | 'none';

const firstDelayMs = 150;
const maxUndeliveredDelayMs = 3750;
const maxDelayMs = 11_250;
/**
 * How long a request that was never delivered is repeated (API reference section 4.2, rule a), and how late one is
 * repeated whose time-out the server reported.
 */
const windowMs = 30_000;
const maxIdempotentRetries = 3;
/** A longer `Retry-After` is reported instead of waited for. */
const maxObeyedRetryAfterMs = 10_000;
/** Kinds of failure that no repetition cures, delivered or not. */
const lasting: ReadonlySet<ApiErrorKind> = new Set<ApiErrorKind>([
  'cancelled',
  'quota',
  'unauthenticated',
  'invalid',
  'internal',
]);
const retriedStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The state of a call that failed. @internal */
export interface RetryState {
  /** Whether sending it twice has the effect of sending it once. */
  readonly isIdempotent: boolean;
  /** Failures so far, this one included. */
  readonly failures: number;
  /** Milliseconds since the first attempt began. */
  readonly elapsedMs: number;
  /** A number in [0, 1). */
  readonly random: number;
}

/**
 * Decides whether a failed call is repeated (API reference section 4.2): after a request that was never delivered, for
 * any method, for 30 s; after 429, 502, 503, 504 or a broken connection only if idempotent, three times; after a timeout
 * of this side never, after one that the server reported only within 30 s.
 *
 * @returns milliseconds to wait first, or undefined to give up
 *
 * @internal
 */
export function retryDelay(error: ApiError, state: RetryState): number | undefined {
  if (lasting.has(error.kind) || isPermanent(error.code)) return undefined;
  if ((error.retryAfterMs ?? 0) > maxObeyedRetryAfterMs) return undefined;
  if (error.undelivered) {
    const delay = backoff(error, state, maxUndeliveredDelayMs);
    return state.elapsedMs + delay <= windowMs ? delay : undefined;
  }
  if (!state.isIdempotent || state.failures > maxIdempotentRetries) return undefined;
  if (error.kind === 'timeout' && state.elapsedMs > windowMs) return undefined;
  const isRepeatable =
    error.status === undefined ? error.kind === 'network' : retriedStatuses.has(error.status);
  return isRepeatable ? backoff(error, state, maxDelayMs) : undefined;
}

/** Half fixed, half random, so that windows that failed together do not retry together. */
function backoff(error: ApiError, { failures, random }: RetryState, capMs: number): number {
  const full = Math.min(capMs, firstDelayMs * 2 ** (failures - 1));
  return Math.max(Math.round(full * (0.5 + random / 2)), error.retryAfterMs ?? 0);
}

/**
 * Runs `attempt` until it succeeds or `retryDelay` gives up.
 *
 * @param onRetry told of each failure that is about to be repeated
 */
export async function withRetry<T>(
  attempt: () => Promise<T>,
  options: {
    readonly isIdempotent: boolean;
    readonly signal: AbortSignal;
    readonly clock: RetryClock;
    readonly onRetry?: (error: ApiError, delayMs: number) => void;
    /** Awaited before each repetition; if it throws, the call ends. */
    readonly beforeRepeat?: (() => Promise<void>) | undefined;
  },
): Promise<T> {
  const { isIdempotent, signal, clock, onRetry, beforeRepeat } = options;
  const startedAt = clock.monotonic();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!ApiError.is(error)) throw error;
      const elapsedMs = clock.monotonic() - startedAt;
      const delay = retryDelay(error, { isIdempotent, failures, elapsedMs, random: clock.random() });
      if (delay === undefined) throw error;
      onRetry?.(error, delay);
      await clock.sleep(delay, signal);
      await beforeRepeat?.();
    }
  }
}

/** A longer header says nothing that any server means. */
const longestRetryAfter = 256;

/** A comma between two values of a header that came twice; the one after the name of a weekday belongs to a date. */
const betweenValues = /(?<!\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})\s*,\s*/i;

/**
 * Reads `Retry-After`, whole seconds or an HTTP date. Of several values the longest counts; one that is unreadable,
 * negative or past does not.
 *
 * @param nowMs milliseconds since the Unix epoch
 * @returns milliseconds from now, at most `maxWaitAskedMs`; undefined when no value counts
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined || value.length > longestRetryAfter) return undefined;
  const waits = value
    .trim()
    .split(betweenValues)
    .map(each => waitOf(each, nowMs))
    .filter(ms => ms !== undefined);
  return waits.length === 0 ? undefined : Math.min(maxWaitAskedMs, Math.max(...waits));
}

function waitOf(text: string, nowMs: number): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const ms = (parseHttpDate(text) ?? nowMs) - nowMs;
  return ms > 0 ? ms : undefined;
}

/** The real clock. */
export const systemRetryClock: RetryClock = {
  ...systemTime,
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(cancelledBy(signal, true));
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    }),
};
