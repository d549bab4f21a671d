import type { Cloud } from '../../model/cloud';
import type { Collection } from '../../model/collection';
import type { SandboxRecord } from '../../records/records';
import { decodePlace, encodePlace } from '../wire/paging';
import type { PageQuery } from '../wire/schemas';
import { sandboxInfo } from '../wire/info';

/** One page of sandboxes (API reference section 2.4). */
export function sandboxPage(
  cloud: Cloud,
  collection: Collection<SandboxRecord>,
  { limit, cursor, direction }: PageQuery,
  accept?: (sandbox: SandboxRecord) => boolean,
) {
  const from = cursor === undefined ? undefined : decodePlace(cursor, 'cursor');
  const page = collection.page({ limit, from, direction, accept });
  return {
    sandboxes: page.items.map(sandbox => sandboxInfo(cloud, sandbox)),
    prev_cursor: page.previous === undefined ? null : encodePlace(page.previous),
    next_cursor: page.next === undefined ? null : encodePlace(page.next),
  };
}
