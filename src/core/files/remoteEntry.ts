import { compareNames } from '../kernel/formats/text';

/** What a symbolic link points to. */
export type LinkTarget = 'file' | 'folder' | 'nowhere';

/** One entry of a folder in a sandbox. */
export interface RemoteEntry extends DirectoryEntry {
  /** Set on a symbolic link. */
  readonly link?: LinkTarget;
}

/** Properties of a path, links followed. */
export interface RemoteStat {
  readonly type: 'file' | 'folder' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAtMs: number;
  /** Set when the path itself is a symbolic link. */
  readonly link?: LinkTarget;
  /** Permission bits; absent if they could not be read. */
  readonly mode?: number;
}

/** Whether an entry can be expanded: a folder, or a link to one. */
export function isFolder({ isDirectory, link }: RemoteEntry): boolean {
  return isDirectory || link === 'folder';
}

/** Folders first, then by name with numbers compared by value, as the explorer of the editor sorts. */
export function sortEntries(entries: readonly RemoteEntry[]): readonly RemoteEntry[] {
  return [...entries].sort(
    (a, b) => Number(isFolder(b)) - Number(isFolder(a)) || compareNames(a.name, b.name),
  );
}

/**
 * Reads the output of `stat -L -c 'L %f %s %.3Y'`, where L is 1 for a link, 2 for a broken link and 0 otherwise. Some
 * versions of stat report whole seconds only.
 *
 * @returns undefined for anything else
 */
export function readStat(text: string): RemoteStat | undefined {
  const [, link, mode, size, seconds] = /^([012]) ([0-9a-f]+) (\d+) (-?\d+(?:[.,]\d+)?)\s*$/.exec(text) ?? [];
  if (mode === undefined || size === undefined || seconds === undefined) return undefined;
  const bits = parseInt(mode, 16);
  const type = typesByBits.get(bits & 0xf000) ?? 'other';
  const target = link === '2' ? 'nowhere' : type === 'folder' ? 'folder' : 'file';
  return {
    type,
    size: Number(size),
    modifiedAtMs: Math.round(Number(seconds.replace(',', '.')) * 1000),
    ...(link !== '0' && { link: target }),
    mode: bits & 0o7777,
  };
}

const typesByBits: ReadonlyMap<number, RemoteStat['type']> = new Map([
  [0x4000, 'folder'],
  [0x8000, 'file'],
]);

/** The targets of the links of a folder, from records `f name/`, `d name/`, `b name/`: no name contains a slash. */
export function readLinks(text: string): ReadonlyMap<string, LinkTarget> {
  const links = new Map<string, LinkTarget>();
  for (const [, kind = '', name = ''] of text.matchAll(/([dfb]) ([^/]+)\/(?:\n|$)/g))
    links.set(name, linkKinds.get(kind) ?? 'nowhere');
  return links;
}

const linkKinds: ReadonlyMap<string, LinkTarget> = new Map([
  ['d', 'folder'],
  ['f', 'file'],
]);

/** One entry of a directory in a sandbox. It describes the entry itself: a link to a directory is not a directory. */
export interface DirectoryEntry {
  /** A single path component; otherwise untrusted. */
  readonly name: string;
  readonly isDirectory: boolean;
  /** Bytes; absent for directories. */
  readonly size?: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAtMs?: number;
}
