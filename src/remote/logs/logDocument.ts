import { l10n, type Uri } from 'vscode';
import {
  isOwnEntry,
  type LogEntry,
  type LogFilter,
  type LogPage,
  type LogQuery,
  newestLines,
} from '../../core/logs';
import { Turns } from '../../api/http/turns';
import type { RetainedLogs } from '../../api/control/logs';
import { separator } from '../../text/kit/plainText';
import { filterWords, logLine } from '../../text/logs';

/** Log lines per page. */
const pageSize = 200;

/** Pages that are read at most to find lines that are shown. */
const mostPages = 10;

/** The retained logs of one sandbox: the newest lines, and older ones on request. */
export class LogDocument {
  private entries: readonly LogEntry[] = [];
  private token: string | undefined;
  private isCut = false;
  private hasRoom = true;
  private version = 0;
  private latest = Promise.resolve('');
  filter: LogFilter = {};

  constructor(
    readonly uri: Uri,
    readonly sandboxId: string,
    readonly name: string,
    /** Namespace of the sandbox, if the service reports it. */
    readonly namespace: string | undefined,
    /** Whether lines of processes that the extension started for itself are shown. */
    private readonly areOwnShown: () => boolean,
  ) {}

  get hasOlder(): boolean {
    return this.token !== undefined;
  }

  /** Whether there are older lines that no longer fit. */
  get isFull(): boolean {
    return !this.hasRoom;
  }

  /** Whether there are older lines that cannot be asked for. */
  get isTruncated(): boolean {
    return this.isCut;
  }

  /**
   * Reads the newest page. With an unchanged filter it is appended to earlier lines where the two overlap.
   *
   * @throws ApiError
   */
  async refresh(logs: Pick<RetainedLogs, 'page'>, filter: LogFilter, signal: AbortSignal): Promise<void> {
    const page = await this.read(logs, this.query(filter), signal);
    const known = new Set(this.entries.map(entry => entry.id).filter(id => id !== undefined));
    const joins = filter === this.filter && page.entries.some(({ id }) => id !== undefined && known.has(id));
    this.filter = filter;
    if (joins) {
      const fresh = page.entries.filter(({ id }) => id === undefined || !known.has(id));
      this.keep([...this.entries, ...fresh]);
    } else {
      this.hasRoom = true;
      this.goOnAt(page);
      this.keep(page.entries);
    }
  }

  /** Reads the page before the oldest line. Returns the number of lines added. @throws ApiError */
  async loadOlder(logs: Pick<RetainedLogs, 'page'>, signal: AbortSignal): Promise<number> {
    const { token, filter } = this;
    if (token === undefined) return 0;
    const page = await this.read(logs, { ...this.query(filter), nextToken: token }, signal);
    // The filter was changed meanwhile, or the page was requested twice.
    if (token !== this.token || filter !== this.filter) return 0;
    this.goOnAt(page);
    this.keep([...page.entries, ...this.entries]);
    return page.entries.length;
  }

  /** Lines that are left out, because they are of the extension itself. */
  get hiddenCount(): number {
    return this.entries.length - this.shown(this.entries).length;
  }

  /** The lines as they are now: what was begun before a change gives what came of the change. */
  text(): Promise<string> {
    const version = (this.version += 1);
    const latest = this.made().then(text => (version === this.version ? text : this.latest));
    this.latest = latest;
    return latest;
  }

  private async made(): Promise<string> {
    const words = filterWords(this.filter);
    const what = words === '' ? this.name : `${this.name} · ${words}`;
    const reach = this.isFull
      ? l10n.t('there are older lines, and no room for them here: filter the lines to see others')
      : this.hasOlder
        ? l10n.t('there are older lines')
        : this.isTruncated
          ? l10n.t('there are older lines, and the service did not say how to read them')
          : l10n.t('from the beginning');
    const shown = this.shown(this.entries);
    const hidden = this.entries.length - shown.length;
    const head = [
      `# ${what}`,
      shown.length === 1 ? l10n.t('1 line') : l10n.t('{0} lines', shown.length),
      reach,
      ...(hidden === 0 ? [] : [l10n.t('without {0} of the editor itself', hidden)]),
    ];
    const lines: string[] = [];
    const turns = new Turns();
    for (const entry of shown) {
      lines.push(logLine(entry));
      if (turns.isOver) await turns.next();
    }
    return [head.join(separator), ...lines, ''].join('\n');
  }

  /** Keeps the newest lines that there is room for; those before them cannot be asked for then. */
  private keep(entries: readonly LogEntry[]): void {
    this.entries = newestLines(entries);
    if (this.entries.length === entries.length) return;
    this.hasRoom = false;
    this.token = undefined;
  }

  private goOnAt({ nextToken, isTruncated = false }: LogPage): void {
    this.token = nextToken;
    this.isCut = isTruncated;
  }

  private shown(entries: readonly LogEntry[]): readonly LogEntry[] {
    return this.areOwnShown() ? entries : entries.filter(entry => !isOwnEntry(entry));
  }

  /** Reads a page, and those before it while too few of the lines are shown. */
  private async read(
    logs: Pick<RetainedLogs, 'page'>,
    query: LogQuery,
    signal: AbortSignal,
  ): Promise<LogPage> {
    let { entries, nextToken, isTruncated } = await logs.page(this.sandboxId, query, signal);
    for (let pages = 1; pages < mostPages && nextToken !== undefined; pages += 1) {
      if (this.shown(entries).length >= Math.min(entries.length, pageSize / 2)) break;
      const before = await logs.page(this.sandboxId, { ...query, nextToken }, signal);
      entries = [...before.entries, ...entries];
      ({ nextToken, isTruncated } = before);
      // What has no room is left out when the lines are kept, and said; what is before it would not join.
      if (newestLines(entries).length < entries.length) break;
    }
    return { entries, ...(nextToken !== undefined && { nextToken }), ...(isTruncated && { isTruncated }) };
  }

  private query(filter: LogFilter): LogQuery {
    return { ...filter, take: { from: 'tail', count: pageSize } };
  }
}
