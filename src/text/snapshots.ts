import { l10n } from 'vscode';
import { ageOf } from '../core/kernel/timeSpan';
import { type SandboxSnapshot, snapshotTokensOf } from '../core/snapshots/snapshot';
import { type Field, knownFields } from './kit/markdown';
import { plainText, separator } from './kit/plainText';
import type { RowView } from './kit/rowView';
import { byteSize, dateAndTime, shortAge, spokenSpan } from './kit/units';

/** What a snapshot keeps, as a heading. A word nobody knows is shown as it is. */
export function snapshotTypeTitle(type: string | undefined): string {
  switch (type) {
    case 'filesystem':
      return l10n.t('Filesystem');
    case 'memory':
      return l10n.t('Memory');
    default:
      return type === undefined ? l10n.t('Snapshot') : plainText(type, 40);
  }
}

/** How far a snapshot is, within a sentence (API reference section 2.10). */
export function snapshotStatusWord(status: string): string {
  switch (status) {
    case 'in_progress':
      return l10n.t('being taken');
    case 'local_ready':
      return l10n.t('usable, being stored');
    case 'completed':
      return l10n.t('stored');
    case 'failed':
      return l10n.t('failed');
    default:
      return plainText(status, 40) || l10n.t('unknown');
  }
}

const looks: ReadonlyMap<string, { readonly icon: string; readonly color: string }> = new Map([
  ['in_progress', { icon: 'loading~spin', color: 'charts.purple' }],
  ['local_ready', { icon: 'cloud-upload', color: 'charts.purple' }],
  ['failed', { icon: 'error', color: 'list.errorForeground' }],
]);

const icons: ReadonlyMap<string | undefined, string> = new Map([
  ['filesystem', 'database'],
  ['memory', 'chip'],
]);

/** Draws a snapshot. Its size and age tell it from the next; how far it is only until it is stored. */
export function viewOfSnapshot(snapshot: SandboxSnapshot, isDeleting: boolean, nowMs: number): RowView {
  const { type, status, sizeBytes, createdAtMs, error } = snapshot;
  const look = isDeleting
    ? { icon: 'sync~spin', color: 'disabledForeground' }
    : (looks.get(status) ?? { icon: icons.get(type) ?? 'device-camera', color: undefined });
  const statusText = isDeleting ? l10n.t('deleting…') : snapshotStatusWord(status);
  const failure = status === 'failed' && error !== undefined ? [plainText(error, 60)] : [];
  const size = sizeBytes === undefined ? [] : [byteSize(sizeBytes)];
  return {
    label: snapshotTypeTitle(type),
    description: [
      ...(createdAtMs === undefined ? [] : [shortAge(createdAtMs, nowMs)]),
      ...size,
      ...(status === 'completed' && !isDeleting ? [] : [statusText]),
      ...failure,
    ].join(separator),
    ...look,
    contextValue: snapshotTokensOf(snapshot, isDeleting).join(' '),
    accessibilityLabel: [
      l10n.t('{0} snapshot', snapshotTypeTitle(type)),
      statusText,
      ...failure,
      ...size,
      ...(createdAtMs === undefined ? [] : [l10n.t('taken {0} ago', spokenSpan(ageOf(createdAtMs, nowMs)))]),
    ].join(', '),
  };
}

/** One line about a snapshot for a message or a pick list, where no line above it names its sandbox. */
export function describeSnapshot(snapshot: SandboxSnapshot, nowMs: number): string {
  const { label, description } = viewOfSnapshot(snapshot, false, nowMs);
  return description === '' ? label : `${label}${separator}${description}`;
}

/** A kind of snapshot with what a restore from it is. */
export function snapshotKind(type: string | undefined): string {
  switch (type) {
    case 'memory':
      return l10n.t('memory: goes on where it was');
    case 'filesystem':
      return l10n.t('filesystem: boots afresh');
    default:
      return plainText(type ?? l10n.t('kind unknown'));
  }
}

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
  return knownFields([
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
  ]);
}

function goneText(sandboxId: string): string {
  return l10n.t('{0}, which is gone', sandboxId);
}
