import { hasLifetime, isEphemeral, type Sandbox } from '../sandbox/sandbox';

/** How long before an end it is told at the latest, in milliseconds. */
const leadMs = 180_000;

/** An end that its timeout brings, known ahead. Times are in milliseconds since the Unix epoch. */
export interface IdleEnd {
  /** When the sandbox ends at the earliest: anybody who uses it puts it off, unless `isFixed`. */
  readonly atMs: number;
  /** From when on it is worth telling. */
  readonly tellAtMs: number;
  /** Whether nothing puts it off. */
  readonly isFixed: boolean;
}

/**
 * When an ephemeral sandbox ends for good because nothing goes to it (API reference section 2.8). A named one is suspended
 * then, which loses nothing; one that may stay for as long as the plan allows has no bound that is known. Where the timeout
 * is a lifetime it ends by that, whatever goes to it.
 *
 * @param lastTrafficMs the latest traffic that is known, in milliseconds since the Unix epoch
 */
export function idleEndOf(sandbox: Sandbox, lastTrafficMs: number): IdleEnd | undefined {
  const { state, timeoutSecs = 0, createdAtMs } = sandbox;
  const isFixed = hasLifetime(sandbox);
  if (state !== 'running' || timeoutSecs === 0 || !(isFixed || isEphemeral(sandbox))) return undefined;
  const spanMs = timeoutSecs * 1000;
  const fromMs = isFixed ? createdAtMs : lastTrafficMs;
  if (fromMs === undefined) return undefined;
  const atMs = fromMs + spanMs;
  return { atMs, tellAtMs: atMs - Math.min(leadMs, spanMs / 2), isFixed };
}
