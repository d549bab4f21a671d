import type { JsonObject } from './json';

const part = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')`;
const path = String.raw`${part}(?:\s*\.\s*${part})*`;
const comment = String.raw`\s*(?:#.*)?`;
const tableLine = new RegExp(String.raw`^\s*\[\s*(${path})\s*\]${comment}$`);
const valueLine = new RegExp(String.raw`^\s*(${path})\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*')${comment}$`);
const parts = new RegExp(part, 'g');

/**
 * Reads the tables of a TOML document and the texts in them. All else is left out: values of other types, texts of
 * several lines, inline tables, and lists of tables.
 */
export function readToml(text: string): JsonObject {
  const root = emptyTable();
  let table: Record<string, unknown> | undefined = root;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*\[/.test(line)) {
      const named = tableLine.exec(line)?.[1];
      table = named === undefined ? undefined : tableAt(root, namesIn(named));
      continue;
    }
    const [, key, value] = valueLine.exec(line) ?? [];
    if (table === undefined || key === undefined || value === undefined) continue;
    const names = namesIn(key);
    const owner = tableAt(table, names.slice(0, -1));
    const last = names.at(-1);
    const read = unquoted(value);
    if (owner !== undefined && last !== undefined && read !== undefined) owner[last] = read;
  }
  return root;
}

/** Without a prototype, since a name may be `__proto__`. */
function emptyTable(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

/** The table at a path, made where there is none; undefined where something else is in the way. */
function tableAt(
  root: Record<string, unknown>,
  names: readonly string[],
): Record<string, unknown> | undefined {
  let table = root;
  for (const name of names) {
    const next = (table[name] ??= emptyTable());
    if (typeof next !== 'object') return undefined;
    table = next as Record<string, unknown>;
  }
  return table;
}

function namesIn(key: string): readonly string[] {
  return [...key.matchAll(parts)].map(([name]) => unquoted(name) ?? name);
}

/** What stands between quotes; undefined when it has an escape that JSON does not know. */
function unquoted(text: string): string | undefined {
  if (text.startsWith("'")) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}
