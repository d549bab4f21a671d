import type { ObservedTransition } from './activityLog';

/** A stretch of time in one state, as a part of a picture. */
export interface TimelineSegment {
  /** The state word as received. */
  readonly state: string;
  /** When it began; absent where it began before this window looked. */
  readonly fromMs?: number;
  /** When it ended; absent for the present one. */
  readonly toMs?: number;
  /** Where it begins and how wide it is, in parts of the whole picture. */
  readonly x: number;
  readonly width: number;
}

/** Segments a picture has room for; older ones are left out. @internal */
export const longestTimeline = 20;

/** The least share of the picture, so that a boot of two seconds can be seen beside an hour. */
const leastShare = 0.03;

/**
 * The states of a sandbox in the order this window saw them, and the present one last. Widths go by time, but none
 * falls below what the eye can see.
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
  const stretches = recent.map((entry, index) => ({
    state: entry.to,
    fromMs: entry.atMs,
    toMs: recent[index + 1]?.atMs,
  }));
  const spanMs = Math.max(1, nowMs - first.atMs);
  const parts = [
    ...(first.from === undefined ? [] : [{ state: first.from, toMs: first.atMs, share: leastShare * 2 }]),
    ...stretches.map(stretch => ({
      ...stretch,
      share: Math.max(leastShare, ((stretch.toMs ?? nowMs) - stretch.fromMs) / spanMs),
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
