import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute } from 'node:path';
import { l10n } from 'vscode';
import { byteSize } from '../../text/kit/units';
import { localReason } from '../../text/files';
import { errorText, isCancellation, UserError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { readLocalTree, treeOfFile, type LocalEntry, type LocalTree } from '../files/transfer/localTree';
import { expandHome, isOfGit, withUnixLines } from './model/setUpPath';
import { folderArgs, isForShell, scriptArgs, setUpNames } from './model/setUpScripts';

/** In bytes; what is longer is no script. */
const longestScript = 1024 * 1024;

/** What new sandboxes are set up with, as it was read from this machine. */
export interface LocalSetUp {
  /** The name of the script or folder here. */
  readonly name: string;
  /** What is copied into the home folder. */
  readonly tree: LocalTree;
  /** Arguments of `sh` that run it there. @param home that folder */
  readonly args: (home: string) => readonly string[];
}

/** What the setting names cannot be used. */
export class SettingError extends UserError {}

/**
 * Reads the script or folder that the setting names.
 *
 * @throws SettingError when there is none, or it is of no use
 */
export async function readSetUp(typed: string, signal: AbortSignal): Promise<LocalSetUp> {
  const path = expandHome(typed, homedir());
  const failed = (reason: string): SettingError =>
    new SettingError(l10n.t('The set-up {0} cannot be read: {1}', plainText(typed, 200), reason));
  if (!isAbsolute(path)) throw failed(l10n.t('the path has to be absolute, or to begin with ~.'));
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return await readFolder(path, signal);
    if (!stats.isFile()) throw new UserError(l10n.t('it is neither a file nor a folder.'));
    if (stats.size > longestScript)
      throw new UserError(l10n.t('it is longer than {0}.', byteSize(longestScript)));
    return await readScript(path, stats.mtimeMs);
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw failed(localReason(error) ?? errorText(error));
  }
}

async function readScript(localPath: string, modifiedAtMs: number): Promise<LocalSetUp> {
  const content = withUnixLines(await readFile(localPath));
  // Nobody but its owner reads it: it may hold secrets.
  const tree = treeOfFile(localPath, content, { path: setUpNames.script, mode: 0o700, modifiedAtMs });
  return { name: basename(localPath), tree, args: home => scriptArgs(content, home) };
}

async function readFolder(localPath: string, signal: AbortSignal): Promise<LocalSetUp> {
  const tree = await readLocalTree(localPath, setUpNames.folder, signal);
  const kept = tree.entries.filter(({ header }) => !isOfGit(header.path));
  // Git on Windows checks text out with the line ends of Windows, with which no script runs.
  const entries = process.platform === 'win32' ? await Promise.all(kept.map(forShell)) : kept;
  const bytes = entries.reduce((sum, { header }) => sum + header.size, 0);
  return { name: basename(localPath), tree: { ...tree, entries, bytes }, args: folderArgs };
}

/** A file of a folder as a shell can read it. */
async function forShell(entry: LocalEntry): Promise<LocalEntry> {
  const { header, localPath } = entry;
  if (header.type !== 'file' || header.size > longestScript || !isForShell(header.path)) return entry;
  const content = withUnixLines(await readFile(localPath));
  return { localPath, header: { ...header, size: content.length }, content: () => Promise.resolve(content) };
}
