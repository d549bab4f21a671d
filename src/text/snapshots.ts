import { l10n } from 'vscode';
import { ageOf } from '../core/kernel/time/timeSpan';
import { type SandboxSnapshot, snapshotTokensOf } from '../core/snapshots/snapshot';
import { type Field, knownFields } from './kit/markdown';
import { listText } from './kit/listText';
import { plainText, separator } from './kit/plainText';
import type { RowView } from './kit/rowView';
import { byteSize, dateAndTime, shortAge, spokenSpan } from './kit/units';

/** The type of a snapshot as a heading. An unknown type is shown as the service sent it. */
function snapshotTypeTitle(type: string | undefined): string {
  switch (type) {
    case 'filesystem':
      return l10n.t('Filesystem');
    case 'memory':
      return l10n.t('Memory');
    default:
      return type === undefined ? l10n.t('Snapshot') : plainText(type, 40);
  }
}

/** The status of a snapshot within a sentence (API reference section 2.10). */
function snapshotStatusWord(status: string): string {
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

/** What the row of a snapshot shows. The status is left out once the snapshot is stored. */
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

/** A snapshot in a message or a pick list. */
export function describeSnapshot(snapshot: SandboxSnapshot, nowMs: number): string {
  const { label, description } = viewOfSnapshot(snapshot, false, nowMs);
  return description === '' ? label : `${label}${separator}${description}`;
}

/** The type of a snapshot, and how a sandbox restored from it starts. */
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
    [l10n.t('Restored from it here'), listText(restored)],
  ]);
}

function goneText(sandboxId: string): string {
  return l10n.t('{0}, which is gone', sandboxId);
}
