import { commands, env, l10n, workspace } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { nameProblem, baseName, joinPath, parentPath, type NameProblem } from '../../core/files/remotePath';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { fileUri } from '../../host/editor/documentUris';
import { confirmModal } from '../../host/editor/messages';
import { UserError } from '../../text/kit/failureText';
import { startProgress } from '../../host/editor/progress';
import { askText } from '../../host/editor/quickInput';
import { plainText } from '../../text/kit/plainText';
import { makeFolder, move, remove, writeFile } from './fileChanges';
import { FileError } from './fileError';
import type { Files } from './files';
import { whichSandbox, chosenFiles, type FileTarget } from './fileTargets';
import type { WorkspaceConsent } from './workspaceConsent';

/** Creates an empty file and opens it, or creates a folder. */
export function newEntry(
  app: AppContext,
  files: Files,
  consent: WorkspaceConsent,
  kind: 'file' | 'folder',
): CommandHandler {
  return {
    failureTitle: () =>
      kind === 'file' ? l10n.t('Could not create the file') : l10n.t('Could not create the folder'),
    run: async (first = app.view.selectedNodes()[0]) => {
      const destination = await files.destination(first === undefined ? [] : [first], whichSandbox);
      if (!destination) return;
      const { remote, sandboxId, path: folder } = destination;
      const signal = await files.sessionSignal();
      const answer = await askText({
        title: kind === 'file' ? l10n.t('New File') : l10n.t('New Folder'),
        prompt: l10n.t('Name in {0}', plainText(folder)),
        validate: nameSentence,
        accept: async name => {
          const path = joinPath(folder, name);
          return await problemIfTaken(async () => {
            if (kind === 'folder') await makeFolder(remote, path, signal);
            else
              await writeFile(remote, path, new Uint8Array(), { canCreate: true, canReplace: false }, signal);
          });
        },
      });
      if (answer.kind !== 'value') return;
      const path = joinPath(folder, answer.value);
      files.changed(sandboxId, 'created', path);
      if (kind === 'folder') return;
      const uri = fileUri(sandboxId, path);
      consent.userOpens(uri);
      await commands.executeCommand('vscode.open', uri);
    },
  };
}

/** Renames a file or folder within its folder. */
export function renameFile(app: AppContext, files: Files): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not rename it'),
    run: async (first, selected) => {
      const { sandboxId, path, isRoot } = only(chosenFiles(app.view, [first, selected]));
      if (isRoot) throw new UserError(l10n.t('This folder cannot be renamed here.'));
      const remote = await files.reach(sandboxId);
      if (!remote) return;
      const signal = await files.sessionSignal();
      const before = baseName(path);
      const answer = await askText({
        title: l10n.t('Rename {0}', plainText(before)),
        prompt: l10n.t('Name in {0}', plainText(parentPath(path))),
        value: before,
        validate: nameSentence,
        accept: async name =>
          await problemIfTaken(async () => {
            await move(remote, path, joinPath(parentPath(path), name), false, signal);
          }),
      });
      if (answer.kind !== 'value' || answer.value === before) return;
      files.changed(sandboxId, 'deleted', path);
      files.changed(sandboxId, 'created', joinPath(parentPath(path), answer.value));
    },
  };
}

/** Deletes files and folders with their contents, after a confirmation. */
export function deleteFiles(app: AppContext, files: Files): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not delete'),
    run: async (first, selected) => {
      const targets = chosenFiles(app.view, [first, selected]);
      const [one] = targets;
      if (!one) throw new UserError(nothingChosen());
      if (targets.some(({ isRoot }) => isRoot))
        throw new UserError(l10n.t('This folder cannot be deleted here.'));
      const question =
        targets.length > 1
          ? l10n.t('Delete {0} files or folders from the sandbox?', targets.length)
          : one.isLink === true
            ? l10n.t('Delete the link {0} from the sandbox? What it leads to stays.', plainText(one.path))
            : one.isFolder === false
              ? l10n.t('Delete {0} from the sandbox?', plainText(one.path))
              : l10n.t('Delete {0} and everything in it from the sandbox?', plainText(one.path));
      if (!(await confirmModal(question, l10n.t('This cannot be undone.'), l10n.t('Delete')))) return;
      const progress = startProgress(l10n.t('Deleting…'));
      try {
        for (const target of targets) if (!(await deleteOne(files, target, progress.signal))) return;
      } finally {
        progress.done();
      }
    },
  };
}

