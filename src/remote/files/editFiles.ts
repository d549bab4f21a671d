import { commands, env, l10n, workspace } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { linkUri } from '../../app/links';
import { nameProblem, baseName, joinPath, parentPath, type NameProblem } from '../../core/files/remotePath';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { fileUri } from '../../host/editor/documents/documentUris';
import { askModal, confirmModal } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { startProgress } from '../../host/editor/dialogs/progress';
import { askText } from '../../host/editor/dialogs/quickInput';
import { remoteCommandIds } from '../../manifest';
import { namesText, placeText } from '../../text/files';
import { listText } from '../../text/kit/listText';
import { plainText } from '../../text/kit/plainText';
import { forEachFile } from './eachFile';
import { makeFolder, remove, writeFile } from './fileChanges';
import { FileError } from './fileError';
import type { Files } from './files';
import { whichSandbox, chosenFiles, type FileTarget } from './tree/fileTargets';
import { openTab } from './editors/openTab';
import type { Renames } from './editors/renames';
import type { WorkspaceConsent } from './workspaceConsent';

/** Creates an empty file and opens it, or creates a folder. */
export function newEntry(files: Files, consent: WorkspaceConsent, kind: 'file' | 'folder'): CommandHandler {
  return {
    failureTitle: () =>
      kind === 'file' ? l10n.t('Could not create the file') : l10n.t('Could not create the folder'),
    run: async first => {
      const destination = await files.destination(first, whichSandbox);
      if (!destination) return;
      const { remote, sandboxId, name, path: folder } = destination;
      const signal = await files.sessionSignal();
      const answer = await askText({
        title: kind === 'file' ? l10n.t('New File in {0}', name) : l10n.t('New Folder in {0}', name),
        prompt: l10n.t('Name in {0}', plainText(folder)),
        validate: nameSentence,
        accept: async typed => {
          const path = joinPath(folder, typed);
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
      await openTab(files, sandboxId, path);
    },
  };
}

/** Renames a file or folder within its folder. */
export function renameFile(app: AppContext, files: Files, renames: Renames): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not rename it'),
    run: async (first, selected) => {
      const { sandboxId, path, isRoot } = only(chosenFiles(app.view, [first, selected]));
      if (isRoot) throw new UserError(l10n.t('This folder cannot be renamed here.'));
      const remote = await files.reach(sandboxId);
      if (!remote) return;
      const signal = await files.sessionSignal();
      const before = baseName(path);
      await askText({
        title: l10n.t('Rename {0}', placeText(before, files.nameOf(sandboxId))),
        prompt: l10n.t('Name in {0}', plainText(parentPath(path))),
        value: before,
        validate: nameSentence,
        accept: async name =>
          await problemIfTaken(async () => {
            await renames.rename(remote, sandboxId, path, joinPath(parentPath(path), name), signal);
          }),
      });
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
      const sandboxes = [...new Set(targets.map(({ sandboxId }) => sandboxId))];
      const from = listText(sandboxes.map(id => files.nameOf(id)));
      const path = plainText(one.path);
      const question =
        targets.length > 1
          ? l10n.t('Delete {0} files or folders from {1}?', targets.length, from)
          : one.isLink === true
            ? l10n.t('Delete the link {0} from {1}? What it leads to stays.', path, from)
            : one.isFolder === false
              ? l10n.t('Delete {0} from {1}?', path, from)
              : l10n.t('Delete {0} and everything in it from {1}?', path, from);
      const named = sandboxes.length > 1 ? targets.map(target => inSandbox(files, target)) : pathsOf(targets);
      const detail = [
        ...(targets.length > 1 ? [namesText(named)] : []),
        l10n.t('This cannot be undone.'),
      ].join('\n\n');
      if (!(await confirmModal(question, detail, l10n.t('Delete')))) return;
      if (!(await files.reachAll(targets))) return;
      const progress = startProgress(l10n.t('Deleting…'));
      await progress.until(
        forEachFile(
          targets,
          target => target.path,
          target => deleteOne(files, target, progress.signal),
        ),
      );
    },
  };
}

function inSandbox(files: Files, { sandboxId, path }: FileTarget): string {
  return placeText(path, files.nameOf(sandboxId));
}

function pathsOf(targets: readonly FileTarget[]): readonly string[] {
  return targets.map(({ path }) => path);
}

async function deleteOne(files: Files, { sandboxId, path }: FileTarget, signal: AbortSignal): Promise<void> {
  const remote = await files.running(sandboxId);
  try {
    await remove(remote, path, true, signal);
  } catch (error) {
    // It was inside another chosen folder, or was deleted meanwhile.
    if (!FileError.is(error, 'notFound')) throw error;
  } finally {
    files.changed(sandboxId, 'deleted', path);
  }
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

/** Copies links that open files in this editor, one per line. */
export function copyFileLink(app: AppContext, extensionId: string): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not copy the link'),
    run: async (first, selected) => {
      const targets = chosenFiles(app.view, [first, selected]).filter(({ isFolder }) => isFolder !== true);
      if (targets.length === 0) throw new UserError(nothingChosen());
      const links = targets.map(({ sandboxId, path }) =>
        linkUri(extensionId, { sandboxId, place: { kind: 'file', path } }).toString(),
      );
      await env.clipboard.writeText(links.join('\n'));
    },
  };
}

/** Adds a folder of a sandbox to the workspace. */
export function openFolder(files: Files, consent: WorkspaceConsent): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not open the folder'),
    run: async first => {
      const destination = await files.destination(first, whichSandbox);
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
        l10n.t(
          'The search of the editor does not work in it, as that needs Remote-SSH; Find in Sandbox does.',
        ),
        ...(folders.length < 2
          ? [l10n.t('The window becomes an unsaved workspace, and extensions start anew.')]
          : []),
      ].join(' ');
      const question = l10n.t('Add {0} of {1} to the workspace?', plainText(path), name);
      const [add, find] = [l10n.t('Add'), l10n.t('Find in Sandbox…')];
      const answer = await askModal(question, detail, [add, find]);
      if (answer === find) await commands.executeCommand(remoteCommandIds.findInSandbox, uri);
      if (answer !== add) return;
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
