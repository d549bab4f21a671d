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

/**
 * Splits a relative path from a sandbox into components. Paths are untrusted, since an archive may be crafted: one that
 * leads out of the folder is refused.
 *
 * @returns undefined for an absolute path and one with `..`; an empty list for the folder itself
 */
export function safeParts(path: string): readonly string[] | undefined {
  if (path.startsWith('/') || path.includes('\0')) return undefined;
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts;
}

/**
 * Maps the entries of one tree to names that the local file system can hold, without collisions: on Windows a forbidden
 * character becomes `%XX`, and on a file system that ignores case the second of two equal names gets a number.
 */
export class LocalNames {
  private readonly root = new Folder();

  constructor(private readonly rules: NameRules) {}

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

  private choose(folder: Folder, part: string): string {
    const fit = shorten(fitName(part, this.rules), this.rules, longestName);
    let name = fit;
    for (let number = 2; folder.taken.has(identity(name, this.rules)); number += 1)
      name = numbered(shorten(fit, this.rules, longestName - roomForNumber), number);
    folder.taken.add(identity(name, this.rules));
    folder.names.set(part, name);
    return name;
  }
}

class Folder {
  readonly names = new Map<string, string>();
  readonly taken = new Set<string>();
  private readonly folders = new Map<string, Folder>();

  below(part: string): Folder {
    const known = this.folders.get(part);
    if (known) return known;
    const made = new Folder();
    this.folders.set(part, made);
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
  const lengthOf = (text: string): number =>
    rules === 'win32' ? text.length : new TextEncoder().encode(text).length;
  if (lengthOf(name) <= limit) return name;
  const characters = Array.from(name);
  while (lengthOf(characters.join('')) > limit) characters.pop();
  const short = characters.join('');
  return rules === 'win32' ? short.replace(/[. ]+$/, '_') : short;
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
