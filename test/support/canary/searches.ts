import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** Files that are longer hold no settings, logs or state. */
const longestFile = 256 * 1024 * 1024;

/** Names of the files below a folder; of none for one that is gone. */
export function filesBelow(folder: string): readonly string[] {
  return entriesOf(folder).flatMap(entry => {
    const path = join(folder, entry.name);
    // Links lead out of the folder.
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The bytes of a file; undefined for one that has gone meanwhile or is too long. */
export function bytesOf(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.length > longestFile ? undefined : bytes;
  } catch {
    return undefined;
  }
}

/** The command lines of the processes of this machine, as far as this user may see them; of none on Windows. */
export function commandLines(): readonly { readonly pid: string; readonly line: string }[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
      .split('\n')
      .map(text => /^\s*(\d+)\s(.*)$/.exec(text))
      .flatMap(match => (match ? [{ pid: match[1] ?? '', line: match[2] ?? '' }] : []));
  return entriesOf('/proc')
    .filter(({ name }) => /^\d+$/.test(name))
    .map(({ name: pid }) => ({
      pid,
      line: (bytesOf(`/proc/${pid}/cmdline`) ?? '').toString().replaceAll('\0', ' '),
    }));
}

/**
 * Runs in the page, whose types differ from those of this project: the places of its storage that hold one of some
 * texts, each with its index.
 */
export const searchStorage = (texts: readonly string[]): string => `(async () => {
  const texts = ${JSON.stringify(texts)};
  const found = [];
  const search = (place, value) => {
    const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
    const text = bytes instanceof Uint8Array ? new TextDecoder('latin1').decode(bytes)
      : typeof value === 'string' ? value : JSON.stringify(value) ?? '';
    texts.forEach((wanted, index) => { if (text.includes(wanted)) found.push([index, place]); });
  };
  for (const [name, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]])
    for (const key of Object.keys(storage)) search(name + ' ' + key, storage.getItem(key));
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => resolve(opening.result);
    });
    for (const store of database.objectStoreNames)
      await new Promise((resolve, reject) => {
        const walk = database.transaction(store).objectStore(store).openCursor();
        walk.onerror = () => reject(walk.error);
        walk.onsuccess = () => {
          const cursor = walk.result;
          if (!cursor) { resolve(); return; }
          search([name, store, String(cursor.key)].join(' '), cursor.value);
          cursor.continue();
        };
      });
    database.close();
  }
  return found;
})()`;
