import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, rename, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isTooLong, LocalNames, safeParts, type NameRules } from '../model/localNames';
import { NameList } from '../model/nameList';
import type { TarEntry } from '../model/tarReader';

/** Entries of a download that were renamed or skipped. */
export interface WriteReport {
  readonly written: number;
  /** Entries that got another name, by their name in the sandbox. */
  readonly renamed: NameList;
  /** Entries that this system cannot hold, or whose path leads out of the folder or is too long. */
  readonly leftOut: NameList;
}

/** What an entry takes at least on a disk, in bytes. */
const entryBytes = 4096;
/** What a character of a name counts, so that names cannot fill the memory before the user is asked. */
const characterBytes = 10;

/** The naming rules of this system. */
export function localRules(): NameRules {
  return process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
}

/** A link to create. */
interface Link {
  readonly at: string;
  readonly target: string;
  readonly path: string;
}

/**
 * Writes the entries of an archive into a new folder. Their paths are untrusted: nothing is written outside, and links
 * are created last, so that nothing is written through one.
 */
export class LocalWriter {
  private readonly names = new LocalNames(localRules());
  private readonly links: Link[] = [];
  private readonly renamed = new NameList();
  private readonly leftOut = new NameList();
  private written = 0;

  /** @param admit awaited before what takes more than the bytes of the archive; ends the download when it throws */
  constructor(
    private readonly root: string,
    private readonly admit: (bytes: number) => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Writes one entry. */
  async write(entry: Omit<TarEntry, 'size'>, signal: AbortSignal): Promise<void> {
    const parts = safeParts(entry.path);
    if (!parts || entry.type === 'other') {
      this.leftOut.add(entry.path);
      return;
    }
    if (parts.length === 0) return;
    const characters = entry.path.length + entry.linkTarget.length;
    const before = this.names.count;
    const place = this.names.place(parts);
    await this.admit((this.names.count - before) * entryBytes + characters * characterBytes);
    if (place.isChanged) this.renamed.add(entry.path);
    const at = join(this.root, ...place.parts);
    if (entry.type === 'link') {
      if (staysBelow(entry.linkTarget, parts.length - 1))
        this.links.push({ at, target: entry.linkTarget, path: entry.path });
      else this.leftOut.add(entry.path);
      return;
    }
    await mkdir(entry.type === 'folder' ? at : dirname(at), { recursive: true });
    if (entry.type === 'hardLink') {
      const origin = await this.earlier(entry.linkTarget);
      if (origin === undefined) {
        this.leftOut.add(entry.path);
        return;
      }
      await this.admit(origin.bytes);
      await copyFile(origin.at, at);
    } else if (entry.type === 'file') {
      await writeBytes(at, entry.body, signal);
      await applyAttributes(at, entry);
    }
    this.written += 1;
  }

  /** A file that was written before. */
  private async earlier(path: string): Promise<{ readonly at: string; readonly bytes: number } | undefined> {
    const parts = safeParts(path);
    const place = parts && this.names.find(parts);
    if (place === undefined || place.length === 0) return undefined;
    const at = join(this.root, ...place);
    // No link was created yet, so nothing here leads elsewhere.
    const stats = await lstat(at).catch(() => undefined);
    return stats?.isFile() === true ? { at, bytes: stats.size } : undefined;
  }

  /**
   * Creates the links. All their folders are created first: where a link and a folder have the same name the folder
   * wins, so that no link is ever created through another one.
   */
  async finish(): Promise<WriteReport> {
    const { links, leftOut, renamed } = this;
    for (const { at } of links) await mkdir(dirname(at), { recursive: true }).catch(() => undefined);
    for (const { at, target, path } of links) {
      try {
        await symlink(target, at);
        this.written += 1;
      } catch {
        leftOut.add(path);
      }
    }
    return { written: this.written, renamed, leftOut };
  }
}

/**
 * Whether a link stays within its folder tree, whatever other links there are: it goes up no further than the top, and
 * then only down. A `..` after a name is refused, because where it leads depends on that name.
 *
 * @param depth folders between the top and the link
 * @internal
 */
export function staysBelow(target: string, depth: number): boolean {
  // In a sandbox, a backslash and a colon are part of a name; on Windows they lead elsewhere.
  if (target === '' || target.startsWith('/') || isTooLong(target)) return false;
  if (localRules() === 'win32' && /[\\:]/.test(target)) return false;
  const parts = target.split('/').filter(part => part !== '' && part !== '.');
  const down = parts.findIndex(part => part !== '..');
  const ups = down < 0 ? parts.length : down;
  return ups <= depth && !parts.slice(ups).includes('..');
}

/** Writes a new file; deletes it if the write fails. */
export async function writeBytes(
  at: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await pipeline(
      Readable.from(body, { objectMode: false, highWaterMark: 256 * 1024 }),
      createWriteStream(at, { flags: 'wx', highWaterMark: 1024 * 1024 }),
      { signal },
    );
  } catch (error) {
    await rm(at, { force: true });
    throw error;
  }
}

/** Sets the modification time of the sandbox, and the executable bit; no other part of the mode. */
export async function applyAttributes(
  at: string,
  { mode, modifiedAtMs }: Pick<TarEntry, 'mode' | 'modifiedAtMs'>,
): Promise<void> {
  if ((mode & 0o111) !== 0 && process.platform !== 'win32') await chmod(at, 0o755);
  // A file system may be unable to hold a time that a sandbox can.
  if (modifiedAtMs !== 0) await utimes(at, new Date(), new Date(modifiedAtMs)).catch(() => undefined);
}

/** An unused name in the same folder. */
export function localNameBeside(path: string): string {
  return join(dirname(path), `.tensorlake-${randomBytes(6).toString('hex')}`);
}

/** Moves a download into place. Existing files stay, except those of the same name. */
export async function settleLocally(from: string, to: string): Promise<void> {
  const [ours, theirs] = [await lstat(from), await lstat(to).catch(() => undefined)];
  if (!ours.isDirectory() || !theirs?.isDirectory()) {
    await rename(from, to);
    return;
  }
  for (const name of await readdir(from)) await settleLocally(join(from, name), join(to, name));
}

/** Whether a local path exists. */
export async function existsLocally(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
