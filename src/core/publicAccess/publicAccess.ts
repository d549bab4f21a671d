import { type ApiErrorKind, apiErrorKinds } from '../kernel/errors';
import { isJsonObject } from '../kernel/formats/json';
import { parseDuration } from '../kernel/time/timeSpan';
import type { Sandbox } from '../sandbox/sandbox';

/** When public access of a sandbox is to be closed, and who asked for it. Contains no secret. */
export interface PublicDeadline {
  readonly sandboxId: string;
  /** The displayed name of the sandbox at that time. */
  readonly name: string;
  /** The server that the sandbox belongs to. */
  readonly endpoint: string;
  /** Identifies the account that asked for it, which alone may close it. */
  readonly account: string;
  readonly profileId: string;
  readonly profileName: string;
  /** In milliseconds since the Unix epoch. */
  readonly closesAtMs: number;
  /** When it was set, likewise: what is left is never more than what was left then, however the clock is set. */
  readonly setAtMs?: number;
  /** Why it could not be closed so far, once the user was told. */
  readonly failure?: ApiErrorKind;
}

/** The account in use, as far as deadlines depend on it. */
export type DeadlineAccount = Pick<PublicDeadline, 'endpoint' | 'account' | 'profileId'>;

/**
 * Who owns a deadline, seen from an account: the account itself; its profile, if the key of the profile was replaced
 * since; or another account.
 */
export function claimOf(deadline: PublicDeadline, account: DeadlineAccount): 'own' | 'profile' | 'other' {
  if (deadline.endpoint !== account.endpoint) return 'other';
  if (deadline.account === account.account) return 'own';
  return deadline.profileId === account.profileId ? 'profile' : 'other';
}

/** What is known about the end of public access of a sandbox, for display. */
export interface PublicEnd {
  readonly closesAtMs: number;
  readonly failure?: ApiErrorKind;
  /** The profile that must be in use for it; absent if it is. */
  readonly waitsFor?: string;
}

/** Whether a sandbox is public, and when that ends. */
export type PublicAccessState =
  | { readonly kind: 'private' }
  /** It is not closed automatically. */
  | { readonly kind: 'open' }
  /** It is closed automatically, but only while another profile is in use. */
  | { readonly kind: 'waiting'; readonly closesAtMs: number; readonly profileName: string }
  | { readonly kind: 'ahead'; readonly closesAtMs: number }
  /** Its time is up, and it is being closed. */
  | { readonly kind: 'due'; readonly closesAtMs: number }
  /** Its time is up, and it could not be closed so far. */
  | { readonly kind: 'failed'; readonly closesAtMs: number; readonly failure: ApiErrorKind };

/** The state of public access of a sandbox. */
export function publicAccessState(
  { allowUnauthenticatedAccess, state }: Pick<Sandbox, 'allowUnauthenticatedAccess' | 'state'>,
  end: PublicEnd | undefined,
  nowMs: number,
): PublicAccessState {
  if (!allowUnauthenticatedAccess) return { kind: 'private' };
  if (!end || state === 'terminated') return { kind: 'open' };
  const { closesAtMs, waitsFor, failure } = end;
  if (waitsFor !== undefined) return { kind: 'waiting', closesAtMs, profileName: waitsFor };
  if (closesAtMs > nowMs) return { kind: 'ahead', closesAtMs };
  return failure === undefined ? { kind: 'due', closesAtMs } : { kind: 'failed', closesAtMs, failure };
}

/** Reads stored deadlines; entries that cannot be read are left out. */
export function parseDeadlines(kept: unknown): readonly PublicDeadline[] {
  if (!Array.isArray(kept)) return [];
  const list: readonly unknown[] = kept;
  return list.map(parseDeadline).filter(deadline => deadline !== undefined);
}

function parseDeadline(value: unknown): PublicDeadline | undefined {
  if (!isJsonObject(value)) return undefined;
  const { sandboxId, name, endpoint, account, profileId, profileName, closesAtMs, setAtMs } = value;
  if (typeof sandboxId !== 'string' || typeof endpoint !== 'string' || typeof account !== 'string')
    return undefined;
  if (typeof name !== 'string' || typeof profileId !== 'string' || typeof profileName !== 'string')
    return undefined;
  if (typeof closesAtMs !== 'number' || !Number.isFinite(closesAtMs)) return undefined;
  const failure = apiErrorKinds.find(kind => kind === value['failure']);
  const deadline = { sandboxId, name, endpoint, account, profileId, profileName, closesAtMs };
  return {
    ...deadline,
    ...(typeof setAtMs === 'number' && Number.isFinite(setAtMs) && { setAtMs }),
    ...(failure !== undefined && { failure }),
  };
}

/** Limits of the time for public access, in seconds. */
export const publicSpanLimits = { min: 1, max: 30 * 86_400 } as const;

/**
 * Reads for how long access is to be public: a number of seconds, or a time span.
 *
 * @returns whole seconds; undefined for anything else, and outside of `publicSpanLimits`
 */
export function readPublicSpan(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? parseDuration(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined;
  const whole = Math.ceil(seconds);
  return whole >= publicSpanLimits.min && whole <= publicSpanLimits.max ? whole : undefined;
}
