import type { ObservedTransition } from './activityLog';

/** A period in one state, as a segment of the timeline. */
export interface TimelineSegment {
  /** The state word as received. */
  readonly state: string;
  /** When it began; absent if that was before this window observed the sandbox. */
  readonly fromMs?: number;
  /** When it ended; absent for the current one. */
  readonly toMs?: number;
  /** Position and width, as fractions of the timeline. */
  readonly x: number;
  readonly width: number;
}

/** Segments that fit; older ones are left out. @internal */
export const longestTimeline = 20;

/** The smallest width of a segment, so that a boot of two seconds is visible beside an hour. */
const leastShare = 0.03;

/**
 * The states of a sandbox in the order this window observed them, the current one last. Widths are proportional to
 * time, with a minimum that stays visible.
 *
 * @param entries what was seen of this sandbox, oldest first
 * @param state what it is in now, as received
 */
export function timelineOf(
  entries: readonly ObservedTransition[],
  state: string,
  nowMs: number,
): readonly TimelineSegment[] {
  const recent = entries.slice(-longestTimeline);
  const [first] = recent;
  if (!first) return [{ state, x: 0, width: 1 }];
  const stretches = recent.map((entry, index) => {
    const toMs = recent[index + 1]?.atMs;
    // A clock that was set back makes a state end before it began.
    return { state: entry.to, fromMs: entry.atMs, toMs, tookMs: Math.max(0, (toMs ?? nowMs) - entry.atMs) };
  });
  const spanMs = Math.max(
    1,
    stretches.reduce((sum, { tookMs }) => sum + tookMs, 0),
  );
  const parts = [
    ...(first.from === undefined ? [] : [{ state: first.from, toMs: first.atMs, share: leastShare * 2 }]),
    ...stretches.map(({ tookMs, ...stretch }) => ({
      ...stretch,
      share: Math.max(leastShare, tookMs / spanMs),
    })),
  ];
  const whole = parts.reduce((sum, { share }) => sum + share, 0);
  let x = 0;
  return parts.map(({ share, ...part }) => {
    const width = share / whole;
    const segment = { ...part, x, width };
    x += width;
    return segment;
  });
}
