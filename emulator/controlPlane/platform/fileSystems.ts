import { ok, type Reply } from '../../http/reply';
import type { Call } from '../wire/route';
import { platformPage, type PlatformQuery } from './paging';

/** GET …/file-systems (API reference section 2.20). */
export function listFileSystems({ project, query }: Call<PlatformQuery>): Reply {
  const { items, next, prev } = platformPage(project.fileSystems, query);
  return ok({
    items: items.map(({ createdAtMs, ...rest }) => {
      const createdAt = new Date(createdAtMs).toISOString();
      return { ...rest, createdAt, updatedAt: createdAt };
    }),
    pagination: { next, prev, total: project.fileSystems.size },
  });
}
