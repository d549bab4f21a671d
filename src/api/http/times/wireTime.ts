import { parseIsoTime } from '../../../core/kernel/time/timeText';

const latestDateMs = 8.64e15;

/**
 * Reads a time from the wire by its magnitude (API reference section 2.1): above 1e17 nanoseconds, above 1e15
 * microseconds, above 1e12 milliseconds, otherwise seconds; text is ISO 8601, in UTC
 * where it names no zone, or such a number in digits.
 *
 * @returns milliseconds since the Unix epoch, or undefined for anything unreadable; an object is never refused for its time
 */
export function parseWireTime(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return fromNumber(Number(text));
  return inRange(parseIsoTime(text) ?? NaN);
}

function fromNumber(value: number): number | undefined {
  if (value > 1e17) return inRange(Math.round(value / 1e6));
  if (value > 1e15) return inRange(Math.round(value / 1e3));
  if (value > 1e12) return inRange(value);
  return inRange(value * 1000);
}

function inRange(ms: number): number | undefined {
  return ms > 0 && ms <= latestDateMs ? ms : undefined;
}
