import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A window that ended in the middle of its turn leaves its mark; a turn takes milliseconds. */
const abandonedMs = 10_000;
const pauseMs = 25;
/** How often it is looked whether it is our turn: for longer than until a mark counts as abandoned. */
const mostLooks = 500;

/** It did not become this window's turn. */
export class NoTurnError extends Error {}

/**
 * Does work on a file of the user while no other window does: a mark beside the file says whose turn it is.
 *
 * @throws NoTurnError when others take turns all the time
 */
export async function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mark = `${path}.tensorlake-lock`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (let looks = 0; looks < mostLooks; looks += 1) {
    if (await setMark(mark)) {
      try {
        return await work();
      } finally {
        await rm(mark, { force: true });
      }
    }
    await setTimeout(pauseMs);
  }
  throw new NoTurnError(`${path} is being changed`);
}

/** @returns whether nobody else has set it */
async function setMark(mark: string): Promise<boolean> {
  try {
    await (await open(mark, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const ageMs = await stat(mark).then(
    ({ mtimeMs }) => Math.abs(Date.now() - mtimeMs),
    () => 0,
  );
  if (ageMs > abandonedMs) await rm(mark, { force: true });
  return false;
}
