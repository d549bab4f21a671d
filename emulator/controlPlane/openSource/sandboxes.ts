import { openSourceDefaults } from '../../kernel/openSource';
import { deserialize } from '../../http/framework';
import { notFound, nothing, ok, type Reply } from '../../http/reply';
import { startupFailureOf } from '../../model/images';
import { beginSnapshot } from '../../model/snapshots';
import { sandboxOf } from '../wire/lookup';
import type { Call } from '../wire/route';
import { acceptedRow, sandboxRow } from './info';
import { poolOf } from './pools';
import { createBody, sizesOf } from './schemas';

/** POST /sandboxes: answered at once, whatever it asks for. */
export function create(call: Call): Reply {
  const { cloud, project } = call;
  const body = deserialize(createBody, call.body);
  const source = body.snapshot_id === undefined ? undefined : project.snapshots.get(body.snapshot_id);
  if (body.snapshot_id !== undefined && source === undefined) throw notFound('Snapshot not found');
  const image = body.image ?? source?.image ?? openSourceDefaults.image;
  const sandbox = cloud.launch(
    project,
    {
      image,
      resources: sizesOf(body.resources, source?.resources),
      timeoutSecs: body.timeout_secs ?? openSourceDefaults.timeoutSecs,
      entrypoint: body.entrypoint ?? source?.entrypoint,
      network: body.network,
      exposedPorts: body.exposed_ports ?? null,
      allowUnauthenticatedAccess: body.allow_unauthenticated_access ?? false,
      fileSystems: [],
      origin: source === undefined ? undefined : { kind: 'snapshot', snapshotId: source.id },
    },
    'boot',
    startupFailureOf(image),
  );
  return ok(acceptedRow(sandbox));
}

/** GET /sandboxes: all of them, whatever the query asks for. */
export function list({ cloud, project }: Call): Reply {
  return ok({ sandboxes: project.sandboxes.values().map(sandbox => sandboxRow(cloud, sandbox)) });
}

/** GET /sandboxes/{id}. */
export function get(call: Call): Reply {
  return ok(sandboxRow(call.cloud, sandboxOf(call)));
}

/** DELETE /sandboxes/{id}. */
export function drop(call: Call): Reply {
  call.cloud.engine.fire(sandboxOf(call), 'terminate');
  return nothing;
}

/** POST /sandboxes/{id}/snapshot: of the file system, whatever the body asks for. */
export function snapshot(call: Call): Reply {
  const { id, status } = beginSnapshot(call.cloud, call.project, sandboxOf(call), 'filesystem');
  return { status: 202, body: { snapshot_id: id, status } };
}

/** POST /sandbox-pools/{pool_id}/sandboxes. */
export function claim(call: Call): Reply {
  return ok(acceptedRow(call.cloud.pools.claim(call.project, poolOf(call), [])));
}
