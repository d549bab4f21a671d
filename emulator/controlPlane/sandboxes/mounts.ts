import type { z } from 'zod';
import { badRequest, notFound, ok, type Reply } from '../../http/reply';
import type { Cloud } from '../../model/cloud';
import type { Project } from '../../model/project';
import type { FileSystemMount } from '../../records/records';
import { sandboxInfo } from '../wire/info';
import { sandboxOf } from '../wire/lookup';
import type { Call } from '../wire/route';
import type { detachBody, MountBody } from '../wire/schemas';

/**
 * The mounts a request asks for.
 *
 * @throws HttpError 400 for members that an older server refuses, 404 for a file system that is not registered
 */
export function mountsOf(
  { dialect }: Cloud,
  project: Project,
  bodies: readonly MountBody[],
): readonly FileSystemMount[] {
  return bodies.map(body => {
    if (dialect.mounts === 'strict') checkStrictly(body);
    if (project.fileSystems.get(body.file_system_id) === undefined) {
      throw notFound(`File system '${body.file_system_id}' not found`);
    }
    return {
      file_system_id: body.file_system_id,
      mount_path: body.mount_path,
      read_only: body.read_only === true ? true : undefined,
      prefetch: body.prefetch === true ? true : undefined,
      snapshot_id: body.snapshot_id,
    };
  });
}

const knownMembers = new Set(['file_system_id', 'mount_path', 'read_only', 'prefetch', 'snapshot_id']);

function checkStrictly(body: MountBody): void {
  for (const [name, value] of Object.entries(body)) {
    if (!knownMembers.has(name)) throw badRequest(`file_systems: unknown field '${name}'`);
    if (value === false) throw badRequest(`file_systems: '${name}' must be true or absent`);
  }
}

/** POST /sandboxes/{id}/file_systems (API reference section 2.13). */
export function attachFileSystem(call: Call<unknown, MountBody>): Reply {
  const { cloud, project, body } = call;
  const sandbox = sandboxOf(call);
  if (sandbox.state !== 'running') throw badRequest(`Cannot attach to a sandbox in state ${sandbox.state}`);
  if (sandbox.fileSystems.some(({ mount_path }) => mount_path === body.mount_path)) {
    throw badRequest(`mount_path: '${body.mount_path}' is already in use`);
  }
  sandbox.fileSystems = [...sandbox.fileSystems, ...mountsOf(cloud, project, [body])];
  cloud.ledger.save('sandbox', sandbox);
  return ok(sandboxInfo(cloud, sandbox));
}

/** DELETE /sandboxes/{id}/file_systems. */
export function detachFileSystem(call: Call<unknown, z.output<typeof detachBody>>): Reply {
  const { cloud, body } = call;
  const sandbox = sandboxOf(call);
  if (sandbox.state !== 'running') throw badRequest(`Cannot detach from a sandbox in state ${sandbox.state}`);
  const left = sandbox.fileSystems.filter(({ mount_path }) => mount_path !== body.mount_path);
  if (left.length === sandbox.fileSystems.length) {
    throw notFound(`Nothing is mounted at '${body.mount_path}'`);
  }
  sandbox.fileSystems = left;
  cloud.ledger.save('sandbox', sandbox);
  return ok(sandboxInfo(cloud, sandbox));
}
