import { isJsonObject, type JsonObject } from './json';
import { rowBounds } from '../rowBounds';

/** Stands in a row for what was cut from it. */
export const cutMark = '…';

/** How much a row may still weigh. */
interface Room {
  left: number;
}

/**
 * A row within the bounds of rows: the object itself, nearly always, else a copy in which `cutMark` stands for what lies
 * too deep, and ends texts and lists that are too long. Takes time in proportion to what is kept.
 */
export function boundedRow(row: JsonObject): JsonObject {
  return fits(row, rowBounds.depth, { left: rowBounds.weight })
    ? row
    : cutObject(row, rowBounds.depth - 1, { left: rowBounds.weight });
}

function fits(value: unknown, depth: number, room: Room): boolean {
  room.left -= rowBounds.valueWeight;
  if (typeof value === 'string') return fitsText(value, room);
  if (room.left < 0) return false;
  if (isJsonObject(value)) return depth > 0 && fitsMembers(value, depth - 1, room);
  return !Array.isArray(value) || (depth > 0 && fitsList(value, depth - 1, room));
}

function fitsText({ length }: string, room: Room): boolean {
  room.left -= length;
  return length <= rowBounds.characters && room.left >= 0;
}

function fitsList(list: readonly unknown[], depth: number, room: Room): boolean {
  return list.length <= rowBounds.entries && list.every(entry => fits(entry, depth, room));
}

/**
 * Goes through the members in place: copying those of every row of a long list would cost more than reading it. So would
 * a call for each text and number, which nearly all are.
 */
function fitsMembers(object: JsonObject, depth: number, room: Room): boolean {
  const { characters, entries, valueWeight } = rowBounds;
  let count = 0;
  let weight = 0;
  for (const key in object) {
    const value = object[key];
    count += 1;
    weight += key.length;
    if (count > entries || key.length > characters) return false;
    if (typeof value === 'string') {
      if (value.length > characters) return false;
      weight += valueWeight + value.length;
    } else if (typeof value !== 'object' || value === null) weight += valueWeight;
    else if (!fits(value, depth, room)) return false;
  }
  room.left -= weight;
  return room.left >= 0;
}

function cut(value: unknown, depth: number, room: Room): unknown {
  room.left -= rowBounds.valueWeight;
  if (typeof value === 'string') return cutText(value, room);
  const isKept = depth > 0 && room.left >= 0;
  if (isJsonObject(value)) return isKept ? cutObject(value, depth - 1, room) : cutMark;
  if (Array.isArray(value)) return isKept ? cutList(value, depth - 1, room) : cutMark;
  return value;
}

function cutText(text: string, room: Room): string {
  const longest = room.left > 0 ? rowBounds.characters : rowBounds.restCharacters;
  room.left -= Math.min(text.length, longest);
  return text.length > longest ? text.slice(0, longest - 1) + cutMark : text;
}

function cutList(list: readonly unknown[], depth: number, room: Room): readonly unknown[] {
  const kept = list.slice(0, rowBounds.entries).map(entry => cut(entry, depth, room));
  return list.length > rowBounds.entries ? [...kept, cutMark] : kept;
}

function cutObject(object: JsonObject, depth: number, room: Room): JsonObject {
  const kept: [string, unknown][] = [];
  for (const key in object) {
    if (kept.length === rowBounds.entries) {
      kept.push([cutMark, cutMark]);
      break;
    }
    kept.push([cutText(key, room), cut(object[key], depth, room)]);
  }
  // Unlike an assignment, this makes `__proto__` a member like any other.
  return Object.fromEntries(kept);
}
