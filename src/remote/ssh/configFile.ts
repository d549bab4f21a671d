import { homedir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { UserError } from '../../text/kit/failureText';
import { readUserSetting } from '../../host/editor/settings';
import { FileBusyError, readBytes, rewriteFile } from './rewriteFile';

/** Folder of the user's SSH keys and configuration. */
export function sshFolder(): string {
  return join(homedir(), '.ssh');
}

/** The file that Remote-SSH reads. Only the user setting counts: a workspace must not choose which file is written. */
export function configPath(): string {
  const set = readUserSetting('remote.SSH.configFile');
  const path = typeof set === 'string' ? set.replace(/^~(?=[/\\])/, homedir()) : '';
  return isAbsolute(path) ? path : usualPath();
}

/** The command that logs in from any terminal. */
export function sshCommand(target: string): string {
  const path = configPath();
  return path === usualPath() ? `ssh ${target}` : `ssh -F "${path}" ${target}`;
}

function usualPath(): string {
  return join(sshFolder(), 'config');
}

/** A path with the home folder abbreviated to `~`. */
export function tildePath(path: string): string {
  const home = homedir();
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/**
 * The configuration as Latin-1 text, one character per byte, so that any content survives a rewrite; empty if there is
 * no file.
 */
export async function readConfig(): Promise<string> {
  return await readBytes(configPath());
}

/**
 * Changes the configuration; see `rewriteFile`.
 *
 * @throws UserError when another program changes it all the time
 */
export async function changeConfig(
  change: (before: string) => string | undefined,
): Promise<string | undefined> {
  try {
    return await rewriteFile(configPath(), change);
  } catch (error) {
    if (!(error instanceof FileBusyError)) throw error;
    throw new UserError(l10n.t('The SSH configuration was changed meanwhile. Try again.'));
  }
}

/** Converts a text to the form of `readConfig`: one character per byte. */
export function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Reports a damaged block, and opens the file to show it. */
export async function refuseDamaged(): Promise<never> {
  const path = configPath();
  await window.showTextDocument(await workspace.openTextDocument(Uri.file(path)));
  throw new UserError(
    l10n.t(
      'The lines "# >>> Tensorlake Sandboxes" and "# <<< Tensorlake Sandboxes" in {0} are not a pair any more. Put them right, or delete what is between them.',
      tildePath(path),
    ),
  );
}
