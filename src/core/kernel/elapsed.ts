/** A span of time in the largest whole unit that fits, as short as a row can bear. */
export interface Elapsed {
  readonly value: number;
  readonly unit: 'second' | 'minute' | 'hour' | 'day';
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** A span in its largest whole unit. Negative spans, from clocks that disagree, count as none. */
export function elapsed(seconds: number): Elapsed {
  for (const [unit, size] of units) if (seconds >= size) return { value: Math.floor(seconds / size), unit };
  return { value: Math.max(0, Math.floor(seconds)), unit: 'second' };
}

/**
 * The time since `sinceMs` for a row: never finer than minutes, so that a poll does not redraw rows that say the
 * same. Under a minute is 0 minutes.
 */
export function ageOf(sinceMs: number, nowMs: number): Elapsed {
  const seconds = Math.max(0, (nowMs - sinceMs) / 1000);
  return seconds < 60 ? { value: 0, unit: 'minute' } : elapsed(seconds);
}

/** Until when `ageOf` says what it says now, in milliseconds since the Unix epoch. */
export function ageHoldsUntil(sinceMs: number, nowMs: number): number {
  const seconds = Math.max(0, (nowMs - sinceMs) / 1000);
  const size = units.find(([, each]) => seconds >= each)?.[1] ?? 60;
  return sinceMs + (Math.floor(seconds / size) + 1) * size * 1000;
}

/** A span exactly, in the largest unit that divides it: 5400 s is 90 minutes, 7200 s is 2 hours. */
export function exactSpan(seconds: number): Elapsed {
  for (const [unit, size] of units)
    if (seconds >= size && seconds % size === 0) return { value: seconds / size, unit };
  return { value: seconds, unit: 'second' };
}
