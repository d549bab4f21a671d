import { ApiError } from './errors';

/** A JSON object as parsed: any member may be missing or of any type. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether `value` is a JSON object, which excludes null and arrays. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses the body of a successful answer.
 *
 * @throws ApiError of kind `schema` for anything but JSON. The parser's own message quotes the body and is dropped.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('schema', 'The answer is not JSON');
  }
}

/**
 * The readers below take a member under its usual name, else under one of its twins. They have a fixed number of
 * parameters because they run dozens of times a row, and rows come by the ten thousand.
 */
type Key = string | undefined;

/** A non-empty string; null, empty and other types count as absent. */
export function textOf(object: JsonObject, key: string, twin?: Key, other?: Key): string | undefined {
  const value = object[key];
  if (typeof value === 'string' && value !== '') return value;
  return twin === undefined ? undefined : textOf(object, twin, other);
}

/** A finite number of at least zero. */
export function numberOf(object: JsonObject, key: string, twin?: Key, other?: Key): number | undefined {
  const value = object[key];
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  return twin === undefined ? undefined : numberOf(object, twin, other);
}

/** A boolean. */
export function booleanOf(object: JsonObject, key: string, twin?: Key, other?: Key): boolean | undefined {
  const value = object[key];
  if (typeof value === 'boolean') return value;
  return twin === undefined ? undefined : booleanOf(object, twin, other);
}

/** An object that is not an array. */
export function objectOf(object: JsonObject, key: string, twin?: Key, other?: Key): JsonObject | undefined {
  const value = object[key];
  if (isJsonObject(value)) return value;
  return twin === undefined ? undefined : objectOf(object, twin, other);
}

/** An array. */
export function listOf(
  object: JsonObject,
  key: string,
  twin?: Key,
  other?: Key,
): readonly unknown[] | undefined {
  const value: unknown = object[key];
  if (isList(value)) return value;
  return twin === undefined ? undefined : listOf(object, twin, other);
}

/** The strings of an array; other entries are left out. */
export function textListOf(object: JsonObject, key: string, twin?: Key): readonly string[] | undefined {
  return listOf(object, key, twin)?.filter(entry => typeof entry === 'string');
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/**
 * A wire object without its routing hint, which is a short-lived credential (API reference section 1.6). An object
 * that holds none is returned as it is: copying every row of a long list costs more than reading it.
 */
export function withoutRoutingHint(object: JsonObject): JsonObject {
  if ((object['routing_hint'] ?? object['routingHint'] ?? undefined) === undefined) return object;
  const hints = ['routing_hint', 'routingHint'];
  return Object.fromEntries(Object.entries(object).filter(([name]) => !hints.includes(name)));
}
