import { randomInt } from 'node:crypto';

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Ids of sandboxes and snapshots are 21 characters of this alphabet (API reference section 2.1). */
const idLength = 21;

/** Whether a text has the shape of an id, which no name may have (API reference section 5). */
export function isIdShaped(text: string): boolean {
  return /^[0-9a-z]{21}$/.test(text);
}

/** A fresh id, its characters drawn by `below`, which returns an integer from 0 to `limit` - 1. */
export function newId(below: (limit: number) => number = limit => randomInt(limit)): string {
  return Array.from({ length: idLength }, () => alphabet.charAt(below(alphabet.length))).join('');
}
