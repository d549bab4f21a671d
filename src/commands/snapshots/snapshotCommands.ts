import { commands, l10n, window, workspace } from 'vscode';
import { isRestorable } from '../../core/snapshots/snapshot';
import { copyText } from '../../host/editor/clipboard';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { type DocumentKind, snapshotUri } from '../../host/editor/documentUris';
import type { CommandContext } from '../../app/appContext';
import { openRestoreWizard } from '../create/wizard';
import { resolveSnapshots } from './snapshotTargets';

/** Reads the list of snapshots now. */
export function refreshSnapshots(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not refresh'),
    run: async () => {
      await context.connections.require();
      await context.snapshotLoader.refresh();
    },
  };
}

/** Starts a sandbox from a snapshot, by way of the create wizard. */
export function restoreSnapshot(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not restore'),
    run: async (...args) => {
      const [snapshot] = await resolveSnapshots(context, args.slice(0, 1), {
        isEligible: isRestorable,
        question: () => l10n.t('Restore which snapshot?'),
        none: () => l10n.t('No snapshot that can be restored from.'),
      });
      return snapshot && (await openRestoreWizard(context, snapshot));
    },
  };
}

/** Puts the ids of snapshots on the clipboard, one on a line. */
export function copySnapshotId(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy'),
    run: async (...args) => {
      const snapshots = await resolveSnapshots(context, args, {
        isEligible: () => true,
        question: () => l10n.t('Copy the id of which snapshot?'),
        none: () => l10n.t('There is no such snapshot.'),
      });
      if (snapshots.length === 0) return;
      await copyText(snapshots.map(({ id }) => id).join('\n'));
    },
  };
}

/** Opens a read-only page about a snapshot: its facts in words, or the object as the service sent it. */
export function showSnapshot(context: CommandContext, kind: DocumentKind): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not show the snapshot'),
    run: async (...args) => {
      const [snapshot] = await resolveSnapshots(context, args.slice(0, 1), {
        isEligible: () => true,
        question: () => l10n.t('Show which snapshot?'),
        none: () => l10n.t('There is no such snapshot.'),
      });
      if (!snapshot) return;
      const uri = snapshotUri(kind, snapshot);
      if (kind === 'details') await commands.executeCommand('markdown.showPreview', uri);
      else await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
    },
  };
}
