import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  mkdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { UserError } from '../../text/kit/failureText';
import { readUserSetting } from '../../host/editor/settings';
import { obstacleOf, type ConfigObstacle } from './model/configObstacle';
import { identityPath, type SshFiles } from './model/sshConfig';
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

/** The file with the entries of sandboxes, which the configuration includes. */
export function entriesPath(): string {
  return join(sshFolder(), 'tensorlake-sandboxes');
}

/** Its path in the syntax of the configuration. */
export function includedPath(): string {
  return identityPath(entriesPath(), homedir()) ?? entriesPath();
}

/** A path with the home folder abbreviated to `~`. */
export function tildePath(path: string): string {
  const home = homedir();
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/**
 * The configuration, and our own file, as Latin-1 text, one character per byte, so that any content survives a rewrite;
 * empty where there is no file.
 */
export async function readConfig(): Promise<SshFiles> {
  return { config: await read(configPath()), entries: await read(entriesPath()) };
}

/** Another program may write in between, which does not take turns. */
const mostTries = 5;

/**
 * Changes the configuration and our own file while no other window does.
 *
 * @param change may be called again with what was written meanwhile; nothing is written where it returns undefined
 * @returns what `change` made of it
 * @throws UserError when the files are changed all the time
 */
export async function changeConfig(
  change: (before: SshFiles) => SshFiles | undefined,
): Promise<SshFiles | undefined> {
  try {
    return await inTurn(await realPathOf(configPath()), () => changeNow(change));
  } catch (error) {
    throw error instanceof NoTurnError ? changedMeanwhile() : error;
  }
}

async function changeNow(change: (before: SshFiles) => SshFiles | undefined): Promise<SshFiles | undefined> {
  for (let tries = 1; ; tries += 1) {
    const before = await readConfig();
    const after = change(before);
    try {
      if (after !== undefined) await writeConfig(before, after);
      return after;
    } catch (error) {
      if (!(error instanceof UserError) || tries === mostTries) throw error;
    }
  }
}

function changedMeanwhile(): UserError {
  return new UserError(l10n.t('The SSH configuration was changed meanwhile. Try again.'));
}

/**
 * Writes what changed, each file atomically and with the mode of the existing one. Follows a link.
 *
 * @param before the content the change is based on
 * @throws UserError when a file was changed meanwhile
 */
async function writeConfig(before: SshFiles, after: SshFiles): Promise<void> {
  // What is included is there before the line that includes it, and gone after it.
  const isLast = after.entries === '';
  if (!isLast) await write(entriesPath(), before.entries, after.entries);
  await write(configPath(), before.config, after.config);
  if (isLast) await rm(entriesPath(), { force: true });
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

async function write(named: string, before: string, after: string): Promise<void> {
  if (after === before) return;
  const path = await realPathOf(named);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const mode = await modeOf(path);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, after, { encoding: 'latin1', mode, flag: 'wx' });
    await chmod(draft, mode);
    if ((await read(path)) !== before) throw changedMeanwhile();
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Why the configuration cannot be changed; undefined when it can. */
export async function configObstacle(): Promise<ConfigObstacle | undefined> {
  const path = await realPathOf(configPath());
  return obstacleOf({
    path: configPath(),
    target: path,
    mode: await modeOf(path),
    isRefused: !(await isWritable(path)),
  });
}

async function isWritable(path: string): Promise<boolean> {
  // The file is replaced, so its folder counts too; one that is missing is created.
  for (const each of [path, dirname(path)]) {
    try {
      await access(each, constants.W_OK);
    } catch (error) {
      if (!isMissing(error)) return false;
    }
  }
  return true;
}

/** Whether a failure to write means that the file, its folder or its disk is read-only. */
export function isReadOnlyFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && readOnlyCodes.has(error.code);
}

const readOnlyCodes: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);

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
