import { commands, l10n, Uri, window } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import { allowHosts } from '../../../app/reach';
import { baseName } from '../../../core/files/remotePath';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import { fileUri, parseFileUri } from '../../../host/editor/documents/documentUris';
import { askPick } from '../../../host/editor/dialogs/quickPick';
import { UserError } from '../../../text/kit/failureText';
import { plainText } from '../../../text/kit/plainText';
import { tabLabel } from '../../../text/files';
import { titleText } from '../../../text/kit/surfaces';
import { askPath } from '../askPath';
import { only } from '../editFiles';
import { FileNode, FilesRoot } from '../tree/fileNodes';
import { chosenFiles, type FileTarget } from '../tree/fileTargets';
import type { Files } from '../files';
import { openTab } from './openTab';
import type { WorkspaceConsent } from '../workspaceConsent';

/** Opens files in editors. */
export function openFile(app: AppContext, files: Files, consent: WorkspaceConsent): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the file'),
    run: async (...args) => {
      const selected = chosenFiles(app.view, args).filter(({ isFolder }) => isFolder !== true);
      const chosen = selected.length > 0 ? selected : await askForFile(app, files);
      if (chosen.length === 0 || !(await files.reachAll(chosen))) return;
      consent.userOpens(...chosen.map(({ sandboxId, path }) => fileUri(sandboxId, path)));
      for (const { sandboxId, path } of chosen)
        await openTab(files, sandboxId, path, { preview: chosen.length === 1 });
    },
  };
}

async function askForFile(app: AppContext, files: Files): Promise<readonly FileTarget[]> {
  const file = await askPath(app, files, name => l10n.t('Open a File of {0}', name));
  return file ? [file] : [];
}

/** Reads folders of the tree again, and looks whether open files of the sandbox were changed. A click on why one could not be read runs this too. */
export function refreshFiles(app: AppContext, files: Files): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not refresh the files'),
    run: async (...args) => {
      const [first = window.activeTextEditor?.document.uri] =
        args.length > 0 ? args : app.view.selectedNodes();
      const opened = first instanceof Uri ? parseFileUri(first) : undefined;
      if (opened) {
        files.looks.fire(opened.sandboxId);
        return;
      }
      const node = first instanceof FileNode && !first.isFolder ? first.parent : first;
      if (!(node instanceof FileNode || node instanceof FilesRoot))
        throw new UserError(l10n.t('Select a folder in the Sandboxes view first.'));
      if (!(await allowHosts(app, [node.sandboxId]))) return;
      files.refreshes.fire(node);
      files.looks.fire(node.sandboxId);
    },
  };
}

/** Compares a file of a sandbox: two selected ones with each other, otherwise with a file that the user picks. */
export function compareFile(app: AppContext, files: Files, consent: WorkspaceConsent): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not compare'),
    run: async (first, selected, options) => {
      const targets = chosenFiles(app.view, [first, selected]);
      const one = only(targets);
      const left = fileUri(one.sandboxId, one.path);
      const [, two] = targets;
      const right =
        options instanceof Uri
          ? options
          : two
            ? fileUri(two.sandboxId, two.path)
            : await askForOther(app, files, one);
      if (!right) return;
      const other = parseFileUri(right);
      if (!(await files.reachAll([one, ...(other ? [other] : [])]))) return;
      consent.userOpens(left, right);
      const nameOf = (path: string, sandboxId?: string): string =>
        sandboxId === undefined ? plainText(baseName(path)) : tabLabel(path, files.nameOf(sandboxId));
      const names = [nameOf(one.path, one.sandboxId), nameOf(other?.path ?? right.path, other?.sandboxId)];
      const title = titleText(l10n.t('{0} ↔ {1}', ...names));
      await commands.executeCommand('vscode.diff', left, right, title);
    },
  };
}

async function askForOther(app: AppContext, files: Files, one: FileTarget): Promise<Uri | undefined> {
  const active = window.activeTextEditor?.document.uri;
  const isUseful = active && (active.scheme === 'file' || parseFileUri(active) !== undefined);
  const answer = await askPick({
    title: l10n.t('Compare {0} with…', tabLabel(one.path, files.nameOf(one.sandboxId))),
    placeholder: l10n.t('What is it compared with?'),
    items: [
      ...(isUseful
        ? [
            {
              label: l10n.t('The file in the active editor'),
              description: plainText(baseName(active.path)),
              answer: () => Promise.resolve<Uri | undefined>(active),
            },
          ]
        : []),
      { label: l10n.t('A file of this machine…'), answer: askForLocal },
      { label: l10n.t('A file of a sandbox…'), answer: () => askForRemote(app, files, one) },
    ],
  });
  return answer.kind === 'value' ? await answer.value() : undefined;
}

async function askForLocal(): Promise<Uri | undefined> {
  return (await window.showOpenDialog({ openLabel: l10n.t('Compare') }))?.[0];
}

async function askForRemote(app: AppContext, files: Files, one: FileTarget): Promise<Uri | undefined> {
  const other = await askPath(app, files, name => l10n.t('Compare With a File of {0}', name), one);
  return other && fileUri(other.sandboxId, other.path);
}
