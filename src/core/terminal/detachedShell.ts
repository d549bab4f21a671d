import { ageHoldsUntil } from '../kernel/timeSpan';

/** A shell that can be reattached to. Times are in milliseconds since the Unix epoch. */
export interface TerminalRecord {
  readonly sessionId: string;
  readonly sandboxId: string;
  /** The service the sandbox belongs to. */
  readonly endpoint: string;
  /** Program, as it was started. */
  readonly command: string;
  readonly openedAtMs: number;
  /** When this side let go of it; absent while a window shows it, or did until it was closed. */
  readonly detachedAtMs?: number;
  /** Whether it was let go of by a window that closed, so that `detachedAtMs` is only when that was noticed. */
  readonly isLeftBehind?: true;
}

/** The service ends a shell that nobody has been attached to for so long, in milliseconds (API reference section 3.7). */
export const aloneMs = 300_000;

const minuteMs = 60_000;

/** What is known of who looks at a shell. Times are in milliseconds since the Unix epoch. */
export interface LeftShell {
  /** When this side let go of it, or noticed at the latest that it had; absent while somebody may be attached. */
  readonly detachedAtMs?: number;
}

/** What can be said of a shell without asking the service, which may be a sandbox that nothing shall wake. */
export type ShellLife =
  /** Another window may be attached to it. */
  | { readonly kind: 'unknown' }
  /** Nobody is attached, as far as is known. 1 to 5 minutes, the one that has begun included. */
  | { readonly kind: 'left'; readonly minutesLeft: number }
  /** Its time is up. It may live nevertheless: with another client, or where its sandbox was suspended meanwhile. */
  | { readonly kind: 'over' };

export function lifeOf({ detachedAtMs }: LeftShell, nowMs: number): ShellLife {
  if (detachedAtMs === undefined) return { kind: 'unknown' };
  const leftMs = aloneMs - Math.max(0, nowMs - detachedAtMs);
  return leftMs <= 0 ? { kind: 'over' } : { kind: 'left', minutesLeft: Math.ceil(leftMs / minuteMs) };
}

/**
 * Until when `lifeOf`, and the age in minutes beside it, say what they say now, in milliseconds since the Unix epoch;
 * undefined when they go on saying it.
 */
export function lifeHoldsUntil(shell: LeftShell, nowMs: number): number | undefined {
  const { detachedAtMs } = shell;
  return detachedAtMs === undefined || lifeOf(shell, nowMs).kind === 'over'
    ? undefined
    : ageHoldsUntil(detachedAtMs, nowMs);
}
