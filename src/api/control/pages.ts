import * as z from 'zod/mini';
import { ApiError } from '../../core/kernel/errors';
import { isJsonObject, type JsonObject, objectOf, textOf } from '../../core/kernel/json';
import { refuseUnreadable } from '../../core/list/listStatus';
import type { Sandbox } from '../../core/sandbox/sandbox';

/** A longer cursor does not fit into a request line. */
const maxCursorLength = 4096;

const items = z.optional(z.nullable(z.array(z.unknown())));

const listEnvelope = z.object({ sandboxes: items, snapshots: items, pools: items, items });

/** The unparsed entries of one page, and the query of the next. */
export interface WirePage {
  readonly rows: readonly unknown[];
  /**
   * Query string of the next page, such as `cursor=b2Zmc2V0`. Opaque to callers: which parameter carries the cursor
   * depends on the server.
   */
  readonly nextCursor: string | undefined;
}

/**
 * Reads the envelope of a list (API reference section 2.4). Only this is strict: an answer without a list under `key`
 * or `items`, or with null in its place, must not be taken for an empty list.
 *
 * @throws ApiError of kind `schema`
 */
export function readPage(body: unknown, key: 'sandboxes' | 'snapshots' | 'pools' | 'items'): WirePage {
  const envelope = listEnvelope.safeParse(body);
  if (!envelope.success) throw new ApiError('schema', `The answer holds no list of ${key}`);
  const rows = envelope.data[key] ?? envelope.data.items;
  if (!rows) throw new ApiError('schema', `The answer holds no list of ${key}`);
  return { rows, nextCursor: isJsonObject(body) ? nextQuery(body) : undefined };
}

/** Why an entry of a list could not be read. */
export type BadRowReason = 'notObject' | 'noId';

/** An entry of a list that was left out; `index` is its position in the page. */
export interface BadRow {
  readonly index: number;
  readonly reason: BadRowReason;
}

/**
 * Reads the body of an answer that is one row.
 *
 * @param what the noun for it, such as `pool`
 * @throws ApiError of kind `schema` when it cannot be read
 */
export function readOne<T extends object>(
  body: unknown,
  readRow: (entry: unknown) => T | BadRowReason,
  what: string,
): T {
  const row = readRow(body);
  if (typeof row === 'string') throw new ApiError('schema', `The answer holds no ${what}`);
  return row;
}

/**
 * Reads the entries of a list; an unreadable one is reported and does not lose the others.
 *
 * @param readRow returns the row, or why it cannot be read
 */
export function readRows<T extends object>(
  entries: readonly unknown[],
  readRow: (entry: unknown) => T | BadRowReason,
): { readonly rows: readonly T[]; readonly badRows: readonly BadRow[] } {
  const rows: T[] = [];
  const badRows: BadRow[] = [];
  for (const [index, entry] of entries.entries()) {
    const row = readRow(entry);
    if (typeof row === 'string') badRows.push({ index, reason: row });
    else rows.push(row);
  }
  return { rows, badRows };
}

/**
 * Reads the entries of a list that is not continued on other pages.
 *
 * @throws ApiError of kind `schema` when it has entries, and none can be read: such a list must not be taken for empty
 */
export function readWholeList<T extends object>(
  entries: readonly unknown[],
  readRow: (entry: unknown) => T | BadRowReason,
): { readonly rows: readonly T[]; readonly badRows: readonly BadRow[] } {
  const list = readRows(entries, readRow);
  refuseUnreadable(list.rows.length, list.badRows.length);
  return list;
}

/** Finds the next page in any dialect that the official CLI understands (API reference section 2.4). */
function nextQuery(body: JsonObject): string | undefined {
  const nested = objectOf(body, 'pagination', 'paginator');
  const places = nested === undefined ? [body] : [nested, body];
  for (const place of places) {
    const token = textOf(place, 'next_cursor', 'nextCursor');
    if (token !== undefined) return query('cursor', token);
    const named = textOf(place, 'next_token', 'nextToken');
    if (named !== undefined) return query('nextToken', named);
  }
  const next = nested === undefined ? undefined : textOf(nested, 'next');
  if (next === undefined) return undefined;
  return isAddress(next) ? queryOf(next) : query('next', next);
}

function query(name: string, value: string): string | undefined {
  return value.length > maxCursorLength ? undefined : new URLSearchParams({ [name]: value }).toString();
}

function isAddress(next: string): boolean {
  return next.startsWith('/') || /^https?:\/\//i.test(next);
}

/** Uses the parameters only: an answer does not decide where requests go. */
function queryOf(address: string): string | undefined {
  const mark = address.indexOf('?');
  if (mark < 0 || address.length > maxCursorLength) return undefined;
  const parameters = new URLSearchParams(address.slice(mark + 1).replace(/#.*$/s, ''));
  return parameters.size === 0 ? undefined : parameters.toString();
}

/** Selects a page of a list (API reference section 2.4). */
export interface PageQuery {
  /** Entries per page; the default of the server is 100. */
  readonly limit?: number;
  /** `nextCursor` of an earlier page; opaque. */
  readonly cursor?: string;
  readonly direction?: 'forward' | 'backward';
  /** Only running sandboxes, which the server lists separately. */
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

/** Query string of a page. The cursor is one too, and overrides the other parameters. */
export function pageQuery(query: PageQuery): string {
  const parameters = new URLSearchParams();
  if (query.limit !== undefined) parameters.set('limit', String(query.limit));
  if (query.direction !== undefined) parameters.set('direction', query.direction);
  if (query.runningOnly === true) parameters.set('status', 'running');
  for (const [name, value] of new URLSearchParams(query.cursor ?? '')) parameters.set(name, value);
  return parameters.toString();
}
