import { l10n } from 'vscode';
import { snapshotTypes, type SandboxSnapshot, type SnapshotType } from '../../core/snapshots/snapshot';
import { askPick } from '../../host/editor/dialogs/quickPick';
import type { Connection } from '../../host/session/connection';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';

/**
 * The type that the caller gave, or that the user picks; `undefined` when they back out. The open-source server knows
 * only one, whatever it is asked for.
 */
export async function snapshotTypeOf(
  { sandboxes }: Pick<Connection, 'sandboxes'>,
  given: unknown,
  title: string,
): Promise<SnapshotType | undefined> {
  if (await sandboxes.areOpenSource()) return 'filesystem';
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

/** What a server that ends a sandbox with its snapshot does, for a question before it. */
export function endedBySnapshot(): string {
  return l10n.t('This server ends a sandbox with its snapshot, even when the snapshot fails.');
}

/** Lists a snapshot that was just started, until it is read for the first time. */
export function showStarted(
  snapshots: SnapshotStore,
  sandboxId: string,
  id: string,
  type: SnapshotType,
  nowMs: number,
): void {
  const started: SandboxSnapshot = {
    id,
    sandboxId,
    status: 'in_progress',
    type,
    createdAtMs: nowMs,
    raw: { id, sandbox_id: sandboxId, status: 'in_progress', snapshot_type: type },
  };
  snapshots.upsert(started);
}
