import type { Cloud } from '../../model/cloud';
import { openSourceDefaults } from '../../kernel/openSource';
import type { PoolRecord } from '../../records/catalog';
import type { Resources, SandboxRecord, SnapshotRecord } from '../../records/records';

/*
 * Rows with the members that the open-source server has, in its order: no names and no times of an end, and one address
 * for all, which stays after the end.
 */

const executor = 'executor-1';

function resources({ cpus, memory_mb, disk_mb }: Resources): object {
  return { cpus, memory_mb, ephemeral_disk_mb: disk_mb };
}

function namespaceOf(cloud: Cloud, { projectId }: { readonly projectId: string }): string {
  return cloud.projectById(projectId)?.name ?? 'default';
}

export function sandboxRow(cloud: Cloud, sandbox: SandboxRecord): object {
  const hasContainer = sandbox.placed || sandbox.state !== 'pending';
  return {
    id: sandbox.id,
    namespace: namespaceOf(cloud, sandbox),
    image: sandbox.image ?? openSourceDefaults.image,
    status: sandbox.state,
    pending_reason: sandbox.state === 'pending' ? sandbox.pendingReason : undefined,
    outcome: sandbox.outcome ?? null,
    created_at: sandbox.createdAtMs,
    container_id: hasContainer ? (sandbox.containerId ?? sandbox.id) : null,
    executor_id: hasContainer ? executor : null,
    resources: resources(sandbox.resources),
    timeout_secs: sandbox.timeoutSecs,
    sandbox_url: hasContainer ? `http://127.0.0.1:${cloud.proxyPort ?? cloud.port}` : null,
    pool_id: sandbox.poolId ?? null,
    network_policy: sandbox.network,
    allow_unauthenticated_access: sandbox.allowUnauthenticatedAccess,
    exposed_ports: sandbox.exposedPorts,
  };
}

/** The answer of create and claim, before anything has happened. */
export function acceptedRow({ id }: SandboxRecord): object {
  return { sandbox_id: id, status: 'pending', pending_reason: 'scheduling' };
}

export function snapshotRow(cloud: Cloud, snapshot: SnapshotRecord): object {
  return {
    id: snapshot.id,
    namespace: namespaceOf(cloud, snapshot),
    sandbox_id: snapshot.sandboxId,
    base_image: snapshot.image ?? openSourceDefaults.image,
    status: snapshot.status,
    error: snapshot.error,
    snapshot_uri: snapshot.uri,
    size_bytes: snapshot.sizeBytes,
    created_at: snapshot.createdAtMs,
  };
}

export function poolRow(cloud: Cloud, pool: PoolRecord): object {
  const { spec } = pool;
  return {
    pool_id: pool.id,
    namespace: namespaceOf(cloud, pool),
    image: spec.image,
    resources: resources(spec.resources),
    min_containers: spec.minContainers ?? null,
    max_containers: spec.maxContainers ?? null,
    warm_containers: spec.warmContainers ?? null,
    timeout_secs: spec.timeoutSecs,
    // The server does not note when a pool was made.
    created_at: 0,
    allow_unauthenticated_access: spec.allowUnauthenticatedAccess,
    exposed_ports: spec.exposedPorts,
  };
}

/** The containers of a pool: a warm one runs, and has no sandbox. */
export function poolDetail(cloud: Cloud, pool: PoolRecord): object {
  const project = cloud.projectById(pool.projectId);
  const containers = project === undefined ? [] : cloud.pools.containers(project, pool);
  return {
    ...poolRow(cloud, pool),
    containers: containers.map(({ id, sandboxId }) => ({
      id,
      state: 'running',
      sandbox_id: sandboxId ?? null,
      executor_id: executor,
    })),
  };
}
