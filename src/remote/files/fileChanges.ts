import { randomBytes } from 'node:crypto';
import type { ByteSource } from '../../api/http/transport';
import { isWithin, joinPath, parentPath } from '../../core/files/remotePath';
import { fileProblemOf } from '../../core/files/fileProblem';
import { readStat, type RemoteStat } from '../../core/files/remoteEntry';
import { FileError } from './fileError';
import type { RemoteFiles } from './remoteFiles';
import {
  changedCode,
  copyScript,
  makeFolderScript,
  moveScript,
  placeScript,
  removeScript,
} from './model/scripts';

/** What this window did to a file. */
export interface FileChange {
  readonly sandboxId: string;
  readonly path: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

const discardMs = 10_000;

/** Makes one folder. */
export async function makeFolder(files: RemoteFiles, path: string, signal: AbortSignal): Promise<void> {
  await files.script(makeFolderScript, [path], path, signal);
}

/** Deletes a file, a link, or a folder; one that is not empty only when `isRecursive`. */
export async function remove(
  files: RemoteFiles,
  path: string,
  isRecursive: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (path === '/') throw new FileError('noPermission', path);
  await files.script(removeScript, [path, flag(isRecursive)], path, signal);
}

/** Renames or moves; what is at the new place already is replaced only when `canReplace`. */
export async function move(
  files: RemoteFiles,
  from: string,
  to: string,
  canReplace: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (from === to) return;
  if (isWithin(to, from)) throw new FileError('sameFile', from);
  await files.script(moveScript, [from, to, flag(canReplace), nameBeside(to)], to, signal);
}

/** Copies a file or a folder with all there is in it. */
export async function copy(
  files: RemoteFiles,
  from: string,
  to: string,
  canReplace: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (isWithin(to, from)) throw new FileError('sameFile', from);
  const names = [nameBeside(to), nameBeside(to)];
  await files.script(copyScript, [from, to, flag(canReplace), ...names], to, signal);
}

/** How a file may be replaced. */
export interface PlaceRules {
  readonly canCreate: boolean;
  readonly canReplace: boolean;
  /** What the file has to be still. */
  readonly expected?: Pick<RemoteStat, 'size' | 'modifiedAtMs'>;
  /** Permission bits of a new one; whatever the daemon gives it when absent. */
  readonly newMode?: number;
  /** Asked when it is something else; true to replace it all the same. */
  readonly mayOverwrite?: (found: RemoteStat) => Promise<boolean>;
}

/**
 * Writes a file beside its place and moves it there when all of it has arrived, so that a cut transfer spoils nothing.
 *
 * @returns what is there now; undefined where nobody could be asked
 * @throws FileError of `changed` when the file is not what was expected and may not be replaced
 */
export async function writeFile(
  files: RemoteFiles,
  path: string,
  content: Uint8Array | ByteSource,
  rules: PlaceRules,
  signal: AbortSignal,
): Promise<RemoteStat | undefined> {
  const temporary = nameBeside(path);
  try {
    await files.write(temporary, content, path, signal);
    const { expected } = rules;
    const wanted = expected && `${expected.size} ${(expected.modifiedAtMs / 1000).toFixed(3)}`;
    return await place(files, temporary, path, { ...rules, wanted: wanted ?? '' }, signal);
  } catch (error) {
    await discard(files, temporary);
    throw error;
  }
}

async function place(
  files: RemoteFiles,
  temporary: string,
  path: string,
  rules: PlaceRules & {
    /** Size and time it has to have, as `stat` of the sandbox says them; empty for any. */
    readonly wanted: string;
  },
  signal: AbortSignal,
): Promise<RemoteStat | undefined> {
  const { canCreate, canReplace, expected, mayOverwrite, newMode, wanted } = rules;
  const args = [temporary, path, flag(canCreate), flag(canReplace), wanted, newMode?.toString(8) ?? ''];
  const { exitCode, stdout, stderr } = await files.start(placeScript, args, path, signal);
  const found = readStat(stdout.trimEnd());
  if (exitCode === 0) return found;
  if (exitCode !== changedCode || !found) throw new FileError(fileProblemOf(stderr), path, stderr.trim());
  // Some versions of stat know whole seconds only, which is no change.
  const isSame =
    expected !== undefined && found.size === expected.size && found.modifiedAtMs === expected.modifiedAtMs;
  if (!isSame && (await mayOverwrite?.(found)) !== true) throw new FileError('changed', path);
  // What somebody does while the question is open is one more change.
  const foundText = stdout.trimEnd().split(' ').slice(2).join(' ');
  return await place(files, temporary, path, { ...rules, expected: found, wanted: foundText }, signal);
}

/** Deletes the files a failed transfer left, even after it was cancelled; in a sandbox that was suspended they stay. */
export async function discard(files: RemoteFiles, ...paths: readonly string[]): Promise<void> {
  await files.afterwards(async () => {
    for (const path of paths)
      await files.about(path, api => api.delete(path, AbortSignal.timeout(discardMs)));
  });
}

/** A name in the same folder that nobody else has. */
export function nameBeside(path: string): string {
  return joinPath(parentPath(path), freeName());
}

/** A name that nobody else has. */
export function freeName(): string {
  return `.tensorlake-${randomBytes(6).toString('hex')}`;
}

function flag(is: boolean): '0' | '1' {
  return is ? '1' : '0';
}
