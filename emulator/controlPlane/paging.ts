import { z } from 'zod';
import { badRequest } from '../http/reply';
import type { Cloud } from '../model/cloud';
import type { Collection, Keyed } from '../model/collection';
import type { SandboxRecord } from '../model/records';
import type { PageQuery } from './schemas';
import { sandboxInfo } from './wire';

/**
 * One page of sandboxes, newest first (API reference section 2.4). A cursor names a place in the order, not a
 * sandbox, so that it stays good when the one it was made from is gone.
 */
export function sandboxPage(
  cloud: Cloud,
  collection: Collection<SandboxRecord>,
  { limit, cursor, direction }: PageQuery,
  accept?: (sandbox: SandboxRecord) => boolean,
) {
  const from = cursor === undefined ? undefined : decodeCursor(cursor);
  const page = collection.page({ limit, from, direction, accept });
  return {
    sandboxes: page.items.map(sandbox => sandboxInfo(cloud, sandbox)),
    prev_cursor: page.previous === undefined ? null : encodeCursor(page.previous),
    next_cursor: page.next === undefined ? null : encodeCursor(page.next),
  };
}

const cursorParts = z.tuple([z.number(), z.string()]);

function encodeCursor({ createdAtMs, id }: Keyed): string {
  return Buffer.from(JSON.stringify([createdAtMs, id])).toString('base64');
}

function decodeCursor(cursor: string): Keyed {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'));
    const [createdAtMs, id] = cursorParts.parse(decoded);
    return { createdAtMs, id };
  } catch {
    throw badRequest('cursor: not a cursor of this server');
  }
}
