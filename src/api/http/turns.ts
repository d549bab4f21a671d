import { turnMs } from '../../core/kernel/async';
import { refuseUnreadable } from '../../core/list/listStatus';

/**
 * How long everything else has the event loop to itself after a turn of what a server sends without end, in milliseconds.
 * One iteration is not enough: a command of the editor takes several, there and back.
 */
const restMs = {
  /** After a turn of a body that is wanted whole and soon, such as a file. */
  body: turnMs,
  /** After a turn of a stream, which is drawn as it comes: faster than that, nobody reads it. */
  stream: 3 * turnMs,
} as const;

/** Calls back when everything else had its turn. */
export function afterRest(callback: () => void, of: keyof typeof restMs = 'body'): void {
  setTimeout(callback, restMs[of]);
}

/** Lets everything else in between, for work whose amount a server decides. */
export class Turns {
  private beganAt = performance.now();

  /** Whether the work has taken its turn. */
  get isOver(): boolean {
    return performance.now() - this.beganAt >= turnMs;
  }

  /** Resolves in the next turn of the event loop. */
  async next(): Promise<void> {
    await new Promise(setImmediate);
    this.beganAt = performance.now();
  }
}

/**
 * How long the present turn of the event loop lasts, for work that comes in many callbacks of one turn: a socket may hand
 * over 2 MiB in chunks before anything else gets its turn.
 */
export class LoopTurn {
  private beganAt: number | undefined;

  /** Begins to count, unless that was done in this turn. */
  begin(): number {
    if (this.beganAt !== undefined) return this.beganAt;
    this.beganAt = performance.now();
    setImmediate(() => (this.beganAt = undefined));
    return this.beganAt;
  }

  /** Whether what is done in this turn has taken as long as it may; begins to count if nobody has. */
  get isOver(): boolean {
    return performance.now() - this.begin() >= turnMs;
  }
}

/** Items that are handled before the clock is looked at. */
const itemsOfLook = 100;

/** Handles each item in order; of many, everything else gets its turn in between. */
export async function forEachInTurns<T>(
  items: readonly T[],
  handle: (item: T, index: number) => void,
): Promise<void> {
  const turns = new Turns();
  let looked = 0;
  for (const [index, item] of items.entries()) {
    handle(item, index);
    looked += 1;
    if (looked % itemsOfLook === 0 && turns.isOver) await turns.next();
  }
}

/** As `readableOf`, for a list that may be long: everything else gets its turn in between. */
export async function readableInTurns<T>(
  entries: readonly unknown[],
  read: (entry: unknown) => T | undefined,
): Promise<readonly T[]> {
  const found: T[] = [];
  await forEachInTurns(entries, entry => {
    const row = read(entry);
    if (row !== undefined) found.push(row);
  });
  refuseUnreadable(found.length, entries.length - found.length);
  return found;
}
