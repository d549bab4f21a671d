import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../host/editor/clock';
import { takeWindowLock } from '../../host/storage/mementos/windowLock';

const pauseMs = 25;

/** For longer than until the mark of a window that ended in its turn counts as abandoned; a turn takes milliseconds. */
const mostLooks = 3_000;

/** It did not become this window's turn. */
export class NoTurnError extends Error {}

/**
 * Does work on a file of the user while no other window does: a mark beside the file says whose turn it is.
 *
 * @throws NoTurnError when others take turns all the time
 */
export async function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const lock = await takeWindowLock(`${path}.tensorlake-lock`, systemClock);
    if (lock) {
      try {
        return await work();
      } finally {
        await lock.release();
      }
    }
    await setTimeout(pauseMs);
  }
  throw new NoTurnError(`${path} is being changed`);
}
