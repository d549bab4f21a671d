import type { Row } from '../list/rows';

/** How long a sandbox has been running, as far as this is known. */
export interface RunningTime {
  readonly sinceMs: number;
  /** False if it may have been suspended in between, because this window did not see it start. */
  readonly isExact: boolean;
}

const hourMs = 3_600_000;

/** When a running sandbox started: when this window saw it start, else when it was created. */
export function runningTime({ sandbox, stateSinceMs }: Row): RunningTime | undefined {
  if (sandbox.state !== 'running') return undefined;
  if (stateSinceMs !== undefined) return { sinceMs: stateSinceMs, isExact: true };
  return sandbox.createdAtMs === undefined ? undefined : { sinceMs: sandbox.createdAtMs, isExact: false };
}

/**
 * When a sandbox will have been running for so long that its user may have forgotten it.
 *
 * @param hours how long that is; 0 for never
 * @returns a time in milliseconds since the Unix epoch, past or to come; undefined for never
 */
export function longRunningFrom(row: Row, hours: number): number | undefined {
  const time = hours > 0 ? runningTime(row) : undefined;
  return time && time.sinceMs + hours * hourMs;
}
