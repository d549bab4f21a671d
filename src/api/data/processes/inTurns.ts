import { refuseUnreadable } from '../../../core/list/listStatus';

/** Entries that are read before everything else gets its turn. */
const entriesOfTurn = 5_000;

/** As `readableOf`, for a list that may be long: everything else gets its turn in between. */
export async function readableInTurns<T>(
  entries: readonly unknown[],
  read: (entry: unknown) => T | undefined,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let at = 0; at < entries.length; at += entriesOfTurn) {
    for (const entry of entries.slice(at, at + entriesOfTurn).map(read))
      if (entry !== undefined) found.push(entry);
    if (at + entriesOfTurn < entries.length) await new Promise(setImmediate);
  }
  refuseUnreadable(found.length, entries.length - found.length);
  return found;
}
