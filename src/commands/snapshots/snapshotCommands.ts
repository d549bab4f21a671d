import { l10n, window, workspace } from 'vscode';
import { copyText } from '../../host/editor/clipboard';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { tryEditorCommand } from '../../host/editor/editorCommands';
import { type DocumentKind, snapshotUri } from '../../host/editor/documents/documentUris';
import type { AppContext } from '../../app/appContext';
import { resolveSnapshots, type SnapshotServices } from './snapshotTargets';

/** Reads the list of snapshots now. */
export function refreshSnapshots(context: AppContext, { snapshotLoader }: SnapshotServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not refresh'),
    run: async () => {
      await context.connections.require();
      await snapshotLoader.refresh();
    },
  };
}

/** Copies the ids of snapshots to the clipboard, one to a line. */
export function copySnapshotId(context: AppContext, services: SnapshotServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy'),
    run: async (...args) => {
      const snapshots = await resolveSnapshots(context, services, args, {
        isEligible: () => true,
        question: () => l10n.t('Copy the id of which snapshot?'),
        none: () => l10n.t('There is no such snapshot.'),
      });
      if (snapshots.length === 0) return;
      await copyText(snapshots.map(({ id }) => id).join('\n'));
    },
  };
}

/** Opens a read-only page about a snapshot: its details, or the JSON that the service sent. */
export function showSnapshot(
  context: AppContext,
  services: SnapshotServices,
  kind: DocumentKind,
): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not show the snapshot'),
    run: async (...args) => {
      const [snapshot] = await resolveSnapshots(context, services, args.slice(0, 1), {
        isEligible: () => true,
        question: () => l10n.t('Show which snapshot?'),
        none: () => l10n.t('There is no such snapshot.'),
      });
      if (!snapshot) return;
      const uri = snapshotUri(kind, snapshot);
      if (kind === 'details' && (await tryEditorCommand('markdown.showPreview', uri))) return;
      await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
    },
  };
}
