import type { Sandbox } from '../sandbox/sandbox';
import type { LastTraffic } from './rule';

/** Times are kept to the minute: an estimate needs no more, and fewer values are stored. */
const stepMs = 60_000;

/** What is older says nothing that a rule asks for. */
const longestMs = 366 * 24 * 60 * stepMs;

/** More sandboxes than a computer reaches into; the latest are kept. */
const most = 500;

/** When this computer last sent something to each sandbox, as it is stored. */
export interface TrafficRecord {
  /** When the recording began, in milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** By id of the sandbox, in milliseconds since the Unix epoch, the latest last. */
  readonly times: ReadonlyMap<string, number>;
}

/** Reads what was stored; whatever is no record is an empty one that begins now. */
export function parseTrafficRecord(stored: unknown, nowMs: number): TrafficRecord {
  const empty = { sinceMs: nowMs, times: new Map<string, number>() };
  if (typeof stored !== 'object' || stored === null || !('sinceMs' in stored) || !('times' in stored))
    return empty;
  const { sinceMs, times } = stored;
  if (!isTime(sinceMs, nowMs) || typeof times !== 'object' || times === null) return empty;
  const read = Object.entries(times)
    .filter((entry): entry is [string, number] => isTime(entry[1], nowMs))
    .sort(([, a], [, b]) => a - b);
  return { sinceMs, times: new Map(read) };
}

/** What is stored of a record. */
export function storedTraffic({ sinceMs, times }: TrafficRecord): object {
  return { sinceMs, times: Object.fromEntries(times) };
}

/** A record with the traffic of now, or the same one when it says so already. */
export function withTraffic(record: TrafficRecord, ids: Iterable<string>, nowMs: number): TrafficRecord {
  const atMs = Math.floor(nowMs / stepMs) * stepMs;
  const fresh = [...ids].filter(id => (record.times.get(id) ?? 0) < atMs);
  if (fresh.length === 0) return record;
  const times = new Map(record.times);
  for (const id of fresh) {
    times.delete(id);
    times.set(id, atMs);
  }
  const kept = [...times].filter(([, ms]) => nowMs - ms <= longestMs).slice(-most);
  return { sinceMs: record.sinceMs, times: new Map(kept) };
}

/** The last traffic of a sandbox; without one, the time since which there was none for certain. */
export function lastTraffic(record: TrafficRecord, { id, createdAtMs }: Sandbox): LastTraffic {
  const atMs = record.times.get(id);
  if (atMs !== undefined) return { atMs, isSeen: true };
  return { atMs: Math.max(record.sinceMs, createdAtMs ?? 0), isSeen: false };
}

/** A time that has been: a clock that was wrong once must not make a sandbox look used for ever. */
function isTime(value: unknown, nowMs: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= nowMs + stepMs;
}
