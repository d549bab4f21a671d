/** What decides which names a file system can hold. */
export type NameRules = 'linux' | 'darwin' | 'win32';

/** Where something from a sandbox is put, relative to the folder the user chose. */
export interface LocalPlace {
  /** Each one component, fit for the file system. */
  readonly parts: readonly string[];
  /** Whether the last one is not what it is called in the sandbox. */
  readonly isChanged: boolean;
}

/** Names of devices on Windows, with any extension. */
const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
// eslint-disable-next-line no-control-regex
const forbiddenOnWindows = /[<>:"/\\|?*\u0000-\u001f\u007f]/g;
/** The longest component, in bytes or UTF-16 units, with room for a number behind it. */
const longestName = 255;
const roomForNumber = 8;

/**
 * Takes the path of something inside a sandbox apart. Nothing that leads anywhere but down is a path: it may come from an
 * archive that somebody made for the purpose.
 *
 * @returns undefined for an absolute path and one with `..`; an empty list for the folder itself
 */
export function safeParts(path: string): readonly string[] | undefined {
  if (path.startsWith('/') || path.includes('\0')) return undefined;
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts;
}

/**
 * Gives the entries of one tree names that the file system can hold, no two of them the same one to it: on Windows what
 * is forbidden becomes `%XX`, and where case does not count a second name gets a number.
 */
export class LocalNames {
  private readonly root = new Folder();

  constructor(private readonly rules: NameRules) {}

  /**
   * The place of a path; always the same one for the same path.
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

  /** The place of one more thing at the top: of two with the same name, the second gets a number. */
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

/** What the file system takes for the same name. */
function identity(name: string, rules: NameRules): string {
  if (rules === 'linux') return name;
  // Twice, since letters such as the sharp s have no lower case of their own.
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
