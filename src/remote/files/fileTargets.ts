import { l10n, Uri } from 'vscode';
import { reach, resolveReachable } from '../../app/reach';
import { isFromSelection } from '../../app/targets';
import { parentPath } from '../../core/files/remotePath';
import { isCapableOf } from '../../core/sandbox/capabilities';
import { parseFileUri } from '../../host/editor/documentUris';
import { rowName } from '../../text/sandbox/rowText';
import { FileError } from './fileError';
import { FileNode, FilesRoot } from './fileNodes';
import type { FilesContext } from './files';
import type { RemoteFiles } from './remoteFiles';

/** A file or folder a command is to act on. */
export interface FileTarget {
  readonly sandboxId: string;
  readonly path: string;
  /** Absent when nobody knows yet. */
  readonly isFolder?: boolean;
  /** Whether it is a link, which may lead to a folder; absent when nobody knows yet. */
  readonly isLink?: boolean;
  /** Whether it is a folder the tree begins with. */
  readonly isRoot: boolean;
}

/**
 * The files a command was called with: a line of the tree and the selected ones, addresses of files, or
 * `{ "from": "selection" }`; with nothing, what is selected in the tree.
 */
export function chosenFiles(files: FilesContext, args: readonly unknown[]): readonly FileTarget[] {
  const [first, selected] = args;
  if (first === undefined || isFromSelection(first))
    return files.context.view
      .lines()
      .map(targetOf)
      .filter(target => target !== undefined);
  const clicked = targetOf(first);
  const others = Array.isArray(selected) ? selected.map(targetOf).filter(target => target !== undefined) : [];
  if (!clicked) return others;
  return others.some(({ path, sandboxId }) => path === clicked.path && sandboxId === clicked.sandboxId)
    ? others
    : [clicked];
}

/** What a value of any kind says about a file. */
export function targetOf(value: unknown): FileTarget | undefined {
  if (value instanceof FileNode) {
    const { sandboxId, path, isFolder, isRoot, entry } = value;
    return { sandboxId, path, isFolder, isRoot, isLink: entry.link !== undefined };
  }
  const parsed = value instanceof Uri ? parseFileUri(value) : undefined;
  return parsed && { ...parsed, isRoot: parsed.path === '/' };
}

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
