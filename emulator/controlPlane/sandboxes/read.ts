import { ok, type Reply } from '../../http/reply';
import type { SandboxRecord } from '../../records/records';
import { sandboxOf } from '../wire/lookup';
import { sandboxPage } from './paging';
import type { Call } from '../wire/route';
import type { ListQuery } from '../wire/schemas';
import { sandboxInfo } from '../wire/info';

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
