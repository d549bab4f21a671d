import { l10n } from 'vscode';
import { snapshotTypes, type SandboxSnapshot, type SnapshotType } from '../../core/snapshots/snapshot';
import { askPick } from '../../host/editor/quickPick';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';

/** What a snapshot is to keep: as the caller said, else as the user picks; `undefined` when he backed out. */
export async function snapshotTypeOf(given: unknown, title: string): Promise<SnapshotType | undefined> {
  const known = snapshotTypes.find(each => each === given);
  if (known !== undefined) return known;
  const answer = await askPick<SnapshotType>({
    title,
    placeholder: l10n.t('What is the snapshot to keep?'),
    items: [
      {
        label: l10n.t('Filesystem'),
        description: l10n.t('the disk; restores by a fresh boot, size can be changed, /tmp is left out'),
        answer: 'filesystem',
      },
      {
        label: l10n.t('Memory'),
        description: l10n.t('disk, memory and processes; restores exactly where it was'),
        answer: 'memory',
      },
    ],
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** Shows a snapshot that was just begun, until it is read for the first time. */
export function showBegun(
  snapshots: SnapshotStore,
  sandboxId: string,
  id: string,
  type: SnapshotType,
  nowMs: number,
): void {
  const begun: SandboxSnapshot = {
    id,
    sandboxId,
    status: 'in_progress',
    type,
    createdAtMs: nowMs,
    raw: { id, sandbox_id: sandboxId, status: 'in_progress', snapshot_type: type },
  };
  snapshots.upsert(begun);
}
