import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The folder in which editors and browsers are kept between runs; git ignores it. */
export const cacheRoot = path.resolve(import.meta.dirname, '../../../../.vscode-test');

const lockPollMs = 200;

/**
 * Returns the cache's sub-folder `name`, filled by `install` unless an earlier run has finished doing so with the same
 * `contents`. Safe against interruption (the marker is written last) and against several processes at once.
 *
 * @param contents describes what is in the folder; with another text than last time the folder is filled anew
 */
export async function cachedFolder(
  name: string,
  contents: string,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(cacheRoot, name);
  if (await isComplete(folder, contents)) return folder;
  await mkdir(cacheRoot, { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (await isComplete(folder, contents)) return folder;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await install(folder);
    await writeFile(markerOf(folder), contents);
    return folder;
  } finally {
    await unlock();
  }
}

function markerOf(folder: string): string {
  return path.join(folder, '.complete');
}

async function isComplete(folder: string, contents: string): Promise<boolean> {
  return (await readIfThere(markerOf(folder))) === contents;
}

/** Takes a lock: a file with the process id of its owner. Waits while another owner is alive. */
async function lock(file: string): Promise<() => Promise<void>> {
  const owner = String(process.pid);
  const own = `${file}.${owner}`;
  await writeFile(own, owner);
  try {
    for (let isLogged = false; !(await tryLink(own, file)); isLogged = true) {
      if (!isLogged)
        console.log(`Waiting for another run to let go of ${path.relative(process.cwd(), file)}…`);
      await removeIfStale(file);
      await delay(lockPollMs);
    }
  } finally {
    await rm(own, { force: true });
  }
  return () => rm(file, { force: true });
}

/** By a hard link, which appears together with its contents: a lock is never seen without its owner. */
async function tryLink(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function removeIfStale(file: string): Promise<void> {
  const owner = await readIfThere(file);
  if (owner === undefined || isAlive(Number(owner))) return;
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
    // Another process may have replaced the stale lock just before the rename; its lock is put back.
    if ((await readIfThere(aside)) !== owner) await tryLink(aside, file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
