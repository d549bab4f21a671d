import { openSourceDefaults, openSourceWords } from '../../kernel/openSource';
import { deserialize } from '../../http/framework';
import { HttpError, notFound, nothing, ok, type Reply } from '../../http/reply';
import type { PoolRecord, PoolSpec } from '../../records/catalog';
import type { Call } from '../wire/route';
import { poolDetail, poolRow } from './info';
import { poolBody, sizesOf } from './schemas';

/** POST /sandbox-pools. */
export function createPool(call: Call): Reply {
  const { id } = call.cloud.pools.create(call.project, specOf(call.body));
  return ok({ pool_id: id, namespace: call.project.name });
}

/** GET /sandbox-pools. */
export function listPools({ cloud, project }: Call): Reply {
  return ok({ pools: project.pools.values().map(pool => poolRow(cloud, pool)) });
}

/** GET /sandbox-pools/{pool_id}. */
export function getPool(call: Call): Reply {
  return ok(poolDetail(call.cloud, poolOf(call)));
}

/** PUT /sandbox-pools/{pool_id}. */
export function replacePool(call: Call): Reply {
  const pool = poolOf(call);
  call.cloud.pools.replace(pool, specOf(call.body));
  return ok(poolRow(call.cloud, pool));
}

/** DELETE /sandbox-pools/{pool_id}. */
export function deletePool(call: Call): Reply {
  const pool = poolOf(call);
  try {
    call.cloud.pools.delete(call.project, pool, false);
  } catch (error) {
    throw error instanceof HttpError ? new HttpError(409, openSourceWords.poolInUse(pool.id)) : error;
  }
  return nothing;
}

export function poolOf({ project, param }: Call): PoolRecord {
  const pool = project.pools.get(param('id'));
  if (pool === undefined) throw notFound('Sandbox pool not found');
  return pool;
}

function specOf(given: unknown): PoolSpec {
  const body = deserialize(poolBody, given);
  return {
    image: body.image,
    resources: sizesOf(body.resources),
    timeoutSecs: body.timeout_secs ?? openSourceDefaults.poolTimeoutSecs,
    entrypoint: body.entrypoint,
    minContainers: body.min_containers,
    maxContainers: body.max_containers,
    warmContainers: body.warm_containers,
    network: body.network,
    allowUnauthenticatedAccess: body.allow_unauthenticated_access ?? false,
    exposedPorts: body.exposed_ports ?? null,
    secretNames: [],
  };
}
