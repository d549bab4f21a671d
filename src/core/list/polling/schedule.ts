import type { ApiErrorKind } from '../../kernel/errors';

const second = 1000;
const minute = 60 * second;

/**
 * How long a sandbox is polled while it is in a transition or an action is under way; after that it is left to the
 * listing.
 */
export const followBoundMs = 2 * minute;

/** The least interval between full listings that take more than one page. @internal */
export const fullListingIntervalMs = 5 * minute;

const hiddenIntervalMs = minute;

/**
 * One request per interval is allowed. A long list spends three in four of them on ticks and one on the pages of full
 * listings: ticks come a third later than those of a short list, and full listings further apart the more pages they
 * have. So a list of any length costs at most 240 requests an hour while visible, 60 while hidden.
 */
const shareOfFullListings = 1 / 4;
const firstRetryMs = 5 * second;
const longestRetryMs = 5 * minute;

/** Failures that a repetition cannot cure; polling waits for the user. */
const hopeless: ReadonlySet<ApiErrorKind> = new Set<ApiErrorKind>(['unauthenticated', 'forbidden']);

/** How long a rejected key rests at least before a window that comes to the front tries it again. */
const rejectedRestMs = minute;

/** Whether a failure lasts until the user does something about it. */
export function isHopeless(kind: ApiErrorKind): boolean {
  return hopeless.has(kind);
}

/** What the next listing depends on. All times in milliseconds, moments on one clock that never jumps. */
export interface ListConditions {
  readonly focused: boolean;
  readonly visible: boolean;
  /** The interval that the user set; 0 means that only they refresh. */
  readonly intervalMs: number;
  /** When the last listing succeeded or failed; absent before the first. */
  readonly lastEndedAtMs?: number;
  /** How many listings failed in a row, and how the last of them failed. */
  readonly failures: number;
  readonly lastFailure?: ApiErrorKind;
  readonly retryAfterMs?: number;
  /** Whether the last full listing took more than one page. */
  readonly isLong?: boolean;
  /** Whether the window came to the front again since the last listing. */
  readonly hasReturned?: boolean;
  /** A random number in [0, 1), drawn once per listing, which spreads the requests of many windows. */
  readonly jitter: number;
}

/**
 * When the next listing is due, in milliseconds; `undefined` if only the user refreshes, or the window is not focused.
 * The first listing is due at once, even in the background, so that the list is there on return.
 */
export function nextListingAt(conditions: ListConditions): number | undefined {
  const { lastEndedAtMs, failures, lastFailure } = conditions;
  if (lastEndedAtMs === undefined) return 0;
  if (failures > 0 && lastFailure !== undefined && isHopeless(lastFailure)) {
    // The user may have put it right elsewhere.
    const mayTry = conditions.hasReturned && conditions.focused && conditions.intervalMs > 0;
    return mayTry ? lastEndedAtMs + rejectedRestMs : undefined;
  }
  if (!conditions.focused || conditions.intervalMs === 0) return undefined;
  return lastEndedAtMs + (failures > 0 ? retryDelay(conditions) : listInterval(conditions));
}

/** When a failed listing is tried again; without either member only when the user asks. */
export interface Retry {
  readonly retryAtMs?: number;
  /** It is tried again once the window is focused. */
  readonly retriesOnReturn?: true;
}

/** What follows a failed listing, to be shown to the user. */
export function retryOf(conditions: ListConditions, nowMs: number): Retry {
  const dueAtMs = nextListingAt(conditions);
  if (dueAtMs !== undefined) return { retryAtMs: Math.max(dueAtMs, nowMs) };
  return nextListingAt({ ...conditions, focused: true }) === undefined ? {} : { retriesOnReturn: true };
}

function listInterval({ isLong = false, jitter, ...conditions }: ListConditions): number {
  const stretch = isLong ? 1 / (1 - shareOfFullListings) : 1;
  return budgetInterval(conditions) * stretch * (1 + jitter / 10);
}

/** The interval in which one request is allowed. */
function budgetInterval({ visible, intervalMs }: Pick<ListConditions, 'visible' | 'intervalMs'>): number {
  return visible ? intervalMs : Math.max(hiddenIntervalMs, intervalMs);
}

/** Doubles from 5 s to 5 min; not less than the server asked for. */
export function retryDelay(conditions: Pick<ListConditions, 'failures' | 'retryAfterMs' | 'jitter'>): number {
  const { failures, retryAfterMs = 0, jitter } = conditions;
  const backoff = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 16));
  return Math.max(retryAfterMs, backoff * (1 - jitter / 5));
}

/** The pause before the next poll of a sandbox: 1 s growing to 5 s. */
export function followDelay(polls: number): number {
  return Math.min(5 * second, second * 1.25 ** Math.min(polls, 16));
}

/** What is known of the last full listing. */
export interface LastFull {
  readonly lastFullAtMs: number | undefined;
  readonly lastFullPages: number;
  readonly conditions: Pick<ListConditions, 'visible' | 'intervalMs'>;
}

/**
 * When a list may be read in full again, in milliseconds: a long one not before that is affordable, and any other at any
 * time. Until then, the running sandboxes and those in a transition are read.
 */
export function fullListingAt({ lastFullAtMs, lastFullPages, conditions }: LastFull): number {
  if (lastFullAtMs === undefined || lastFullPages <= 1) return -Infinity;
  const affordableMs = (lastFullPages * budgetInterval(conditions)) / shareOfFullListings;
  return lastFullAtMs + Math.max(fullListingIntervalMs, affordableMs);
}
