const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, min: 60, s: 1 };

const partPattern = /(\d+(?:\.\d+)?)\s*(d|h|min|m|s)?/y;

/**
 * Reads a time span: `45m`, `2h`, `1h30m`, `1.5 h`, `90` (seconds).
 *
 * @returns seconds, which may be a fraction; undefined when the text is no span. Blank text is none.
 */
export function parseDuration(text: string): number | undefined {
  const rest = text.trim().toLowerCase();
  if (rest === '') return undefined;
  if (/^\d+(?:\.\d+)?$/.test(rest)) return Number(rest);
  let seconds = 0;
  let smallest = Number.POSITIVE_INFINITY;
  partPattern.lastIndex = 0;
  while (partPattern.lastIndex < rest.length) {
    const part = partPattern.exec(rest);
    const size = part?.[2] === undefined ? undefined : unitSeconds[part[2]];
    // Units must go from large to small, each at most once.
    if (part === null || size === undefined || size >= smallest) return undefined;
    smallest = size;
    seconds += Number(part[1]) * size;
    partPattern.lastIndex += /^\s*/.exec(rest.slice(partPattern.lastIndex))?.[0].length ?? 0;
  }
  return seconds;
}

const writtenUnits = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Formats whole seconds so that `parseDuration` reads the same: `1h30m`; zero is `0`. */
export function formatDuration(seconds: number): string {
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, size] of writtenUnits) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  return parts.length === 0 ? '0' : parts.join('');
}

/** A time span in the largest whole unit that fits, as short as a row needs it. */
export interface Elapsed {
  readonly value: number;
  readonly unit: 'second' | 'minute' | 'hour' | 'day';
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** Expresses a span in its largest whole unit. A negative span, from clocks that disagree, counts as zero. @internal */
export function elapsed(seconds: number): Elapsed {
  for (const [unit, size] of units) if (seconds >= size) return { value: Math.floor(seconds / size), unit };
  return { value: Math.max(0, Math.floor(seconds)), unit: 'second' };
}

/**
 * The time since `sinceMs` for a row: in minutes or larger units, so that a poll does not redraw unchanged rows. Less
 * than a minute is 0 minutes.
 */
export function ageOf(sinceMs: number, nowMs: number): Elapsed {
  const seconds = Math.max(0, (nowMs - sinceMs) / 1000);
  return seconds < 60 ? { value: 0, unit: 'minute' } : elapsed(seconds);
}

/** When the value of `ageOf` will change next, in milliseconds since the Unix epoch. */
export function ageHoldsUntil(sinceMs: number, nowMs: number): number {
  const seconds = Math.max(0, (nowMs - sinceMs) / 1000);
  const size = units.find(([, each]) => seconds >= each)?.[1] ?? 60;
  return sinceMs + (Math.floor(seconds / size) + 1) * size * 1000;
}

/** Expresses a span exactly, in the largest unit that divides it: 5400 s is 90 minutes, 7200 s is 2 hours. */
export function exactSpan(seconds: number): Elapsed {
  for (const [unit, size] of units)
    if (seconds >= size && seconds % size === 0) return { value: seconds / size, unit };
  return { value: seconds, unit: 'second' };
}
