import type { ByteSource } from '../../api/transport';
import { baseName, joinPath, parentPath } from '../../core/remotePath';
import { fileProblemOf } from '../../core/fileProblem';
import { discard, nameBeside, remove } from './fileChanges';
import { FileError } from './fileError';
import type { RemoteFiles } from './remoteFiles';
import { measureScript, mergeScript, noProgramCode, packScript, unpackScript } from './scripts';

/** Bytes that a path takes on the disk, about; undefined where nobody can tell. */
export async function measure(
  files: RemoteFiles,
  path: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { stdout } = await files.start(measureScript, [path], path, signal);
  return /^\d+\s*$/.test(stdout) ? Number(stdout) * 1024 : undefined;
}

/**
 * Packs a folder and hands the archive to `task`; it is deleted afterwards.
 *
 * @returns undefined where there is no tar
 */
export async function withArchive<T>(
  files: RemoteFiles,
  path: string,
  signal: AbortSignal,
  task: (archivePath: string) => Promise<T>,
): Promise<T | undefined> {
  const result = await files.start(packScript, [parentPath(path), baseName(path)], path, signal);
  if (result.exitCode === noProgramCode) return undefined;
  const archivePath = result.stdout.trimEnd();
  if (result.exitCode !== 0 || archivePath === '')
    throw new FileError(fileProblemOf(result.stderr), path, result.stderr.trim());
  try {
    return await task(archivePath);
  } finally {
    await discard(files, archivePath);
  }
}

/**
 * Sends an archive with one folder in it and puts that folder in its place when all of it has arrived and been unpacked.
 *
 * @param path the folder; its last part is the name in the archive
 * @returns false where there is no tar; nothing was sent then
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
    await files.about(path, () => files.client.files.write(archivePath, archive, signal));
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

/** Lets `task` fill a folder beside `path` and say what of it is to take the place of `path`; the rest is deleted. */
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
    await remove(files, staging, true, AbortSignal.timeout(60_000)).catch(() => undefined);
  }
}
