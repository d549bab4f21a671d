import { commands, l10n } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { fileUri } from '../../host/editor/fileUri';
import { UserError } from '../../host/editor/messages';
import { FileNode, FilesRoot } from './fileNodes';
import type { FilesContext } from './files';
import { canReach } from './reachFiles';
import { chosenFiles } from './fileTargets';

/** Opens files in editors. */
export function openFile(files: FilesContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the file'),
    run: async (...args) => {
      const chosen = chosenFiles(files, args).filter(({ isFolder }) => isFolder !== true);
      if (chosen.length === 0) throw new UserError(l10n.t('Select a file in the Sandboxes view first.'));
      if (!(await canReach(files, chosen))) return;
      for (const { sandboxId, path } of chosen)
        await commands.executeCommand('vscode.open', fileUri(sandboxId, path), {
          preview: chosen.length === 1,
        });
    },
  };
}

/** Reads folders of the tree again. */
export function refreshFiles(files: FilesContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not refresh the files'),
    run: (...args) => {
      const [first] = args.length > 0 ? args : files.context.view.lines();
      const node = first instanceof FileNode && !first.isFolder ? first.parent : first;
      if (!(node instanceof FileNode || node instanceof FilesRoot))
        throw new UserError(l10n.t('Select a folder in the Sandboxes view first.'));
      files.refreshes.fire(node);
    },
  };
}
