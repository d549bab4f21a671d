import { l10n } from 'vscode';
import { isCapableOf } from '../../core/sandbox/capabilities';
import { rowName } from '../../text/sandbox/rowText';
import { reach, resolveReachable } from '../../app/reach';
import { FileError } from './fileError';
import { FileNode, FilesRoot } from './fileNodes';
import type { FilesContext } from './files';
import type { RemoteFiles } from './remoteFiles';
import { targetOf } from './fileTargets';
import { parentPath } from '../../core/files/remotePath';

/** The files of a sandbox, for something the user asked for: offers to resume it. Undefined when he does not want that. */
export async function reachFiles(files: FilesContext, sandboxId: string): Promise<RemoteFiles | undefined> {
  try {
    return await files.running(sandboxId);
  } catch (error) {
    const row = files.context.store.current.rows.get(sandboxId);
    if (!FileError.is(error, 'unavailable') || !row || !isCapableOf(row.sandbox, ['canWake'])) throw error;
    const reached = await reach(files.context, row);
    return reached && files.keep(reached);
  }
}

/** Offers to resume what is suspended of the sandboxes of files that the editor is to open; false when not wanted. */
export async function canReach(
  files: FilesContext,
  targets: readonly { readonly sandboxId: string }[],
): Promise<boolean> {
  for (const sandboxId of new Set(targets.map(target => target.sandboxId)))
    if (!(await reachFiles(files, sandboxId))) return false;
  return true;
}

/** A folder that something is put into. */
export interface Destination {
  readonly sandboxId: string;
  /** What the sandbox is called. */
  readonly name: string;
  readonly path: string;
  readonly remote: RemoteFiles;
}

/**
 * The folder a command is to put something into: the one it was called with, that of a file, the home folder of a
 * sandbox. Undefined when the user backed out.
 */
export async function destinationOf(
  files: FilesContext,
  args: readonly unknown[],
  question: () => string,
): Promise<Destination | undefined> {
  const [first] = args;
  const target = targetOf(first);
  const id = target?.sandboxId ?? (first instanceof FilesRoot ? first.sandboxId : undefined);
  const row = await resolveReachable(files.context, id === undefined ? args : [id], question);
  const remote = row && (await reachFiles(files, row.sandbox.id));
  if (!row || !remote) return undefined;
  const path = target
    ? await folderOf(files, first, target.path, remote)
    : ((await remote.home(await files.sessionSignal())) ?? '/');
  return { sandboxId: row.sandbox.id, name: rowName(row), path, remote };
}

async function folderOf(
  files: FilesContext,
  node: unknown,
  path: string,
  remote: RemoteFiles,
): Promise<string> {
  const isFolder =
    node instanceof FileNode
      ? node.isFolder
      : (await remote.stat(path, await files.sessionSignal())).type === 'folder';
  return isFolder ? path : parentPath(path);
}

/** Asked where none was named. */
export function whichSandbox(): string {
  return l10n.t('In which sandbox?');
}
