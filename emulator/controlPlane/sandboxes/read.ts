import { notFound, ok, type Reply } from '../../http/reply';
import type { Cloud } from '../../model/cloud';
import type { Collection } from '../../model/collection';
import type { SandboxRecord } from '../../records/records';
import { sandboxInfo } from '../wire/info';
import { sandboxOf } from '../wire/lookup';
import { decodePlace, encodePlace } from '../wire/paging';
import type { Call } from '../wire/route';
import type { ListQuery, PageQuery } from '../wire/schemas';

const isRunning = ({ state }: SandboxRecord): boolean => state === 'running';

/** GET /sandboxes (API reference section 2.4). */
export function listSandboxes({ cloud, project, query }: Call<ListQuery>): Reply {
  const accept = query.status === 'running' ? isRunning : undefined;
  return ok(sandboxPage(cloud, project.sandboxes, query, accept));
}

/** GET /sandboxes/{id} (API reference section 2.5). */
export function getSandbox(call: Call): Reply {
  return ok(sandboxInfo(call.cloud, sandboxOf(call)));
}

/** GET /archived-sandboxes (API reference section 2.11). */
export function listArchived({ cloud, project, query }: Call<PageQuery>): Reply {
  return ok(sandboxPage(cloud, project.archive, query));
}

/** GET /archived-sandboxes/{id}: by id only, since another sandbox may have taken the name. */
export function getArchived({ cloud, project, param }: Call): Reply {
  const sandbox = project.archive.get(param('id'));
  if (sandbox === undefined) throw notFound('Archived sandbox not found');
  return ok(sandboxInfo(cloud, sandbox));
}

function sandboxPage(
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
