import { badRequest } from '../http/reply';
import type { Cloud } from './cloud';
import { newId } from '../kernel/ids';
import type { Project } from './project';
import type { SandboxRecord, SnapshotRecord, SnapshotType } from '../records/records';

/** How the service stores snapshots. */
export const snapshotFormat = 'durable_archive_v1';

/** Starts a snapshot; the refusals are those of API reference section 2.10. */
export function beginSnapshot(
  cloud: Cloud,
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
    createdAtMs: cloud.clock.now(),
    type,
    image: sandbox.image,
    resources: sandbox.resources,
    entrypoint: sandbox.entrypoint,
    secretNames: type === 'memory' ? sandbox.secretNames : undefined,
    status: 'in_progress',
  };
  if (!cloud.engine.fire(sandbox, 'snapshot')) {
    throw badRequest(
      sandbox.state === 'pending'
        ? 'Sandbox is not yet running'
        : `Cannot snapshot a sandbox in state ${sandbox.state}`,
    );
  }
  sandbox.snapshotId = snapshot.id;
  project.snapshots.add(snapshot);
  cloud.ledger.save('snapshot', snapshot);
  cloud.tellSnapshot(snapshot, 'begun');
  return snapshot;
}

/** Whether a sandbox can be restored from it: the durable copy need not be finished. */
export function isUsable({ status }: SnapshotRecord): boolean {
  return status === 'local_ready' || status === 'completed';
}

/** Lets snapshots follow their sandbox: `in_progress` to `local_ready` to `completed`, or `failed` if it ends first. */
export function followSnapshots(cloud: Cloud): void {
  cloud.engine.observe(({ sandbox, event, left }) => {
    if (left !== 'snapshotting' || sandbox.snapshotId === undefined) return;
    const snapshot = cloud.projectById(sandbox.projectId)?.snapshots.get(sandbox.snapshotId);
    sandbox.snapshotId = undefined;
    if (snapshot === undefined) return;
    cloud.ledger.save('snapshot', snapshot);
    if (event !== 'snapshotDone') {
      snapshot.status = 'failed';
      snapshot.error = 'The sandbox was terminated while the snapshot was being taken';
      return;
    }
    snapshot.status = 'local_ready';
    snapshot.sizeBytes = storedBytes(snapshot);
    upload(cloud, snapshot);
  });
}

/** Lets the durable copy of a `local_ready` snapshot be finished after a while. */
export function upload(cloud: Cloud, snapshot: SnapshotRecord): void {
  cloud.timers.set(uploadKey(snapshot), cloud.timings.upload, () => {
    snapshot.status = 'completed';
    snapshot.uri = snapshotUri(snapshot);
    cloud.ledger.save('snapshot', snapshot);
  });
}

/** Deletes a snapshot; one still being taken is thrown away when it is done. */
export function forgetSnapshot(cloud: Cloud, project: Project, snapshot: SnapshotRecord): void {
  cloud.timers.clear(uploadKey(snapshot));
  project.snapshots.delete(snapshot);
  cloud.ledger.remove('snapshot', snapshot.id);
  cloud.tellSnapshot(snapshot, 'deleted');
}

function uploadKey({ id }: SnapshotRecord): string {
  return `upload ${id}`;
}

/** A believable size: a part of the disk, and all of the memory where that is kept. */
export function storedBytes({ type, resources }: SnapshotRecord): number {
  const mb = resources.disk_mb / 16 + (type === 'memory' ? resources.memory_mb : 0);
  return Math.round(mb * 1024 * 1024);
}

export function snapshotUri({ projectId, id }: SnapshotRecord): string {
  return `s3://emulator-snapshots/${projectId}/${id}`;
}
