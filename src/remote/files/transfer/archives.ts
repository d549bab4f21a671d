import type { ByteSource } from '../../../api/http/transport';
import { baseName, joinPath } from '../../../core/files/remotePath';
import { fileProblemOf } from '../../../core/files/fileProblem';
import { discard, freeName, nameBeside, remove } from '../fileChanges';
import { FileError } from '../fileError';
import type { RemoteFiles } from '../remoteFiles';
import { measureScript, mergeScript, noProgramCode, packScript, unpackScript } from '../model/scripts';

/** Approximate disk usage of a folder in bytes; undefined where it cannot be determined. */
export async function measure(
  files: RemoteFiles,
  path: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { stdout } = await files.start(measureScript, [path], path, signal);
  return /^\d+\s*$/.test(stdout) ? Number(stdout) * 1024 : undefined;
}

/**
 * Packs the contents of a folder and passes the archive to `task`. Deletes it afterwards, also when packing is
 * cancelled.
 *
 * @returns undefined where tar is missing, or there is no room for the archive
 */
export async function withArchive<T>(
  files: RemoteFiles,
  path: string,
  signal: AbortSignal,
  task: (archivePath: string) => Promise<T>,
): Promise<T | undefined> {
  const name = freeName();
  const places = [`/var/tmp/${name}`, `/tmp/${name}`];
  try {
    const { exitCode, stdout, stderr } = await files.start(packScript, [path, ...places], path, signal);
    if (exitCode === noProgramCode) return undefined;
    const archivePath = places.find(place => place === stdout.trimEnd());
    if (exitCode === 0 && archivePath !== undefined) return await task(archivePath);
    const problem = fileProblemOf(stderr);
    if (problem === 'noSpace') return undefined;
    throw new FileError(problem, path, stderr.trim());
  } finally {
    await discard(files, ...places);
  }
}

/**
 * Uploads an archive of one folder, unpacks it, and moves the folder into place once it is complete.
 *
 * @param path the folder; its last component is the name in the archive
 * @returns false where tar is missing; nothing was uploaded then
 */
export async function sendArchive(
  files: RemoteFiles,
  path: string,
  archive: ByteSource,
  signal: AbortSignal,
): Promise<boolean> {
  const hasTar = await files.start('command -v tar', [], path, signal);
  if (hasTar.exitCode !== 0) return false;
  const archivePath = nameBeside(path);
  try {
    await files.write(archivePath, archive, path, signal);
    await withStaging(files, path, signal, async staging => {
      await files.script(unpackScript, [archivePath, staging], path, signal);
      return joinPath(staging, baseName(path));
    });
    return true;
  } catch (error) {
    await discard(files, archivePath);
    throw error;
  }
}

/**
 * Lets `task` fill a staging folder beside `path` and return which part of it is to replace `path`; deletes the rest.
 */
export async function withStaging(
  files: RemoteFiles,
  path: string,
  signal: AbortSignal,
  task: (staging: string) => Promise<string>,
): Promise<void> {
  const staging = nameBeside(path);
  try {
    const filled = await task(staging);
    await files.script(mergeScript, [filled, path], path, signal);
  } finally {
    await files.afterwards(async () => await remove(files, staging, true, AbortSignal.timeout(60_000)));
  }
}
