import { isOwnCommandLine } from './processes/ownProcess';

/** The bounds of lines that the service retained, which are shown in a document. */
export const logBounds = {
  /** Characters of an answer: a text in it is parsed in one go. */
  answerCharacters: 16 * 1024 * 1024,
  /** Lines of one page: 200 are asked for. */
  pageLines: 1_000,
  /** Lines that a document keeps, and their characters: the editor gets all of them at once. */
  lines: 10_000,
  characters: 4 * 1024 * 1024,
  /** Characters of the text of a line. */
  bodyCharacters: 64 * 1024,
  /** Characters of its attributes; of a name or value of what it came from, and how many of these there are. */
  attributeCharacters: 8_192,
  resourceCharacters: 1_024,
  resources: 64,
  /** Processes to filter by. */
  processes: 1_000,
} as const;

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
  /** How many characters at its end are missing from `body`. */
  readonly omitted?: number;
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

/** Lines of an entry that are shown at most. */
export const mostLinesOfEntry = 100;

/** What a line weighs besides its text, in characters: an editor of as many lines as characters would be slow. */
const lineWeight = 200;

function weightOf({ body, attributes = '', resource }: LogEntry): number {
  let weight = lineWeight + body.length + attributes.length;
  for (const [name, value] of resource) weight += name.length + value.length;
  let end = body.indexOf('\n');
  for (let lines = 1; end >= 0 && lines < mostLinesOfEntry; lines += 1) {
    weight += lineWeight;
    end = body.indexOf('\n', end + 1);
  }
  return weight;
}

/** The newest of some lines, oldest first, as many as there is room for: all of them, nearly always. */
export function newestLines(
  entries: readonly LogEntry[],
  mostLines: number = logBounds.lines,
): readonly LogEntry[] {
  let room: number = logBounds.characters;
  let first = entries.length;
  for (; first > Math.max(0, entries.length - mostLines); first -= 1) {
    const entry = entries[first - 1];
    room -= entry === undefined ? 0 : weightOf(entry);
    if (room < 0) break;
  }
  return first === 0 ? entries : entries.slice(first);
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Absent on the last page. */
  readonly nextToken?: string;
  /** Whether there is more that cannot be asked for. */
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
