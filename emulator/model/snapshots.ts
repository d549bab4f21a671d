import { badRequest } from '../http/reply';
import { newId } from '../kernel/ids';
import type { SandboxRecord, SnapshotRecord, SnapshotType } from '../records/records';
import type { Project } from './project';
import type { ModelServices } from './services';

/** How the service stores snapshots. */
export const snapshotFormat = 'durable_archive_v1';

/** Starts a snapshot; the refusals are those of API reference section 2.10. */
export function beginSnapshot(
  services: ModelServices,
  project: Project,
  sandbox: SandboxRecord,
  type: SnapshotType,
): SnapshotRecord {
  if (sandbox.state === 'snapshotting') throw badRequest('Sandbox is already being snapshotted');
  if (sandbox.state === 'terminated') throw badRequest('Cannot snapshot a terminated sandbox');
  const snapshot: SnapshotRecord = {
    id: newId(),
    projectId: project.id,
    sandboxId: sandbox.id,
    createdAtMs: services.clock.now(),
    type,
    image: sandbox.image,
    resources: sandbox.resources,
    entrypoint: sandbox.entrypoint,
    secretNames: type === 'memory' ? sandbox.secretNames : undefined,
    exposedPorts: sandbox.exposedPorts,
    allowUnauthenticatedAccess: sandbox.allowUnauthenticatedAccess,
    status: 'in_progress',
  };
  if (!services.engine.fire(sandbox, 'snapshot')) {
    throw badRequest(
      sandbox.state === 'pending'
        ? 'Cannot snapshot a sandbox that is not yet running'
        : `Cannot snapshot a sandbox in state ${sandbox.state}`,
    );
  }
  sandbox.snapshotId = snapshot.id;
  project.snapshots.add(snapshot);
  services.ledger.save('snapshot', snapshot);
  services.reportSnapshot(snapshot, 'begun');
  return snapshot;
}

/** Whether a sandbox can be restored from it: the durable copy need not be finished. */
export function isUsable({ status }: SnapshotRecord): boolean {
  return status === 'local_ready' || status === 'completed';
}

/** Moves snapshots on with their sandbox: `in_progress` to `local_ready` to `completed`, or `failed` if it ends first. */
export function followSnapshots(services: ModelServices): void {
  services.engine.observe(({ sandbox, event, left }) => {
    if (left !== 'snapshotting' || sandbox.snapshotId === undefined) return;
    const snapshot = services.projectById(sandbox.projectId)?.snapshots.get(sandbox.snapshotId);
    sandbox.snapshotId = undefined;
    if (snapshot === undefined) return;
    services.ledger.save('snapshot', snapshot);
    if (event === 'snapshotEnd') {
      complete(services, snapshot);
      return;
    }
    if (event !== 'snapshotDone') {
      snapshot.status = 'failed';
      snapshot.error = 'The sandbox was terminated while the snapshot was being taken';
      return;
    }
    snapshot.status = 'local_ready';
    snapshot.sizeBytes = storedBytes(snapshot);
    upload(services, snapshot);
  });
}

/** Finishes the durable copy of a `local_ready` snapshot after the time an upload takes. */
export function upload(services: ModelServices, snapshot: SnapshotRecord): void {
  services.timers.set(uploadKey(snapshot), services.timings.upload, () => complete(services, snapshot));
}

function complete(services: ModelServices, snapshot: SnapshotRecord): void {
  snapshot.status = 'completed';
  snapshot.sizeBytes ??= storedBytes(snapshot);
  snapshot.uri = snapshotUri(snapshot);
  services.ledger.save('snapshot', snapshot);
}

/** Deletes a snapshot; one that is still being taken is discarded once it is done. */
export function deleteSnapshot(services: ModelServices, project: Project, snapshot: SnapshotRecord): void {
  services.timers.clear(uploadKey(snapshot));
  project.snapshots.delete(snapshot);
  services.ledger.remove('snapshot', snapshot.id);
  services.reportSnapshot(snapshot, 'deleted');
}

function uploadKey({ id }: SnapshotRecord): string {
  return `upload ${id}`;
}

/** A plausible size: a part of the disk, and all of the memory where that is kept. */
export function storedBytes({ type, resources }: SnapshotRecord): number {
  const mb = resources.disk_mb / 16 + (type === 'memory' ? resources.memory_mb : 0);
  return Math.round(mb * 1024 * 1024);
}

export function snapshotUri({ projectId, id }: SnapshotRecord): string {
  return `s3://emulator-snapshots/${projectId}/${id}`;
}
