import type { ApiErrorKind } from './errors';

const second = 1000;
const minute = 60 * second;

/** How long a sandbox in transition, or under an action, is followed closely before the list interval has to do. */
export const followBoundMs = 2 * minute;

/** How often the whole list is read when it takes more than one page. */
export const fullListingIntervalMs = 5 * minute;

const hiddenIntervalMs = minute;
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

function listInterval({ visible, intervalMs, jitter }: ListConditions): number {
  return (visible ? intervalMs : Math.max(hiddenIntervalMs, intervalMs)) * (1 + jitter / 10);
}

/** Doubles from 5 s to 5 min, never sooner than the server asked for. */
export function retryDelay(conditions: Pick<ListConditions, 'failures' | 'retryAfterMs' | 'jitter'>): number {
  const { failures, retryAfterMs = 0, jitter } = conditions;
  const backoff = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 16));
  return Math.max(retryAfterMs, backoff * (1 - jitter / 5));
}

/** The pause before the next look at a followed sandbox: 1 s growing to 5 s. */
export function followDelay(looks: number): number {
  return Math.min(5 * second, second * 1.25 ** Math.min(looks, 16));
}

/** What a listing should read: the whole list, or, when that is long, the running ones and those in transition. */
export function planListing(input: {
  readonly asked: boolean;
  readonly nowMs: number;
  readonly lastFullAtMs: number | undefined;
  readonly lastFullPages: number;
}): 'full' | 'running' {
  const { asked, nowMs, lastFullAtMs, lastFullPages } = input;
  const isLong = lastFullPages > 1;
  if (asked || lastFullAtMs === undefined || !isLong) return 'full';
  return nowMs - lastFullAtMs >= fullListingIntervalMs ? 'full' : 'running';
}
