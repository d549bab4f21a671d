import { isEphemeral, type Sandbox } from '../sandbox/sandbox';

/** How long before an end it is told at the latest, in milliseconds. */
const leadMs = 180_000;

/** An end that is known ahead. Times are in milliseconds since the Unix epoch. */
export interface IdleEnd {
  /** When the sandbox ends at the earliest: anybody who uses it puts it off. */
  readonly atMs: number;
  /** From when on it is worth telling. */
  readonly tellAtMs: number;
}

/**
 * When an ephemeral sandbox ends for good because nothing goes to it (API reference section 2.8). A named one is suspended
 * then, which loses nothing; one that may stay for as long as the plan allows has no bound that is known.
 *
 * @param lastTrafficMs the latest traffic that is known, in milliseconds since the Unix epoch
 */
export function idleEndOf(sandbox: Sandbox, lastTrafficMs: number): IdleEnd | undefined {
  const { state, timeoutSecs = 0 } = sandbox;
  if (state !== 'running' || !isEphemeral(sandbox) || timeoutSecs === 0) return undefined;
  const idleMs = timeoutSecs * 1000;
  const atMs = lastTrafficMs + idleMs;
  return { atMs, tellAtMs: atMs - Math.min(leadMs, idleMs / 2) };
}
