import { notFound, ok, type Reply } from '../http/reply';
import type { Cloud } from '../model/cloud';
import { checkConcurrency, checkResources, resolveTimeout } from '../model/plan';
import type { PoolRecord, PoolSpec } from '../records/catalog';
import type { ClaimBody, PoolBody } from './poolSchemas';
import { startReply } from './sandboxes/create';
import { mountsOf } from './sandboxes/mounts';
import { poolInfo } from './wire/info';
import type { Call } from './wire/route';

/** POST /sandbox-pools (API reference section 2.16). */
export function createPool({ cloud, project, body }: Call<unknown, PoolBody>): Reply {
  const pool = cloud.pools.create(project, checkedSpec(cloud, body));
  return ok({ pool_id: pool.id, namespace: project.id });
}

/** GET /sandbox-pools. */
export function listPools({ project }: Call): Reply {
  return ok({ pools: project.pools.values().map(poolInfo) });
}

/** GET /sandbox-pools/{pool_id}. */
export function getPool(call: Call): Reply {
  const pool = poolOf(call);
  const containers = call.cloud.pools.containers(call.project, pool).map(({ id, state, sandboxId }) => ({
    id,
    state,
    sandbox_id: sandboxId ?? null,
    executor_id: 'executor_emulator',
  }));
  return ok({ ...poolInfo(pool), containers });
}

/** PUT /sandbox-pools/{pool_id}: replaces all of it; servers differ in what an absent network does to the policy. */
export function replacePool(call: Call<unknown, PoolBody>): Reply {
  const { cloud, body } = call;
  const pool = poolOf(call);
  const spec = checkedSpec(cloud, body);
  const keeps = body.network === undefined && cloud.dialect.poolNetwork === 'keep';
  cloud.pools.replace(pool, keeps ? { ...spec, network: pool.spec.network } : spec);
  return ok(poolInfo(pool));
}

/** DELETE /sandbox-pools/{pool_id}. */
export function deletePool(call: Call<{ readonly force?: string }>): Reply {
  const { cloud, project, query } = call;
  const force = query.force === 'true' && cloud.dialect.poolForce === 'honoured';
  cloud.pools.delete(project, poolOf(call), force);
  return ok({});
}

/** POST /sandbox-pools/{pool_id}/sandboxes: claims a sandbox. */
export function claimSandbox(call: Call<unknown, ClaimBody>): Promise<Reply> {
  const { cloud, project, body } = call;
  const pool = poolOf(call);
  const applies = cloud.dialect.claimFiles === 'applied';
  const mounts = applies ? mountsOf(cloud, project, body.file_systems) : [];
  checkConcurrency(cloud.plan, project);
  const sandbox = cloud.pools.claim(project, pool, mounts);
  return startReply(call, sandbox, mounts.length > 0 ? { claim_configuration_applied: true } : {});
}

function poolOf(call: Call): PoolRecord {
  const pool = call.project.pools.get(call.param('id'));
  if (pool === undefined) throw notFound('Sandbox pool not found');
  return pool;
}

function checkedSpec({ plan }: Cloud, { network, ...body }: PoolBody): PoolSpec {
  checkResources(plan, body.resources);
  resolveTimeout(plan, body.timeout_secs);
  return {
    image: body.image,
    resources: body.resources,
    timeoutSecs: body.timeout_secs,
    entrypoint: body.entrypoint,
    minContainers: body.min_containers,
    maxContainers: body.max_containers,
    warmContainers: body.warm_containers,
    network: network ?? undefined,
    allowUnauthenticatedAccess: body.allow_unauthenticated_access ?? false,
    exposedPorts: body.exposed_ports ?? null,
    secretNames: body.secret_names ?? [],
  };
}