/** Returns false when the sandbox would have to be resumed and the user declined. */
async function deleteOne(
  files: Files,
  { sandboxId, path }: FileTarget,
  signal: AbortSignal,
): Promise<boolean> {
  const remote = await files.reach(sandboxId);
  if (!remote) return false;
  try {
    await remove(remote, path, true, signal);
  } catch (error) {
    // It was inside another chosen folder, or was deleted meanwhile.
    if (!FileError.is(error, 'notFound')) throw error;
  } finally {
    files.changed(sandboxId, 'deleted', path);
  }
  return true;
}

/** Copies paths to the clipboard, one per line. */
export function copyFilePath(app: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy the path'),
    run: async (first, selected) => {
      const targets = chosenFiles(app.view, [first, selected]);
      if (targets.length === 0) throw new UserError(nothingChosen());
      await env.clipboard.writeText(targets.map(({ path }) => path).join('\n'));
    },
  };
}

/** Adds a folder of a sandbox to the workspace. */
export function openFolder(files: Files, consent: WorkspaceConsent): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the folder'),
    run: async first => {
      const destination = await files.destination(first === undefined ? [] : [first], whichSandbox);
      if (!destination) return;
      const { sandboxId, name, path } = destination;
      const uri = fileUri(sandboxId, path);
      const folders = workspace.workspaceFolders ?? [];
      if (folders.some(folder => folder.uri.toString() === uri.toString())) {
        await consent.askAgain(uri);
        return;
      }
      // VS Code restarts extensions when the first folder is added, or when one folder becomes several.
      const detail = [
        l10n.t('While it is open the editor reads it as it likes, which keeps the sandbox awake.'),
        ...(folders.length < 2
          ? [l10n.t('The window becomes an unsaved workspace, and extensions start anew.')]
          : []),
      ].join(' ');
      const question = l10n.t('Add {0} of {1} to the workspace?', plainText(path), name);
      if (!(await confirmModal(question, detail, l10n.t('Add')))) return;
      await consent.allow(uri);
      const title = `${path === '/' ? '' : plainText(baseName(path))} (${name})`.trim();
      workspace.updateWorkspaceFolders(folders.length, 0, { uri, name: title });
    },
  };
}

/** The only target of a command that takes a single file. */
export function only(targets: readonly FileTarget[]): FileTarget {
  const [one] = targets;
  if (!one) throw new UserError(nothingChosen());
  return one;
}

function nothingChosen(): string {
  return l10n.t('Select a file or folder in the Sandboxes view first.');
}

/** Returns the problem that keeps the input box open: the name is taken. Other failures end the command. */
async function problemIfTaken(task: () => Promise<void>): Promise<string | undefined> {
  try {
    await task();
    return undefined;
  } catch (error) {
    if (FileError.is(error)) return error.message;
    throw error;
  }
}

function nameSentence(name: string): string | undefined {
  const problem = nameProblem(name);
  return problem && problemSentences[problem]();
}

const problemSentences: Readonly<Record<NameProblem, () => string>> = {
  empty: () => l10n.t('A name is needed.'),
  dots: () => l10n.t('. and .. are no names.'),
  slash: () => l10n.t('A name has no slash.'),
  nul: () => l10n.t('A name has no NUL character.'),
  tooLong: () => l10n.t('The name is too long: 255 bytes are the most.'),
};
