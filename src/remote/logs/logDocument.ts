import { l10n, type Uri } from 'vscode';
import type { LogEntry, LogPage, LogQuery, LogFilter } from '../../core/logs';
import type { RetainedLogs } from '../../api/control/logs';
import { filterWords, logLine } from '../../text/logs';

/** Log lines per page. */
const pageSize = 200;

/** The retained logs of one sandbox: the newest lines, and older ones on request. */
export class LogDocument {
  private entries: readonly LogEntry[] = [];
  private token: string | undefined;
  filter: LogFilter = {};

  constructor(
    readonly uri: Uri,
    readonly sandboxId: string,
    readonly name: string,
    /** Namespace of the sandbox, if the service reports it. */
    readonly namespace: string | undefined,
  ) {}

  get hasOlder(): boolean {
    return this.token !== undefined;
  }

  /**
   * Reads the newest page. With an unchanged filter it is appended to earlier lines where the two overlap.
   *
   * @throws ApiError
   */
  async refresh(logs: Pick<RetainedLogs, 'page'>, filter: LogFilter, signal: AbortSignal): Promise<void> {
    const page = await logs.page(this.sandboxId, this.query(filter), signal);
    const known = new Set(this.entries.map(entry => entry.id).filter(id => id !== undefined));
    const joins = filter === this.filter && page.entries.some(({ id }) => id !== undefined && known.has(id));
    this.filter = filter;
    if (joins) {
      const fresh = page.entries.filter(({ id }) => id === undefined || !known.has(id));
      this.entries = [...this.entries, ...fresh];
    } else {
      this.entries = page.entries;
      this.token = page.nextToken;
    }
  }

  /** Reads the page before the oldest line. Returns the number of lines added. @throws ApiError */
  async loadOlder(logs: Pick<RetainedLogs, 'page'>, signal: AbortSignal): Promise<number> {
    const { token, filter } = this;
    if (token === undefined) return 0;
    const page: LogPage = await logs.page(
      this.sandboxId,
      { ...this.query(filter), nextToken: token },
      signal,
    );
    // The filter was changed meanwhile, or the page was requested twice.
    if (token !== this.token || filter !== this.filter) return 0;
    this.entries = [...page.entries, ...this.entries];
    this.token = page.nextToken;
    return page.entries.length;
  }

  text(): string {
    const words = filterWords(this.filter);
    const what = words === '' ? this.name : `${this.name} · ${words}`;
    const reach = this.hasOlder ? l10n.t('there are older lines') : l10n.t('from the beginning');
    const head = `# ${what} · ${this.countWords()} · ${reach}`;
    return [head, ...this.entries.map(logLine), ''].join('\n');
  }

  private countWords(): string {
    const count = this.entries.length;
    return count === 1 ? l10n.t('1 line') : l10n.t('{0} lines', count);
  }

  private query(filter: LogFilter): LogQuery {
    return { ...filter, take: { from: 'tail', count: pageSize } };
  }
}
