import { l10n } from 'vscode';
import type { SandboxSnapshot } from '../core/snapshots/snapshot';
import { snapshotStatusWord, snapshotTypeTitle } from './snapshots';
import { byteSize, dateAndTime, plainText } from './kit/units';
import type { Field } from './sandbox/sandboxFields';

/** Longest value a tooltip or page shows of one field. */
const longestValue = 500;

/**
 * Every field of SnapshotInfo that has a value, in reading order (API reference section 2.10).
 *
 * @param sandboxName what the sandbox it was taken of is called; absent when it is gone
 * @param restored what the sandboxes restored from it are called
 */
export function snapshotFields(
  snapshot: SandboxSnapshot,
  sandboxName: string | undefined,
  restored: readonly string[],
): readonly Field[] {
  const { sandboxId, sizeBytes, rootfsDiskBytes, createdAtMs } = snapshot;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [l10n.t('Id'), snapshot.id],
    [l10n.t('Type'), snapshotTypeTitle(snapshot.type)],
    [l10n.t('Status'), snapshotStatusWord(snapshot.status)],
    [l10n.t('Error'), snapshot.error],
    [l10n.t('Taken of'), sandboxName ?? (sandboxId === undefined ? undefined : goneText(sandboxId))],
    [l10n.t('Sandbox id'), sandboxId],
    [l10n.t('Taken'), createdAtMs === undefined ? undefined : dateAndTime(createdAtMs)],
    [l10n.t('Stored size'), sizeBytes === undefined ? undefined : byteSize(sizeBytes)],
    [l10n.t('Disk when restored'), rootfsDiskBytes === undefined ? undefined : byteSize(rootfsDiskBytes)],
    [l10n.t('Image'), snapshot.baseImage],
    [l10n.t('Stored at'), snapshot.uri],
    [l10n.t('Format'), snapshot.formatVersion],
    [l10n.t('Namespace'), snapshot.namespace],
    [l10n.t('Restored from it here'), restored.join(', ')],
  ];
  return rows.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [{ label, value: plainText(value, longestValue) }],
  );
}

function goneText(sandboxId: string): string {
  return l10n.t('{0}, which is gone', sandboxId);
}
