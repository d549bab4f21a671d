import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../../core/kernel/time/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';

/** How often the holder says that it is alive, in milliseconds. */
const sayMs = 10_000;

/** After this silence the holder counts as gone, as a window that was killed is, in milliseconds. */
const goneMs = 60_000;

/** A lock that this window holds. */
export interface HeldLock {
  /** Whether it is still this window's: another takes it when this computer slept for long. */
  isHeld(): Promise<boolean>;
  /** Gives it back. */
  release(): Promise<void>;
}

/**
 * Takes a lock that one window of this user can have at a time: a file that only one can create.
 *
 * @param file its folder is created
 * @returns undefined when another window has it
 * @throws Error of Node when the file cannot be written
 */
export async function takeWindowLock(file: string, clock: Clock): Promise<HeldLock | undefined> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const token = randomUUID();
  if (!(await created(file, token))) {
    if (await isAbandoned(file, clock.now())) await rm(file, { force: true });
    if (!(await created(file, token))) return undefined;
  }
  const isHeld = async (): Promise<boolean> => (await readFile(file, 'utf8').catch(() => '')) === token;
  const over = new AbortController();
  const isOver = (): boolean => over.signal.aborted;
  let timer: DisposableLike | undefined;
  const say = async (): Promise<void> => {
    if (isOver() || !(await isHeld())) return;
    const seconds = clock.now() / 1000;
    await utimes(file, seconds, seconds).catch(() => undefined);
    if (!isOver()) timer = clock.after(sayMs, () => void say());
  };
  await say();
  return {
    isHeld,
    release: async () => {
      over.abort();
      timer?.dispose();
      if (await isHeld()) await rm(file, { force: true });
    },
  };
}

async function created(file: string, token: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(token);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** False where it is given back in this moment: then it is created by whoever is first. */
async function isAbandoned(file: string, nowMs: number): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Math.abs(nowMs - found.mtimeMs) > goneMs;
}
