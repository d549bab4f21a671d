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
  keptCode,
  makeFolderScript,
  missingCode,
  moveScript,
  placeScript,
  removeScript,
} from './model/scripts';

/** A change that this window made to a file. */
export interface FileChange {
  readonly sandboxId: string;
  readonly path: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

const discardMs = 10_000;

/** Creates one folder. */
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

/** Renames or moves; replaces what is at the new path only when `canReplace`. */
export async function move(
  files: RemoteFiles,
  from: string,
  to: string,
  canReplace: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (from === to) return;
  if (isWithin(to, from)) throw new FileError('sameFile', from);
  await fromTo(files, moveScript, [from, to, flag(canReplace), nameBeside(to)], signal);
}

/** Copies a file, or a folder with its contents. */
export async function copy(
  files: RemoteFiles,
  from: string,
  to: string,
  canReplace: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (isWithin(to, from)) throw new FileError('sameFile', from);
  const names = [nameBeside(to), nameBeside(to)];
  await fromTo(files, copyScript, [from, to, flag(canReplace), ...names], signal);
}

/** Runs a script whose first arguments are a source and a target. A missing source is not blamed on the target. */
async function fromTo(
  files: RemoteFiles,
  script: string,
  args: readonly [string, string, ...string[]],
  signal: AbortSignal,
): Promise<void> {
  const [from, to] = args;
  const { exitCode, signal: ended, stderr } = await files.start(script, args, to, signal);
  if (exitCode === 0) return;
  if (exitCode === missingCode) throw new FileError('notFound', from);
  throw new FileError(fileProblemOf(stderr), to, stderr.trim() || String(exitCode ?? ended ?? ''));
}

/** When a file may be replaced. */
export interface PlaceRules {
  readonly canCreate: boolean;
  readonly canReplace: boolean;
  /** Size and time that the existing file must still have. */
  readonly expected?: Pick<RemoteStat, 'size' | 'modifiedAtMs'>;
  /** Permission bits of a new file; those of the daemon by default. */
  readonly newMode?: number;
  /** Called when the file differs from `expected`; true to replace it all the same. */
  readonly mayOverwrite?: (found: RemoteStat) => Promise<boolean>;
}

/**
 * Writes to a temporary file beside the path and moves it there once it is complete, so that an interrupted transfer
 * damages nothing.
 *
 * @returns the new state of the file; undefined where it cannot be determined
 * @throws FileError of `changed` when the file is not as expected and may not be replaced
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
    /** Expected size and time, in the format of `stat` in the sandbox; empty for any. */
    readonly wanted: string;
  },
  signal: AbortSignal,
): Promise<RemoteStat | undefined> {
  const { canCreate, canReplace, expected, mayOverwrite, newMode, wanted } = rules;
  const args = [
    temporary,
    path,
    flag(canCreate),
    flag(canReplace),
    wanted,
    newMode?.toString(8) ?? '',
    freeName(),
  ];
  const { exitCode, stdout, stderr } = await files.start(placeScript, args, path, signal);
  const found = readStat(stdout.trimEnd());
  if (exitCode === 0) return found;
  if (exitCode === keptCode) throw new FileError('kept', path, stdout);
  if (exitCode !== changedCode || !found) throw new FileError(fileProblemOf(stderr), path, stderr.trim());
  // Some versions of stat report whole seconds only; that difference is not a change.
  const isSame =
    expected !== undefined && found.size === expected.size && found.modifiedAtMs === expected.modifiedAtMs;
  if (!isSame && (await mayOverwrite?.(found)) !== true) throw new FileError('changed', path);
  // Expects what the user confirmed, so a change made while the question was open is asked about again.
  const foundText = stdout.trimEnd().split(' ').slice(2).join(' ');
  return await place(files, temporary, path, { ...rules, expected: found, wanted: foundText }, signal);
}

/** Deletes the temporary files of a failed transfer, even after it was cancelled. In a suspended sandbox they stay. */
export async function discard(files: RemoteFiles, ...paths: readonly string[]): Promise<void> {
  await files.afterwards(async () => {
    for (const path of paths)
      await files.about(path, api => api.delete(path, AbortSignal.timeout(discardMs)));
  });
}

/** An unused name in the same folder. */
export function nameBeside(path: string): string {
  return joinPath(parentPath(path), freeName());
}

/** An unused name. */
export function freeName(): string {
  return `.tensorlake-${randomBytes(6).toString('hex')}`;
}

function flag(is: boolean): '0' | '1' {
  return is ? '1' : '0';
}
