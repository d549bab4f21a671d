import { notFound, ok, type Reply } from '../../http/reply';
import { sandboxPage } from './paging';
import type { Call } from '../wire/route';
import type { PageQuery } from '../wire/schemas';
import { sandboxInfo } from '../wire/info';

/** GET /archived-sandboxes (API reference section 2.11). */
export function listArchived({ cloud, project, query }: Call<PageQuery>): Reply {
  return ok(sandboxPage(cloud, project.archive, query));
}

/** GET /archived-sandboxes/{id}: by id only, a name may belong to another sandbox by now. */
export function getArchived({ cloud, project, param }: Call): Reply {
  const sandbox = project.archive.get(param('id'));
  if (sandbox === undefined) throw notFound('Archived sandbox not found');
  return ok(sandboxInfo(cloud, sandbox));
}
