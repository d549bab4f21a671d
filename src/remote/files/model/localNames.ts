/** Operating systems that differ in the file names they allow. */
export type NameRules = 'linux' | 'darwin' | 'win32';

/** Where an entry from a sandbox is written, relative to the folder that the user chose. */
export interface LocalPlace {
  /** Path components, each valid on this file system. */
  readonly parts: readonly string[];
  /** Whether the last component differs from the name in the sandbox. */
  readonly isChanged: boolean;
}

/** Device names of Windows, with any extension. */
const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
// eslint-disable-next-line no-control-regex
const forbiddenOnWindows = /[<>:"/\\|?*\u0000-\u001f\u007f]/g;
/** The longest component, in bytes or UTF-16 units, with room for a numeric suffix. */
const longestName = 255;
const roomForNumber = 8;

/** The longest path that Linux takes, in bytes. */
export const longestPath = 4096;
/** Far more than any folder has, and a bound on what one path makes. */
const mostLevels = 255;

/**
 * Splits a relative path from a sandbox into components. Paths are untrusted, since an archive may be crafted: one that
 * leads out of the folder is refused, and one over 4,096 bytes or 255 levels.
 *
 * @returns undefined for a path that is refused; an empty list for the folder itself
 */
export function safeParts(path: string): readonly string[] | undefined {
  if (isTooLong(path) || path.startsWith('/') || path.includes('\0')) return undefined;
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  return parts.includes('..') || parts.length > mostLevels ? undefined : parts;
}

/** Whether a path has more than 4,096 bytes. */
export function isTooLong(path: string): boolean {
  return path.length > longestPath || new TextEncoder().encode(path).length > longestPath;
}

/**
 * Maps the entries of one tree to names that the local file system can hold, without collisions: on Windows a forbidden
 * character becomes `%XX`, and on a file system that ignores case the second of two equal names gets a number.
 */
export class LocalNames {
  private readonly root = new Folder();
  private chosen = 0;

  constructor(private readonly rules: NameRules) {}

  /** How many names there are, those of folders among them. */
  get count(): number {
    return this.chosen;
  }

  /** The local place of a path that has one already. @param parts from `safeParts` */
  find(parts: readonly string[]): readonly string[] | undefined {
    let folder: Folder | undefined = this.root;
    const found: string[] = [];
    for (const part of parts) {
      const name: string | undefined = folder?.names.get(part);
      if (name === undefined) return undefined;
      found.push(name);
      folder = folder?.folders.get(part);
    }
    return found;
  }

  /**
   * The local place of a path; always the same for the same path.
   *
   * @param parts from `safeParts`
   */
  place(parts: readonly string[]): LocalPlace {
    let folder = this.root;
    let isChanged = false;
    const placed = parts.map(part => {
      const name = folder.names.get(part) ?? this.choose(folder, part);
      folder = folder.below(part);
      isChanged = name !== part;
      return name;
    });
    return { parts: placed, isChanged };
  }

  /** The local place of another top-level entry: the second one of the same name gets a number. */
  another(part: string): LocalPlace {
    const name = this.choose(this.root, part);
    return { parts: [name], isChanged: name !== part };
  }

  private choose(folder: Folder, from: string): string {
    const part = ownCopy(from);
    const fit = shorten(fitName(part, this.rules), this.rules, longestName);
    let name = fit;
    if (folder.taken.has(identity(fit, this.rules))) {
      const short = shorten(fit, this.rules, longestName - roomForNumber);
      // Counting from 2 each time would take as long as there are names, for each of them.
      const key = identity(short, this.rules);
      let number = folder.numbers.get(key) ?? 1;
      do name = numbered(short, (number += 1));
      while (folder.taken.has(identity(name, this.rules)));
      folder.numbers.set(key, number);
    }
    folder.taken.add(identity(name, this.rules));
    folder.names.set(part, name);
    this.chosen += 1;
    return name;
  }
}

class Folder {
  readonly names = new Map<string, string>();
  readonly taken = new Set<string>();
  /** The last number that made another name of one that was taken. */
  readonly numbers = new Map<string, number>();
  readonly folders = new Map<string, Folder>();

  below(part: string): Folder {
    const known = this.folders.get(part);
    if (known) return known;
    const made = new Folder();
    this.folders.set(ownCopy(part), made);
    return made;
  }
}

function fitName(name: string, rules: NameRules): string {
  if (rules !== 'win32') return name;
  const plain = name.replace(forbiddenOnWindows, escaped);
  const ended = plain.replace(/[. ]+$/, ends => Array.from(ends, escaped).join(''));
  return devices.test(ended) ? `${escaped(ended.charAt(0))}${ended.slice(1)}` : ended;
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The key under which the file system compares names. */
function identity(name: string, rules: NameRules): string {
  if (rules === 'linux') return name;
  // Upper case first, so that the sharp s equals `ss`.
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFC');
}

function shorten(name: string, rules: NameRules, limit: number): string {
  let length = 0;
  let end = 0;
  for (const character of name) {
    length += rules === 'win32' ? character.length : bytesOf(character);
    if (length > limit) {
      const short = name.slice(0, end);
      return rules === 'win32' ? short.replace(/[. ]+$/, '_') : short;
    }
    end += character.length;
  }
  return name;
}

/** The length of a character in UTF-8; half of a pair becomes the replacement character, which has three bytes. */
function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** The same text without the longer one that it was cut from, which it would keep alive. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
