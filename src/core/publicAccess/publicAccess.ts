import { type ApiErrorKind, apiErrorKinds } from '../kernel/errors';
import { isObject } from '../kernel/json';
import { parseDuration } from '../kernel/timeSpan';
import type { Sandbox } from '../sandbox/sandbox';

/** When public access of a sandbox is to close by itself, and who asked for it. Holds no secret. */
export interface PublicDeadline {
  readonly sandboxId: string;
  /** What people called the sandbox then. */
  readonly name: string;
  /** The service the sandbox belongs to. */
  readonly endpoint: string;
  /** Tells the account it was asked for with: only that one closes it. */
  readonly account: string;
  readonly profileId: string;
  readonly profileName: string;
  /** In milliseconds since the Unix epoch. */
  readonly closesAtMs: number;
  /** Why it could not be closed, where trying again is of no use. */
  readonly failure?: ApiErrorKind;
}

/** Who is signed in, as far as deadlines go. */
export type DeadlineAccount = Pick<PublicDeadline, 'endpoint' | 'account' | 'profileId'>;

/**
 * Whose a deadline is, for an account: its own; its profile's, asked for before the key of that profile was replaced;
 * or somebody else's.
 */
export function claimOf(deadline: PublicDeadline, account: DeadlineAccount): 'own' | 'profile' | 'other' {
  if (deadline.endpoint !== account.endpoint) return 'other';
  if (deadline.account === account.account) return 'own';
  return deadline.profileId === account.profileId ? 'profile' : 'other';
}

/** What is known of the end of public access of a sandbox, for whoever shows it. */
export interface PublicEnd {
  readonly closesAtMs: number;
  readonly failure?: ApiErrorKind;
  /** The profile that has to be in use for it; absent where it is. */
  readonly waitsFor?: string;
}

/** Whether a sandbox is public, and what is to become of that. */
export type PublicAccessState =
  | { readonly kind: 'private' }
  /** Nothing closes it by itself. */
  | { readonly kind: 'open' }
  /** It closes by itself, but only where another profile is in use. */
  | { readonly kind: 'waiting'; readonly closesAtMs: number; readonly profileName: string }
  | { readonly kind: 'ahead'; readonly closesAtMs: number }
  /** Its time is up, and it is being closed. */
  | { readonly kind: 'due'; readonly closesAtMs: number }
  /** Its time is up, and it could not be closed. */
  | { readonly kind: 'failed'; readonly closesAtMs: number; readonly failure: ApiErrorKind };

/** How public access of a sandbox stands. */
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

/** Reads kept deadlines; what cannot be read is left out. */
export function parseDeadlines(kept: unknown): readonly PublicDeadline[] {
  if (!Array.isArray(kept)) return [];
  const list: readonly unknown[] = kept;
  return list.map(parseDeadline).filter(deadline => deadline !== undefined);
}

function parseDeadline(value: unknown): PublicDeadline | undefined {
  if (!isObject(value)) return undefined;
  const { sandboxId, name, endpoint, account, profileId, profileName, closesAtMs } = value;
  if (typeof sandboxId !== 'string' || typeof endpoint !== 'string' || typeof account !== 'string')
    return undefined;
  if (typeof name !== 'string' || typeof profileId !== 'string' || typeof profileName !== 'string')
    return undefined;
  if (typeof closesAtMs !== 'number' || !Number.isFinite(closesAtMs)) return undefined;
  const failure = apiErrorKinds.find(kind => kind === value['failure']);
  const deadline = { sandboxId, name, endpoint, account, profileId, profileName, closesAtMs };
  return failure === undefined ? deadline : { ...deadline, failure };
}

/** Bounds of a time for public access, in seconds. */
export const publicSpanLimits = { min: 1, max: 30 * 86_400 } as const;

/**
 * Reads for how long something is to be public: a number of seconds, or a span as people write it.
 *
 * @returns whole seconds; undefined for anything else, and outside of `publicSpanLimits`
 */
export function readPublicSpan(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? parseDuration(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined;
  const whole = Math.ceil(seconds);
  return whole >= publicSpanLimits.min && whole <= publicSpanLimits.max ? whole : undefined;
}
