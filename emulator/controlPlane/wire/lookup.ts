import { HttpError, badRequest, notFound } from '../../http/reply';
import type { Cloud } from '../../model/cloud';
import type { Project } from '../../model/project';
import type { SandboxRecord, SnapshotRecord } from '../../records/records';
import type { Call } from './route';

/** The sandbox of the path, by id or name. */
export function sandboxOf(call: Call): SandboxRecord {
  const { cloud, project } = call;
  const id = call.param('id');
  const sandbox = cloud.dialect.identifiers === 'idOnly' ? project.sandboxes.get(id) : project.find(id);
  if (sandbox === undefined) throw notFound('Sandbox not found');
  return sandbox;
}

/** The snapshot of the path. */
export function snapshotOf(call: Call): SnapshotRecord {
  const snapshot = call.project.snapshots.get(call.param('id'));
  if (snapshot === undefined) throw notFound('Snapshot not found');
  return snapshot;
}

/** Refuses a name in use; a suspended holder was seen to answer 400 instead of 409 (API reference section 6, point 3). */
export function checkNameFree(
  { dialect }: Cloud,
  project: Project,
  name: string,
  self?: SandboxRecord,
): void {
  const holder = project.holderOf(name);
  if (holder === undefined || holder === self || holder.state === 'terminated') return;
  if (holder.state === 'suspended' && dialect.suspendedName === '400') {
    throw badRequest(`Sandbox name '${name}' is already used by a suspended sandbox`);
  }
  throw new HttpError(409, `Sandbox name '${name}' is already in use`);
}

/** How long a blocking call may wait: the server's bound, or the client's if that is shorter. */
export function waitMs({ cloud, headers }: Call): number {
  const asked = Number(headers['x-tensorlake-request-timeout-ms'] ?? NaN);
  return asked > 0 ? Math.min(asked, cloud.timings.createWait) : cloud.timings.createWait;
}
