import { compareNames } from '../kernel/text';

/** Where a symbolic link leads. */
export type LinkTarget = 'file' | 'folder' | 'nowhere';

/** One line of a folder inside a sandbox. */
export interface RemoteEntry extends DirectoryEntry {
  /** Set on a symbolic link. */
  readonly link?: LinkTarget;
}

/** What is known of a path, links followed. */
export interface RemoteStat {
  readonly type: 'file' | 'folder' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAtMs: number;
  /** Set when the path itself is a symbolic link. */
  readonly link?: LinkTarget;
  /** Permission bits; absent where nobody could be asked. */
  readonly mode?: number;
}

/** Whether an entry can be unfolded: a folder, or a link to one. */
export function isFolder({ isDirectory, link }: RemoteEntry): boolean {
  return isDirectory || link === 'folder';
}

/** Folders first, then by name as people count, as the explorer of the editor sorts. */
export function sortEntries(entries: readonly RemoteEntry[]): readonly RemoteEntry[] {
  return [...entries].sort(
    (a, b) => Number(isFolder(b)) - Number(isFolder(a)) || compareNames(a.name, b.name),
  );
}

/**
 * Reads what `stat -L -c 'L %f %s %.3Y'` says, where L is 1 for a link, 2 for one that leads nowhere, 0 otherwise. Some
 * versions of stat know whole seconds only.
 *
 * @returns undefined for anything else
 */
export function readStat(text: string): RemoteStat | undefined {
  const [, link, mode, size, seconds] = /^([012]) ([0-9a-f]+) (\d+) (\d+(?:[.,]\d+)?)\s*$/.exec(text) ?? [];
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

/** What the links of a folder lead to, from records `f name/`, `d name/`, `b name/`: a slash is in no name. */
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

/** One entry of a directory inside a sandbox, about the entry itself: a link to a directory is no directory. */
export interface DirectoryEntry {
  /** One path component; untrusted otherwise. */
  readonly name: string;
  readonly isDirectory: boolean;
  /** Bytes; absent for directories. */
  readonly size?: number;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAtMs?: number;
}
