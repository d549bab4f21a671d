import { z } from 'zod';

/** One entry of the retained logs, before it is stored. */
export interface LogEntry {
  readonly body: string;
  /** 1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. */
  readonly level?: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Default: now. */
  readonly atMs?: number;
}

const levels: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 2,
  info: 3,
  warn: 4,
  warning: 4,
  error: 5,
  fatal: 6,
};

const object = z.record(z.string(), z.unknown());

/**
 * Reads one line of output: of a JSON object `message` or `event` is the text, `level` and `timestamp` are what they
 * say, and the rest are attributes (API reference section 2.14). Anything else is the text itself.
 */
export function parseLine(stream: 'stdout' | 'stderr', line: string): LogEntry {
  const plain: LogEntry = { body: line, level: stream === 'stderr' ? 5 : 3, attributes: { stream } };
  const fields = asObject(line);
  if (fields === undefined) return plain;
  const { message, event, level, timestamp, ...rest } = fields;
  const body = [message, event].find(value => typeof value === 'string');
  if (body === undefined) return plain;
  // Where both are there, the one that is not the text is an attribute like any other.
  const attributes = { stream, ...(body === message && event !== undefined ? { event } : {}), ...rest };
  return { body, level: levelOf(level) ?? plain.level, attributes, atMs: timeOf(timestamp) };
}

function asObject(line: string): Record<string, unknown> | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return object.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function levelOf(level: unknown): number | undefined {
  if (typeof level === 'string') return levels[level.toLowerCase()];
  return typeof level === 'number' && level >= 1 && level <= 6 ? level : undefined;
}

/** ISO text, or seconds or milliseconds by their size. */
function timeOf(timestamp: unknown): number | undefined {
  if (typeof timestamp === 'number') return timestamp > 1e11 ? timestamp : timestamp * 1_000;
  const ms = typeof timestamp === 'string' ? Date.parse(timestamp) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
