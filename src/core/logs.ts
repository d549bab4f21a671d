import { isOwnCommandLine } from './processes/ownProcess';

/** Severity words by their number on the wire, which begins at 1 (API reference section 2.14). */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Selects retained lines of a sandbox. */
export interface LogQuery {
  readonly levels?: readonly LogLevel[];
  /** Ids of log streams, not pids. */
  readonly processIds?: readonly string[];
  /** Text that a line contains, ignoring case. */
  readonly body?: string;
  /** That many of the oldest lines, or of the newest. */
  readonly take?: { readonly from: 'head' | 'tail'; readonly count: number };
  /** `nextToken` of an earlier page. */
  readonly nextToken?: string;
}

export interface LogEntry {
  readonly id?: string;
  readonly atMs?: number;
  readonly body: string;
  readonly level?: LogLevel;
  /** Further attributes of the line, as JSON text; untrusted. */
  readonly attributes?: string;
  /** Names and values, such as the process it came from. */
  readonly resource: readonly (readonly [string, string])[];
}

/** A value of the process that a line came from, such as `process.command`; empty when it is not told. */
export function resourceValue({ resource }: Pick<LogEntry, 'resource'>, name: string): string {
  return resource.find(([key]) => key === name)?.[1] ?? '';
}

/** Whether a line came from a process that the extension started for itself. */
export function isOwnEntry(entry: Pick<LogEntry, 'resource'>): boolean {
  return isOwnCommandLine(resourceValue(entry, 'process.command'));
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Absent on the last page. */
  readonly nextToken?: string;
  /** Whether there is a next page that cannot be asked for. */
  readonly isTruncated?: boolean;
}

/** A process that has retained lines. It may have ended, and so may its sandbox. */
export interface LogProcess {
  readonly processId: string;
  readonly pid?: string;
  readonly command?: string;
  readonly managedName?: string;
  readonly firstSeenMs?: number;
  readonly lastSeenMs?: number;
  readonly count?: number;
}

/** What a log document is filtered by. */
export type LogFilter = Pick<LogQuery, 'levels' | 'processIds' | 'body'>;
