import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, rename, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LocalNames, safeParts, type NameRules } from '../../core/localNames';
import type { TarEntry } from '../../core/tarReader';

/** What became of the entries of a download. */
export interface WriteReport {
  readonly written: number;
  /** Entries that got another name, by the one they have in the sandbox. */
  readonly renamed: readonly string[];
  /** Entries this system cannot hold, or whose path leads out of the folder. */
  readonly leftOut: readonly string[];
}

/** Names and places this system can hold. */
export function localRules(): NameRules {
  return process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
}

/**
 * Writes the entries of an archive below a new folder. Their paths are untrusted: nothing is written outside, and links
 * come last, so that nothing is written through one.
 */
export class LocalWriter {
  private readonly names = new LocalNames(localRules());
  private readonly links: { readonly at: string; readonly target: string; readonly path: string }[] = [];
  private readonly files = new Map<string, string>();
  private readonly renamed: string[] = [];
  private readonly leftOut: string[] = [];
  private written = 0;

  constructor(private readonly root: string) {}

  /** Writes one entry. */
  async write(entry: Omit<TarEntry, 'size'>, signal: AbortSignal): Promise<void> {
    const parts = safeParts(entry.path);
    if (!parts || entry.type === 'other') {
      this.leftOut.push(entry.path);
      return;
    }
    if (parts.length === 0) return;
    const place = this.names.place(parts);
    if (place.isChanged) this.renamed.push(entry.path);
    const at = join(this.root, ...place.parts);
    if (entry.type === 'link') {
      this.links.push({ at, target: entry.linkTarget, path: entry.path });
      return;
    }
    await mkdir(entry.type === 'folder' ? at : dirname(at), { recursive: true });
    if (entry.type === 'hardLink') {
      const origin = this.files.get((safeParts(entry.linkTarget) ?? []).join('/'));
      if (origin === undefined) {
        this.leftOut.push(entry.path);
        return;
      }
      await copyFile(origin, at);
    } else if (entry.type === 'file') {
      await writeBytes(at, entry.body, signal);
      this.files.set(parts.join('/'), at);
      await dress(at, entry);
    }
    this.written += 1;
  }

  /** Makes the links that lead to something inside the folder; others would lead elsewhere here than there. */
  async finish(): Promise<WriteReport> {
    for (const { at, target, path } of this.links) {
      const end = resolve(dirname(at), target);
      const isInside = !target.startsWith('/') && (end === this.root || end.startsWith(this.root + sep));
      try {
        if (!isInside || target === '') throw new Error('The link leads out of the folder');
        await mkdir(dirname(at), { recursive: true });
        await symlink(target, at);
        this.written += 1;
      } catch {
        this.leftOut.push(path);
      }
    }
    const { written, renamed, leftOut } = this;
    return { written, renamed, leftOut };
  }
}

/** Writes a new file; an unfinished one is deleted. */
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

/** Gives a file the time it has in the sandbox, and lets programs be programs; nothing more of its mode. */
async function dress(
  at: string,
  { mode, modifiedAtMs }: Pick<TarEntry, 'mode' | 'modifiedAtMs'>,
): Promise<void> {
  if ((mode & 0o111) !== 0 && process.platform !== 'win32') await chmod(at, 0o755);
  if (modifiedAtMs > 0) await utimes(at, new Date(), new Date(modifiedAtMs));
}

/** A name in the same folder that nobody else has. */
export function localNameBeside(path: string): string {
  return join(dirname(path), `.tensorlake-${randomBytes(6).toString('hex')}`);
}

/** Puts what was downloaded in its place. What is there already stays, except files of the same name. */
export async function settleLocally(from: string, to: string): Promise<void> {
  const [ours, theirs] = [await lstat(from), await lstat(to).catch(() => undefined)];
  if (!ours.isDirectory() || !theirs?.isDirectory()) {
    await rename(from, to);
    return;
  }
  for (const name of await readdir(from)) await settleLocally(join(from, name), join(to, name));
}

/** Whether something is at a local path. */
export async function existsLocally(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
