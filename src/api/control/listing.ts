import type { Sandbox } from '../../core/sandbox/sandbox';
import type { BadRow } from './sandboxSchema';

/** A longer listing than the official CLI reads is an endless one (API reference section 5). */
const maxPages = 10_000;

/** Which page of a list (API reference section 2.4). */
export interface PageQuery {
  /** Entries a page; the server's default is 100. */
  readonly limit?: number;
  /** `nextCursor` of an earlier page; opaque. */
  readonly cursor?: string;
  readonly direction?: 'forward' | 'backward';
  /** The live running set, which is a view of its own. */
  readonly runningOnly?: boolean;
}

export interface SandboxPage {
  readonly sandboxes: readonly Sandbox[];
  /** Fetches the next page; absent on the last. */
  readonly nextCursor?: string;
  /** How many rows could not be read. */
  readonly badRows: number;
  /** Which, and why. */
  readonly badRowList: readonly BadRow[];
}

export interface ListAllOptions extends Omit<PageQuery, 'cursor'> {
  /** Stops after so many pages; 10,000 when absent. */
  readonly maxPages?: number;
}

export interface Listing {
  readonly sandboxes: readonly Sandbox[];
  readonly pages: number;
  readonly badRows: number;
  /** Whether there was more than was read: too many pages, or a server that repeats its cursors. */
  readonly isTruncated: boolean;
}

/** Query string of a page; a cursor, which is one already, overrides what it repeats. */
export function pageQuery(query: PageQuery): string {
  const parameters = new URLSearchParams();
  if (query.limit !== undefined) parameters.set('limit', String(query.limit));
  if (query.direction !== undefined) parameters.set('direction', query.direction);
  if (query.runningOnly === true) parameters.set('status', 'running');
  for (const [name, value] of new URLSearchParams(query.cursor ?? '')) parameters.set(name, value);
  return parameters.toString();
}

/** Follows pages until the last one, a cursor seen before, or `maxPages`. Rows with an id seen before replace it. */
export async function collectPages(
  fetchPage: (query: PageQuery) => Promise<SandboxPage>,
  options: ListAllOptions,
): Promise<Listing> {
  const { maxPages: limit = maxPages, ...filter } = options;
  const byId = new Map<string, Sandbox>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let badRows = 0;
  for (let pages = 1; ; pages++) {
    const page = await fetchPage({ ...filter, ...(cursor !== undefined && { cursor }) });
    badRows += page.badRows;
    for (const sandbox of page.sandboxes) byId.set(sandbox.id, sandbox);
    cursor = page.nextCursor;
    const isEndless = cursor !== undefined && (cursors.has(cursor) || pages >= limit);
    if (cursor === undefined || isEndless) {
      return { sandboxes: [...byId.values()], pages, badRows, isTruncated: isEndless };
    }
    cursors.add(cursor);
  }
}
