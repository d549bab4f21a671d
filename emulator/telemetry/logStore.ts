import { randomUUID } from 'node:crypto';
import type { Clock } from '../kernel/clock';
import { parseLine, type LogEntry } from './logLine';

/** Whose output it is. */
export interface LogSource {
  readonly sandboxId: string;
  /** The namespace of the row: the project. */
  readonly projectId: string;
  readonly process: LogProcess;
}

interface LogProcess {
  /** Stable id, not the pid. */
  readonly processId: string;
  readonly pid: number;
  readonly command: string;
  readonly managedId?: string;
  readonly managedName?: string;
}

export interface LogRow extends LogSource {
  /** Grows by one with every row of the server. */
  readonly sequence: number;
  readonly uuid: string;
  readonly atMs: number;
  readonly body: string;
  readonly level?: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface LogQuery {
  readonly levels: readonly number[];
  readonly processIds: readonly string[];
  /** Text the body must contain, whatever the case. */
  readonly text: string;
  readonly count: number;
  readonly from: 'oldest' | 'newest';
  /** Rows after it (from the oldest) or before it (from the newest). */
  readonly beyond?: number;
}

interface LogStream {
  readonly process: LogProcess;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
}

/** Retained output, which outlives its sandbox (API reference section 2.14). In memory, and bounded per sandbox. */
export class LogStore {
  private readonly bySandbox = new Map<string, LogRow[]>();
  private sequence = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limit = 10_000,
  ) {}

  append(source: LogSource, { body, level, attributes = {}, atMs = this.clock.now() }: LogEntry): void {
    this.sequence += 1;
    const { sandboxId, projectId, process } = source;
    const { sequence } = this;
    // Member by member: spreading the source takes a hundred times as long, and commands print many lines.
    const row = {
      sandboxId,
      projectId,
      process,
      sequence,
      uuid: randomUUID(),
      atMs,
      body,
      level,
      attributes,
    };
    const rows = this.bySandbox.get(sandboxId) ?? [];
    rows.push(row);
    // Trimmed in large steps: cutting one row off an array copies all the others.
    this.bySandbox.set(sandboxId, rows.length >= 2 * this.limit ? rows.slice(-this.limit) : rows);
  }

  /** Appends a line of output as it came; a JSON object is taken apart, and the time it holds takes precedence over `atMs`. */
  appendLine(source: LogSource, stream: 'stdout' | 'stderr', line: string, atMs?: number): void {
    const { body, level, attributes, atMs: parsedMs } = parseLine(stream, line);
    this.append(source, { body, level, attributes, atMs: parsedMs ?? atMs });
  }

  /** Matching rows, oldest first, and whether there are more in the direction of the query. */
  find(sandboxId: string, query: LogQuery): { readonly rows: readonly LogRow[]; readonly more: boolean } {
    const text = query.text.toLowerCase();
    const rows = (this.bySandbox.get(sandboxId) ?? []).filter(
      ({ sequence, level, body, process }) =>
        (query.beyond === undefined ||
          (query.from === 'oldest' ? sequence > query.beyond : sequence < query.beyond)) &&
        (query.levels.length === 0 || query.levels.includes(level ?? 0)) &&
        (query.processIds.length === 0 || query.processIds.includes(process.processId)) &&
        body.toLowerCase().includes(text),
    );
    const taken = query.from === 'oldest' ? rows.slice(0, query.count) : rows.slice(-query.count);
    return { rows: taken, more: rows.length > taken.length };
  }

  /** The processes that left output, in order of their first row. */
  streams(sandboxId: string): readonly LogStream[] {
    const streams = new Map<string, LogStream>();
    for (const { process, atMs } of this.bySandbox.get(sandboxId) ?? []) {
      const stream = streams.get(process.processId);
      streams.set(process.processId, {
        process,
        firstMs: Math.min(stream?.firstMs ?? atMs, atMs),
        lastMs: Math.max(stream?.lastMs ?? atMs, atMs),
        count: (stream?.count ?? 0) + 1,
      });
    }
    return [...streams.values()];
  }
}
