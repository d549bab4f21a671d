import { ApiError } from '../../core/kernel/errors';
import { isJsonObject, type JsonObject, listOf, objectOf, textOf } from '../../core/kernel/formats/json';
import { listBounds } from '../../core/kernel/listBounds';
import { rowBounds } from '../../core/kernel/rowBounds';
import { refuseUnreadable } from '../../core/list/listStatus';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { forEachInTurns } from '../http/turns';

/** The unparsed entries of one page, and the query of the next. */
export interface WirePage {
  readonly rows: readonly unknown[];
  /**
   * Query string of the next page, such as `cursor=b2Zmc2V0`. Opaque to callers: which parameter carries the cursor
   * depends on the server.
   */
  readonly nextCursor: string | undefined;
  /** Whether there is a next page that cannot be asked for. */
  readonly isTruncated: boolean;
}

/**
 * Reads the envelope of a list (API reference section 2.4). Only this is strict: an answer without a list under `key`
 * or `items`, or with null in its place, must not be taken for an empty list.
 *
 * @throws ApiError of kind `schema`
 */
export function readPage(body: unknown, key: 'sandboxes' | 'snapshots' | 'pools' | 'items'): WirePage {
  const rows = isJsonObject(body) ? listOf(body, key, 'items') : undefined;
  const isMistyped = rows?.length === 0 && isJsonObject(body) && !Array.isArray(body[key] ?? rows);
  if (!isJsonObject(body) || !rows || isMistyped)
    throw new ApiError('schema', `The answer holds no list of ${key}`);
  return { rows, ...nextOf(body) };
}

/** Why an entry of a list could not be read. */
export type BadRowReason = 'notObject' | 'noId';

/** An entry of a list that was left out; `index` is its position in the page. */
interface BadRow {
  readonly index: number;
  readonly reason: BadRowReason;
}

/**
 * Checks that an answer is about the row that was asked for: another one would be shown beside it, and read again for ever.
 *
 * @throws ApiError of kind `schema`
 */
export function aboutId<T extends { readonly id: string }>(row: T, id: string, what: string): T {
  if (row.id !== id) throw new ApiError('schema', `The answer is about another ${what}`);
  return row;
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

/** An id of a row, which requests are made with: one that is longer than any request line is none. */
export function idOf(row: JsonObject, key: string, alias: string, other: string): string | undefined {
  const id = textOf(row, key, alias, other);
  return id === undefined || id.length > rowBounds.idCharacters ? undefined : id;
}

/** What was read of the entries of a list. */
export interface ReadRows<T> {
  readonly rows: readonly T[];
  /** How many entries could not be read. */
  readonly badRows: number;
  /** The first of them. */
  readonly badRowList: readonly BadRow[];
  /** Whether the list has more entries than are read of one answer. */
  readonly isCut: boolean;
}

/** As many entries of a list are parsed: one more than are read, which tells that there are more. */
export const mostParsed = listBounds.pageRows + 1;

/**
 * Reads the entries of a list, in turns; an unreadable one is reported and does not lose the others.
 *
 * @param readRow returns the row, or why it cannot be read
 */
export async function readRows<T extends object>(
  entries: readonly unknown[],
  readRow: (entry: unknown) => T | BadRowReason,
): Promise<ReadRows<T>> {
  const rows: T[] = [];
  const badRowList: BadRow[] = [];
  let badRows = 0;
  const isCut = entries.length > listBounds.pageRows;
  await forEachInTurns(isCut ? entries.slice(0, listBounds.pageRows) : entries, (entry, index) => {
    const row = readRow(entry);
    if (typeof row !== 'string') rows.push(row);
    else {
      badRows += 1;
      if (badRowList.length < listBounds.badRowsNamed) badRowList.push({ index, reason: row });
    }
  });
  return { rows, badRows, badRowList, isCut };
}

/**
 * Reads the entries of a list that is not continued on other pages.
 *
 * @throws ApiError of kind `schema` when it has entries, and none can be read: such a list must not be taken for empty
 */
export async function readWholeList<T extends object>(
  entries: readonly unknown[],
  readRow: (entry: unknown) => T | BadRowReason,
): Promise<ReadRows<T>> {
  const list = await readRows(entries, readRow);
  refuseUnreadable(list.rows.length, list.badRows);
  return list;
}

/**
 * Finds the next page in any dialect that the official CLI understands (API reference section 2.4). A server that names
 * one in a way that cannot be sent back, as a number or in more characters than a request line has, has more than was read.
 */
function nextOf(body: JsonObject): Pick<WirePage, 'nextCursor' | 'isTruncated'> {
  const nested = objectOf(body, 'pagination', 'paginator');
  let isTruncated = false;
  for (const place of nested === undefined ? [body] : [nested, body])
    for (const [member, parameter] of cursors) {
      const nextCursor = queryFrom(place[member], parameter);
      if (nextCursor !== undefined) return { nextCursor, isTruncated: false };
      isTruncated ||= isNamed(place[member]);
    }
  const nextCursor = queryFrom(nested?.['next'], 'next');
  if (nextCursor !== undefined) return { nextCursor, isTruncated: false };
  return { nextCursor: undefined, isTruncated: isTruncated || isNamed(nested?.['next']) };
}

/** The members that hold a cursor, and the parameter that it is sent back in. */
const cursors = [
  ['next_cursor', 'cursor'],
  ['nextCursor', 'cursor'],
  ['next_token', 'nextToken'],
  ['nextToken', 'nextToken'],
] as const;

/** Whether a member names a page at all. */
export function isNamed(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false;
}

function queryFrom(value: unknown, parameter: string): string | undefined {
  if (typeof value !== 'string' || value === '' || value.length > listBounds.cursorCharacters)
    return undefined;
  if (parameter === 'next' && isAddress(value)) return queryOf(value);
  return new URLSearchParams({ [parameter]: value }).toString();
}

function isAddress(next: string): boolean {
  return next.startsWith('/') || /^https?:\/\//i.test(next);
}

/** Uses the parameters only: an answer does not decide where requests go. */
function queryOf(address: string): string | undefined {
  const mark = address.indexOf('?');
  if (mark < 0) return undefined;
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
  /** Whether there is a next page that cannot be asked for. */
  readonly isTruncated?: boolean;
  /** Whether the page has more rows than are kept of any list. */
  readonly isCut?: boolean;
  /** How long its text was. */
  readonly characters: number;
  /** How many rows could not be read. */
  readonly badRows: number;
  /** Which of them came first, and why. */
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
