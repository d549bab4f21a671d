import { l10n } from 'vscode';
import { isRestorable, type SandboxSnapshot } from '../../core/snapshots/snapshot';
import { snapshotKind } from '../../text/create/fieldText';
import { askPick, type Answer, type PickItem } from '../../host/editor/quickInput';
import { mebibytes, plainText, separator, shortAge } from '../../text/kit/units';
import type { CommandContext } from '../../app/appContext';

/** Snapshots that can be restored from, newest first. */
export function restorable(
  snapshots: readonly SandboxSnapshot[],
  sandboxId?: string,
): readonly SandboxSnapshot[] {
  return snapshots
    .filter(
      snapshot => isRestorable(snapshot) && (sandboxId === undefined || snapshot.sandboxId === sandboxId),
    )
    .sort((a, b) => (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0));
}

/** Lines to pick a snapshot from: what it is of, its kind, age and size. */
export function snapshotItems(
  { store, clock }: CommandContext,
  snapshots: readonly SandboxSnapshot[],
): readonly PickItem<SandboxSnapshot>[] {
  const { rows, archive } = store.current;
  return snapshots.map(snapshot => {
    const { id, type, createdAtMs, sizeBytes, sandboxId = '' } = snapshot;
    const source = (rows.get(sandboxId) ?? archive.get(sandboxId))?.sandbox.name ?? sandboxId;
    const age = createdAtMs === undefined ? undefined : shortAge(createdAtMs, clock.now());
    const size = sizeBytes === undefined ? undefined : mebibytes(sizeBytes / (1024 * 1024));
    return {
      label: plainText(source === '' ? id : source, 80),
      description: [snapshotKind(type), age, size, plainText(id, 40)]
        .filter(part => part !== undefined)
        .join(separator),
      answer: snapshot,
    };
  });
}

/** Asks for a snapshot. */
export async function askSnapshot(
  context: CommandContext,
  snapshots: readonly SandboxSnapshot[],
): Promise<Answer<SandboxSnapshot>> {
  return await askPick({
    title: l10n.t('Restore from Snapshot'),
    placeholder: l10n.t('Restore from which snapshot?'),
    items: snapshotItems(context, snapshots),
  });
}
