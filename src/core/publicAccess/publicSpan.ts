import { parseDuration } from '../kernel/timeSpan';

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
