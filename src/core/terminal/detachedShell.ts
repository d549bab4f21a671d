import { ageHoldsUntil } from '../kernel/time/timeSpan';

/** A shell that can be reattached to. Times are in milliseconds since the Unix epoch. */
export interface TerminalRecord {
  readonly sessionId: string;
  readonly sandboxId: string;
  /** The service the sandbox belongs to. */
  readonly endpoint: string;
  /** Program, as it was started. */
  readonly command: string;
  readonly openedAtMs: number;
  /** When this side detached; absent while a window shows it, or did until the window closed. */
  readonly detachedAtMs?: number;
  /** Whether the window that showed it closed, so that `detachedAtMs` is only when that was noticed. */
  readonly isLeftBehind?: true;
}

/** How long a shell lives with no client attached, in milliseconds (API reference section 3.7). */
export const aloneMs = 300_000;

const minuteMs = 60_000;

/** When clients of a shell detached. Times are in milliseconds since the Unix epoch. */
export interface LeftShell {
  /** When this side detached, or noticed at the latest that it had; absent while a client may be attached. */
  readonly detachedAtMs?: number;
}

/** What is known about a shell without a request, which could wake the sandbox. */
export type ShellLife =
  /** Another window may be attached to it. */
  | { readonly kind: 'unknown' }
  /** No client is attached, as far as is known. 1 to 5 minutes, rounded up. */
  | { readonly kind: 'left'; readonly minutesLeft: number }
  /** Its time is up. It may still live: with another client, or if its sandbox was suspended meanwhile. */
  | { readonly kind: 'over' };

export function lifeOf({ detachedAtMs }: LeftShell, nowMs: number): ShellLife {
  if (detachedAtMs === undefined) return { kind: 'unknown' };
  const leftMs = aloneMs - Math.max(0, nowMs - detachedAtMs);
  return leftMs <= 0 ? { kind: 'over' } : { kind: 'left', minutesLeft: Math.ceil(leftMs / minuteMs) };
}

/**
 * When the value of `lifeOf`, or the age in minutes beside it, will change next, in milliseconds since the Unix epoch;
 * undefined if neither will.
 */
export function lifeHoldsUntil(shell: LeftShell, nowMs: number): number | undefined {
  const { detachedAtMs } = shell;
  return detachedAtMs === undefined || lifeOf(shell, nowMs).kind === 'over'
    ? undefined
    : ageHoldsUntil(detachedAtMs, nowMs);
}
