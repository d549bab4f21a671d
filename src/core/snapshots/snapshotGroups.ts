import { compareNames, compareText } from '../kernel/formats/text';
import type { SandboxSnapshot } from './snapshot';

/** The snapshots of one sandbox, newest first. */
export interface SnapshotGroup {
  /** The sandbox that they were taken of; absent if the service did not report it. */
  readonly sandboxId: string | undefined;
  readonly snapshots: readonly SandboxSnapshot[];
  /** Their known total size, in bytes. */
  readonly totalBytes: number;
}

/**
 * Groups snapshots by the sandboxes they were taken of: sandboxes that `nameOf` knows first, by name, then those that
 * are gone, the one with the newest snapshot first. Every snapshot is in exactly one group.
 *
 * @param nameOf what a sandbox is called, or `undefined` for one that is gone
 */
export function groupSnapshots(
  snapshots: Iterable<SandboxSnapshot>,
  nameOf: (sandboxId: string) => string | undefined,
): readonly SnapshotGroup[] {
  const bySandbox = new Map<string | undefined, SandboxSnapshot[]>();
  for (const snapshot of snapshots) {
    const group = bySandbox.get(snapshot.sandboxId);
    if (group) group.push(snapshot);
    else bySandbox.set(snapshot.sandboxId, [snapshot]);
  }
  return [...bySandbox]
    .map(([sandboxId, members]) => ({
      sandboxId,
      snapshots: members.sort(compareSnapshots),
      totalBytes: totalBytes(members),
      name: sandboxId === undefined ? undefined : nameOf(sandboxId),
    }))
    .sort((a, b) => {
      if (a.name !== undefined && b.name !== undefined) return compareNames(a.name, b.name);
      if ((a.name === undefined) !== (b.name === undefined)) return a.name === undefined ? 1 : -1;
      return newestMs(b) - newestMs(a) || compareText(a.sandboxId ?? '', b.sandboxId ?? '');
    })
    .map(({ sandboxId, snapshots: members, totalBytes: bytes }) => ({
      sandboxId,
      snapshots: members,
      totalBytes: bytes,
    }));
}

/** The known total size of snapshots, in bytes. */
export function totalBytes(snapshots: readonly SandboxSnapshot[]): number {
  return snapshots.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
}

/**
 * Snapshots taken longer than `spanMs` ago and no longer in progress, oldest first. One without a time is never old.
 */
export function olderThan(
  snapshots: Iterable<SandboxSnapshot>,
  spanMs: number,
  nowMs: number,
): readonly SandboxSnapshot[] {
  return [...snapshots]
    .filter(
      ({ createdAtMs, status }) =>
        createdAtMs !== undefined && nowMs - createdAtMs > spanMs && status !== 'in_progress',
    )
    .sort((a, b) => compareSnapshots(b, a));
}

/** Newest first. */
function compareSnapshots(a: SandboxSnapshot, b: SandboxSnapshot): number {
  return (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0) || compareText(a.id, b.id);
}

function newestMs({ snapshots: [newest] }: { readonly snapshots: readonly SandboxSnapshot[] }): number {
  return newest?.createdAtMs ?? 0;
}
