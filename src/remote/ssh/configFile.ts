import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { UserError } from '../../text/kit/failureText';
import { readUserSetting } from '../../host/editor/settings';
import { inTurn, NoTurnError } from './turns';

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
  try {
    return await readFile(configPath(), 'latin1');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

/**
 * Writes a changed configuration atomically, with the mode of the existing file. Follows a link.
 *
 * @param before the content the change is based on
 * @throws UserError when the file was changed meanwhile
 */
async function writeConfig(before: string, after: string): Promise<void> {
  const path = await realPathOf(configPath());
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const mode = await modeOf(path);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, after, { encoding: 'latin1', mode, flag: 'wx' });
    await chmod(draft, mode);
    if ((await readConfig()) !== before) throw changedMeanwhile();
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Another program may write in between, which does not take turns. */
const mostTries = 5;

/**
 * Changes the configuration while no other window does.
 *
 * @param change may be called again with what was written meanwhile; nothing is written where it returns undefined
 * @returns what `change` made of it
 * @throws UserError when the file is changed all the time
 */
export async function changeConfig(
  change: (before: string) => string | undefined,
): Promise<string | undefined> {
  try {
    return await inTurn(await realPathOf(configPath()), () => changeNow(change));
  } catch (error) {
    throw error instanceof NoTurnError ? changedMeanwhile() : error;
  }
}

async function changeNow(change: (before: string) => string | undefined): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    const before = await readConfig();
    const after = change(before);
    try {
      if (after !== undefined && after !== before) await writeConfig(before, after);
      return after;
    } catch (error) {
      if (!(error instanceof UserError) || tries === mostTries) throw error;
    }
  }
}

function changedMeanwhile(): UserError {
  return new UserError(l10n.t('The SSH configuration was changed meanwhile. Try again.'));
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

async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  try {
    // The target of the link does not exist yet.
    return resolve(dirname(path), await readlink(path));
  } catch {
    return path;
  }
}

async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (isMissing(error)) return 0o600;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
