import {
  type FileHandle,
  chmod,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** What another program wrote meanwhile, or does not stop writing, cannot be kept. */
export class FileBusyError extends Error {}

/** A window that ended in the middle of a change leaves its draft; a change takes milliseconds. */
const abandonedMs = 10_000;
const pauseMs = 25;
/** How often a change is tried: for longer than a draft counts as abandoned. */
const mostTries = 500;

/**
 * Changes a file in one step, with its mode, and follows a link. Windows take turns: the draft beside the file is made by
 * one of them at a time.
 *
 * @param change of the content as Latin-1 text, one character per byte, so that any content survives; it may be called
 * again with what was written meanwhile. Nothing is written where it returns undefined
 * @returns the content afterwards; undefined where `change` returned that
 * @throws FileBusyError when the file is changed all the time
 */
export async function rewriteFile(
  path: string,
  change: (before: string) => string | undefined,
): Promise<string | undefined> {
  const file = await realPathOf(path);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.tensorlake-draft`;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const handle = await openDraft(draft, await modeOf(file));
    if (handle) {
      const outcome = await rewrite(file, draft, handle, change);
      if (outcome !== 'changedMeanwhile') return outcome?.content;
    }
    await setTimeout(pauseMs);
  }
  throw new FileBusyError(`${path} is being changed`);
}

/** The content of a file as Latin-1 text; empty if there is none. */
export async function readBytes(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}

async function rewrite(
  file: string,
  draft: string,
  handle: FileHandle,
  change: (before: string) => string | undefined,
): Promise<{ readonly content: string } | 'changedMeanwhile' | undefined> {
  let isOurs = true;
  try {
    const before = await readBytes(file);
    const content = change(before);
    if (content === undefined || content === before) return content === undefined ? undefined : { content };
    await handle.writeFile(content, 'latin1');
    await handle.close();
    await chmod(draft, await modeOf(file));
    // Other programs do not take turns.
    if ((await readBytes(file)) !== before) return 'changedMeanwhile';
    await rename(draft, file);
    // From here on it may be another window's.
    isOurs = false;
    return { content };
  } finally {
    await handle.close();
    if (isOurs) await rm(draft, { force: true });
  }
}

/** @returns undefined when it is another window's turn */
async function openDraft(draft: string, mode: number): Promise<FileHandle | undefined> {
  try {
    return await open(draft, 'wx', mode);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  const age = await stat(draft).then(
    ({ mtimeMs }) => Math.abs(Date.now() - mtimeMs),
    () => 0,
  );
  if (age > abandonedMs) await rm(draft, { force: true });
  return undefined;
}

async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
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
    if (hasCode(error, 'ENOENT')) return 0o600;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
