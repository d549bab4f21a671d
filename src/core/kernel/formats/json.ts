import { ApiError } from '../errors';

/** The members that are not `undefined`; null is kept. */
export function defined(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** A JSON object as parsed: any member may be missing or of any type. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is a JSON object, which excludes null and arrays. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses a text of bounded length; `parseAnswer` takes longer ones.
 *
 * @throws ApiError of kind `schema` for anything but JSON, whose parser's own message quotes the body and is dropped
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('schema', 'The answer is not JSON');
  }
}

/**
 * The readers below take a member by its usual name, else by an alias. They have a fixed number of parameters because
 * they run dozens of times per row, for up to ten thousand rows.
 */
type Key = string | undefined;

/** A non-empty string; null, empty and other types count as absent. */
export function textOf(object: JsonObject, key: string, alias?: Key, other?: Key): string | undefined {
  const value = object[key];
  if (typeof value === 'string' && value !== '') return value;
  return alias === undefined ? undefined : textOf(object, alias, other);
}

/** A finite number of at least zero, also as text in digits. */
export function numberOf(object: JsonObject, key: string, alias?: Key, other?: Key): number | undefined {
  const value = numberIn(object[key]);
  if (value !== undefined) return value;
  return alias === undefined ? undefined : numberOf(object, alias, other);
}

/** The finite number of at least zero that a value is, or that stands in it in digits. */
export function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && digits.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

const digits = /^\d{1,15}(?:\.\d{1,15})?$/;

/** A boolean, also as text. */
export function booleanOf(object: JsonObject, key: string, alias?: Key, other?: Key): boolean | undefined {
  const value = object[key];
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.length === 'true'.length;
  return alias === undefined ? undefined : booleanOf(object, alias, other);
}

/** An object that is not an array. */
export function objectOf(object: JsonObject, key: string, alias?: Key, other?: Key): JsonObject | undefined {
  const value = object[key];
  if (isJsonObject(value)) return value;
  return alias === undefined ? undefined : objectOf(object, alias, other);
}

/** An array. */
export function listOf(
  object: JsonObject,
  key: string,
  alias?: Key,
  other?: Key,
): readonly unknown[] | undefined {
  const value: unknown = object[key];
  if (isList(value)) return value;
  return alias === undefined ? undefined : listOf(object, alias, other);
}

/** A list without entries, the same one for all: a hundred thousand rows have half a dozen each. */
export const noEntries: readonly never[] = Object.freeze([]);

/** The strings of an array; other entries are left out. */
export function textListOf(object: JsonObject, key: string, alias?: Key): readonly string[] | undefined {
  const list = listOf(object, key, alias);
  return list?.length === 0 ? noEntries : list?.filter(entry => typeof entry === 'string');
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Whether a value is an object with this member. */
export function isMember<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

/** Whether two JSON-like values are equal member by member. Members that are `undefined` equal absent ones. */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (isList(a) || isList(b)) return isList(a) && isList(b) && hasEqualItems(a, b);
  return hasEqualMembers(a, b);
}

function hasEqualItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (!isDeepEqual(a[index], b[index])) return false;
  return true;
}

/**
 * Compares the members in place, and those of `b` by their number alone: a long list has hundreds of thousands of
 * members, and copying them, or calling a function for each, would cost more than the comparison.
 */
function hasEqualMembers(a: JsonObject, b: JsonObject): boolean {
  let onlyInB = 0;
  for (const key in b) if (b[key] !== undefined) onlyInB += 1;
  for (const key in a) {
    const value = a[key];
    if (value !== undefined) onlyInB -= 1;
    if (value !== b[key] && !isDeepEqual(value, Object.hasOwn(b, key) ? b[key] : undefined)) return false;
  }
  return onlyInB === 0;
}

/** Whether an unknown value can have members. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
