import { lstatSync, readlinkSync } from 'node:fs';
import { mkdir, readlink, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { refusal } from '../../http/refusal';
import { codeOf } from '../../kernel/errors';

/** The home of `tl-user` (API reference section 3.7). */
export const home = '/home/tl-user';

/** Directories of the machine that sandboxes can read, for its programs; `live` ones belong to the kernel. */
const shared = [
  'bin',
  'sbin',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'usr',
  'etc',
  'opt',
  'var',
  'run',
  'nix',
  'snap',
];
const live = ['dev', 'proc', 'sys'];

export interface Borrowed {
  /** Relative to `/`, such as `usr` or `home/ada`. */
  readonly path: string;
  /** Where it is a symbolic link, such as `bin` to `usr/bin`: the same link is made in the sandbox. */
  readonly link?: string;
  readonly isLive: boolean;
}

/** What every sandbox borrows from the machine, the home of the user included, where compilers may be installed. */
export function findBorrowed(): readonly Borrowed[] {
  const userHome = homedir().slice(1);
  const names = [
    ...shared,
    ...live,
    ...(/^(?:root|home\/[^/]+)$/.test(userHome) && `/${userHome}` !== home ? [userHome] : []),
  ];
  return names.flatMap(path => {
    const stat = lstatSync(`/${path}`, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    const link = stat.isSymbolicLink() ? readlinkSync(`/${path}`) : undefined;
    return stat.isDirectory() || link !== undefined ? [{ path, link, isLive: live.includes(path) }] : [];
  });
}

/** A path in the sandbox, and the file of the machine behind it. */
interface Place {
  readonly inside: string;
  readonly host: string;
  /** Whether it belongs to the machine and is read-only. */
  readonly isBorrowed: boolean;
}

const mostLinks = 40;

/** The file tree of one sandbox. Links resolve as they would inside, never to the outside. */
export class RootDirectory {
  private readonly borrowed: readonly Borrowed[];

  constructor(
    readonly host: string,
    borrowed: readonly Borrowed[],
  ) {
    this.borrowed = borrowed;
  }

  /** Creates the directories that every sandbox has. */
  async prepare(): Promise<void> {
    for (const path of [home, '/workspace', '/tmp']) await mkdir(join(this.host, path), { recursive: true });
    for (const { path, link } of this.borrowed) {
      const host = join(this.host, path);
      if (link === undefined) await mkdir(host, { recursive: true });
      else await symlink(link, host).catch(ignoreExisting);
    }
  }

  /**
   * Finds the file behind `path`. The last part is not followed when `keepLast` is set.
   *
   * @throws HttpError 403 `PATH_TRAVERSAL` for a `..` in the path (API reference section 3.3)
   */
  async find(path: string, { keepLast = false } = {}): Promise<Place> {
    const asked = path.split('/').filter(part => part !== '' && part !== '.');
    if (asked.includes('..')) {
      throw refusal(403, "Path traversal detected: '..' is not allowed", 'PATH_TRAVERSAL');
    }
    return this.walk(asked, keepLast);
  }

  /** Follows `path` as the kernel would inside the sandbox, `..` included. */
  follow(path: string): Promise<Place> {
    return this.walk(
      path.split('/').filter(part => part !== '' && part !== '.'),
      false,
    );
  }

  private async walk(asked: readonly string[], keepLast: boolean): Promise<Place> {
    const left = [...asked];
    let done: string[] = [];
    let links = 0;
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      if (part === '..') {
        done.pop();
        continue;
      }
      const next = [...done, part];
      const target =
        keepLast && left.length === 0
          ? undefined
          : await readlink(this.place(next).host).catch(() => undefined);
      if (target === undefined) {
        done = next;
        continue;
      }
      if (++links > mostLinks) throw refusal(500, 'Too many levels of symbolic links', 'INTERNAL_ERROR');
      if (target.startsWith('/')) done = [];
      left.unshift(...target.split('/').filter(piece => piece !== '' && piece !== '.'));
    }
    return this.place(done);
  }

  private place(parts: readonly string[]): Place {
    const relative = parts.join('/');
    const isBorrowed = this.borrowed.some(
      ({ path, link }) => link === undefined && (relative === path || relative.startsWith(`${path}/`)),
    );
    return {
      inside: `/${relative}`,
      host: isBorrowed ? `/${relative}` : join(this.host, relative),
      isBorrowed,
    };
  }
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}
