import { l10n } from 'vscode';
import type { SandboxStore } from '../../core/list/store';
import type { Origins } from '../../core/sandbox/origins';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import { escapeMarkdown, fieldTable } from '../../text/kit/markdown';
import { rowName } from '../../text/sandbox/rowText';
import { snapshotFields } from '../../text/snapshots';

export interface SnapshotDocumentParts {
  readonly snapshots: SnapshotStore;
  readonly sandboxes: SandboxStore;
  readonly origins: Origins;
}

/** The page about a snapshot, in Markdown. */
export function snapshotPage(
  snapshot: SandboxSnapshot,
  { sandboxes, origins }: SnapshotDocumentParts,
): string {
  const { rows, archive } = sandboxes.current;
  const nameOf = (id: string): string | undefined => {
    const row = rows.get(id) ?? archive.get(id);
    return row && rowName(row);
  };
  const source = snapshot.sandboxId === undefined ? undefined : nameOf(snapshot.sandboxId);
  const restored = (origins.bySource('snapshot').get(snapshot.id) ?? []).map(id => nameOf(id) ?? id);
  const title =
    source === undefined ? l10n.t('Snapshot {0}', snapshot.id) : l10n.t('Snapshot of {0}', source);
  return [
    `# ${escapeMarkdown(title)}`,
    fieldTable(snapshotFields(snapshot, source, restored)),
    escapeMarkdown(
      l10n.t(
        'Sandboxes live on when the snapshot they were restored from is deleted. Which ones those are is known of restores made in this workspace only.',
      ),
    ),
    '',
  ].join('\n\n');
}
