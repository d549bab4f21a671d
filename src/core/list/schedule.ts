import type { ApiErrorKind } from '../kernel/errors';

const second = 1000;
const minute = 60 * second;

/** How long a sandbox in transition, or under an action, is followed closely before the list interval has to do. */
export const followBoundMs = 2 * minute;

/** How often the whole list is read, at most, when it takes more than one page. @internal */
export const fullListingIntervalMs = 5 * minute;

const hiddenIntervalMs = minute;

/**
 * Of its requests, one an interval, a long list spends three in four on ticks and one on the pages of full listings:
 * ticks come a third later than those of a short list, and full listings further apart the more pages they have. So a
 * list costs what design section 11 allows (240 an hour while visible, 60 while hidden) whatever its length.
 */
const shareOfFullListings = 1 / 4;
const firstRetryMs = 5 * second;
const longestRetryMs = 5 * minute;

/** Failures that no repetition cures; polling waits for the user. */
const hopeless: ReadonlySet<ApiErrorKind> = new Set<ApiErrorKind>(['unauthenticated', 'forbidden']);

/** Whether a failure lasts until the user does something about it. */
export function isHopeless(kind: ApiErrorKind): boolean {
  return hopeless.has(kind);
}

/** What the next listing depends on. All times in milliseconds. */
export interface ListConditions {
  readonly focused: boolean;
  readonly visible: boolean;
  /** The user's interval; 0 means that only the user refreshes. */
  readonly intervalMs: number;
  /** When the last listing ended, well or badly; absent before the first. */
  readonly lastEndedAtMs?: number;
  /** Listings that failed in a row, and how the last of them did. */
  readonly failures: number;
  readonly lastFailure?: ApiErrorKind;
  readonly retryAfterMs?: number;
  /** Whether the last full listing took more than one page. */
  readonly isLong?: boolean;
  /** A number in [0, 1) drawn once per listing, so that many windows spread out. */
  readonly jitter: number;
}

/**
 * When the next listing is due: a time in milliseconds, or `undefined` for never unless asked (design section 6).
 * A first listing is due at once even when the window is in the background, so that it is there on return.
 */
export function nextListingAt(conditions: ListConditions): number | undefined {
  const { lastEndedAtMs, failures, lastFailure } = conditions;
  if (lastEndedAtMs === undefined) return 0;
  if (failures > 0 && lastFailure !== undefined && isHopeless(lastFailure)) return undefined;
  if (!conditions.focused || conditions.intervalMs === 0) return undefined;
  return lastEndedAtMs + (failures > 0 ? retryDelay(conditions) : listInterval(conditions));
}

/** When a failed listing is tried again; neither means not before the user asks. */
export interface Retry {
  readonly retryAtMs?: number;
  /** Nothing is tried while nobody polls; it is once the window is in front again. */
  readonly retriesOnReturn?: true;
}

/** What happens after a failed listing, to be told to the user. */
export function retryOf(conditions: ListConditions, nowMs: number): Retry {
  const dueAtMs = nextListingAt(conditions);
  if (dueAtMs !== undefined) return { retryAtMs: Math.max(dueAtMs, nowMs) };
  return nextListingAt({ ...conditions, focused: true }) === undefined ? {} : { retriesOnReturn: true };
}

function listInterval({ isLong = false, jitter, ...conditions }: ListConditions): number {
  const stretch = isLong ? 1 / (1 - shareOfFullListings) : 1;
  return budgetInterval(conditions) * stretch * (1 + jitter / 10);
}

/** The time that one request is allowed for. */
function budgetInterval({ visible, intervalMs }: Pick<ListConditions, 'visible' | 'intervalMs'>): number {
  return visible ? intervalMs : Math.max(hiddenIntervalMs, intervalMs);
}

/** Doubles from 5 s to 5 min, never sooner than the server asked for. */
export function retryDelay(conditions: Pick<ListConditions, 'failures' | 'retryAfterMs' | 'jitter'>): number {
  const { failures, retryAfterMs = 0, jitter } = conditions;
  const backoff = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 16));
  return Math.max(retryAfterMs, backoff * (1 - jitter / 5));
}

/** The pause before the next look at a followed sandbox: 1 s growing to 5 s. */
export function followDelay(polls: number): number {
  return Math.min(5 * second, second * 1.25 ** Math.min(polls, 16));
}

/** What a listing should read: the whole list, or, when that is long, the running ones and those in transition. */
export function planListing(input: {
  readonly asked: boolean;
  readonly nowMs: number;
  readonly lastFullAtMs: number | undefined;
  readonly lastFullPages: number;
  readonly conditions: Pick<ListConditions, 'visible' | 'intervalMs'>;
}): 'full' | 'running' {
  const { asked, nowMs, lastFullAtMs, lastFullPages, conditions } = input;
  if (asked || lastFullAtMs === undefined || lastFullPages <= 1) return 'full';
  const affordableMs = (lastFullPages * budgetInterval(conditions)) / shareOfFullListings;
  return nowMs - lastFullAtMs >= Math.max(fullListingIntervalMs, affordableMs) ? 'full' : 'running';
}
