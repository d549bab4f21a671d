import * as z from 'zod/mini';
import { ApiError } from '../../core/kernel/errors';
import { isJsonObject, type JsonObject, objectOf, textOf } from '../../core/kernel/json';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { BadRow } from './sandboxSchema';

/** A longer cursor would not fit into a request line. */
const maxCursorLength = 4096;

const items = z.optional(z.nullable(z.array(z.unknown())));

const listEnvelope = z.object({ sandboxes: items, snapshots: items, pools: items, items });

/** The entries of one page, unread, and what fetches the next. */
export interface WirePage {
  readonly rows: readonly unknown[];
  /**
   * Query string of the next page, such as `cursor=b2Zmc2V0`. Opaque to callers: which parameter carries the cursor
   * depends on the server.
   */
  readonly nextCursor: string | undefined;
}

/**
 * Reads the envelope of a list (API reference section 2.4). It is the only strict part: without a list under `key`
 * or `items` the answer is not a list, and showing it as an empty one would be a lie.
 *
 * @throws ApiError of kind `schema`
 */
export function readPage(body: unknown, key: 'sandboxes' | 'snapshots' | 'pools' | 'items'): WirePage {
  const envelope = listEnvelope.safeParse(body);
  if (!envelope.success) throw new ApiError('schema', `The answer holds no list of ${key}`);
  const list = envelope.data[key] === undefined ? envelope.data.items : envelope.data[key];
  if (list === undefined) throw new ApiError('schema', `The answer holds no list of ${key}`);
  return { rows: list ?? [], nextCursor: isJsonObject(body) ? nextQuery(body) : undefined };
}

/** Finds the next page in any dialect the official CLI understands (API reference section 2.4). */
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

/** Takes the parameters only: where requests go is never the answer's decision. */
function queryOf(address: string): string | undefined {
  const mark = address.indexOf('?');
  if (mark < 0 || address.length > maxCursorLength) return undefined;
  const parameters = new URLSearchParams(address.slice(mark + 1).replace(/#.*$/s, ''));
  return parameters.size === 0 ? undefined : parameters.toString();
}

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

/** Query string of a page; a cursor, which is one already, overrides what it repeats. */
export function pageQuery(query: PageQuery): string {
  const parameters = new URLSearchParams();
  if (query.limit !== undefined) parameters.set('limit', String(query.limit));
  if (query.direction !== undefined) parameters.set('direction', query.direction);
  if (query.runningOnly === true) parameters.set('status', 'running');
  for (const [name, value] of new URLSearchParams(query.cursor ?? '')) parameters.set(name, value);
  return parameters.toString();
}
