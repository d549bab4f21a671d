import { hostLabel } from '../../http/proxyTarget';
import type { Cloud } from '../../model/cloud';
import { defaultImage } from '../../model/images';
import { snapshotFormat } from '../../model/snapshots';
import type { PoolRecord } from '../../records/catalog';
import type { SandboxRecord, SnapshotRecord } from '../../records/records';

/** States in which the proxy can be reached; the first request resumes a suspended sandbox. */
const routable: ReadonlySet<string> = new Set(['running', 'snapshotting', 'suspending', 'suspended']);

/** The addresses of a sandbox; none while it is not routable (API reference section 1.6). */
function addresses(cloud: Cloud, { id, state, moves = 0 }: SandboxRecord) {
  const { address } = cloud.dialect;
  if (!routable.has(state) || address === 'none') return {};
  if (address === 'loopback') {
    const origin = `http://127.0.0.1:${cloud.port}`;
    return { ingress_endpoint: origin, sandbox_url: origin };
  }
  const ingress = address === 'moves' ? `${hostLabel(moves)}.localhost` : 'localhost';
  return {
    ingress_endpoint: `http://${ingress}:${cloud.port}`,
    sandbox_url: `http://${id}.${ingress}:${cloud.port}`,
  };
}

/** SandboxInfo (API reference section 2.3); archived ones carry `archived_at`. */
export function sandboxInfo(cloud: Cloud, sandbox: SandboxRecord) {
  return {
    id: sandbox.id,
    namespace: sandbox.projectId,
    name: sandbox.name ?? null,
    status: sandbox.state,
    image: sandbox.image ?? defaultImage,
    created_at: sandbox.createdAtMs,
    terminated_at: sandbox.terminatedAtMs ?? null,
    archived_at: sandbox.archivedAtMs,
    resources: sandbox.resources,
    resource_resize: sandbox.resize,
    timeout_secs: sandbox.timeoutSecs,
    entrypoint: sandbox.entrypoint ?? null,
    network_policy: sandbox.network ?? null,
    pending_reason: sandbox.pendingReason ?? null,
    outcome: sandbox.outcome ?? null,
    termination_reason: sandbox.terminationReason ?? null,
    error_details: sandbox.errorDetails ?? null,
    allow_unauthenticated_access: sandbox.allowUnauthenticatedAccess,
    exposed_ports: sandbox.exposedPorts,
    ...addresses(cloud, sandbox),
    routing_hint: null,
    pool_id: sandbox.poolId ?? null,
    template_id: sandbox.templateId ?? null,
    container_id: sandbox.containerId ?? null,
    executor_id: null,
    file_systems: sandbox.fileSystems,
    runtime: cloud.dialect.runtime,
  };
}

/** The answer of create and the items of copy (API reference section 2.2, "Response"). */
export function createAnswer(cloud: Cloud, sandbox: SandboxRecord) {
  const failed = sandbox.state === 'terminated';
  return {
    sandbox_id: sandbox.id,
    status: failed ? 'failed' : sandbox.state,
    name: sandbox.name,
    pending_reason: sandbox.pendingReason,
    reason: failed ? sandbox.terminationReason : undefined,
    termination_reason: sandbox.terminationReason,
    error_details: sandbox.errorDetails,
    ...addresses(cloud, sandbox),
  };
}

/** The answer when the wait of the server ends: the sandbox exists and continues (API reference section 2.2, status 504). */
export function timeoutAnswer(sandbox: SandboxRecord) {
  return {
    sandbox_id: sandbox.id,
    status: 'timeout',
    name: sandbox.name,
    pending_reason: sandbox.pendingReason,
  };
}

/** SnapshotInfo (API reference section 2.10). */
export function snapshotInfo(snapshot: SnapshotRecord) {
  return {
    id: snapshot.id,
    namespace: snapshot.projectId,
    sandbox_id: snapshot.sandboxId,
    base_image: snapshot.image ?? defaultImage,
    status: snapshot.status,
    error: snapshot.error ?? null,
    snapshot_uri: snapshot.uri ?? null,
    snapshot_format_version: snapshotFormat,
    size_bytes: snapshot.sizeBytes ?? null,
    rootfs_disk_bytes: snapshot.resources.disk_mb * 1024 * 1024,
    snapshot_type: snapshot.type,
    created_at: snapshot.createdAtMs,
  };
}

/** SandboxPoolInfo (API reference section 2.16). */
export function poolInfo({ id, projectId, createdAtMs, updatedAtMs, spec }: PoolRecord) {
  return {
    pool_id: id,
    namespace: projectId,
    image: spec.image,
    resources: spec.resources,
    timeout_secs: spec.timeoutSecs,
    entrypoint: spec.entrypoint ?? null,
    min_containers: spec.minContainers ?? null,
    max_containers: spec.maxContainers ?? null,
    warm_containers: spec.warmContainers ?? null,
    network_policy: spec.network ?? null,
    allow_unauthenticated_access: spec.allowUnauthenticatedAccess,
    exposed_ports: spec.exposedPorts,
    created_at: createdAtMs,
    updated_at: updatedAtMs ?? null,
  };
}
