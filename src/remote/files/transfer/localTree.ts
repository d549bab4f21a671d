import type { Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { access, constants, lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { l10n } from 'vscode';
import type { ByteSource } from '../../../api/http/transport';
import { cancelledBy } from '../../../core/kernel/errors';
import { localReason } from '../../../text/files';
import { errorText, UserError } from '../../../text/kit/failureText';
import { NameList } from '../model/nameList';
import { plainText } from '../../../text/kit/plainText';
import { tarEnd, tarEntrySize, tarHeader, tarPadding, type TarHeader } from '../model/tarWriter';

/** Larger than Node's default, since whole files are read. */
const pieceBytes = 256 * 1024;

/** A file, folder or link on this machine that is uploaded. */
export interface LocalEntry {
  /** As in an archive: the name of the chosen file or folder, then the path below it. */
  readonly header: TarHeader;
  readonly localPath: string;
  /** How its bytes are read where that is no path of this machine. */
  readonly content?: () => Promise<Uint8Array>;
}

/** The entries found below a local path. */
export interface LocalTree {
  readonly entries: readonly LocalEntry[];
  /** Total size of all files. */
  readonly bytes: number;
  /** What cannot be uploaded, and why: what this user may not read, sockets. */
  readonly leftOut: NameList;
}

/**
 * Reads a local file or folder with its contents. Follows the link that was chosen, and none below it.
 *
 * @param name its name in the sandbox
 * @throws Error of Node when the chosen file itself cannot be read
 */
export async function readLocalTree(
  localPath: string,
  name: string,
  signal: AbortSignal,
): Promise<LocalTree> {
  const entries: LocalEntry[] = [];
  let bytes = 0;
  const leftOut = new NameList();
  const visit = async (path: string, name: string): Promise<void> => {
    if (signal.aborted) throw cancelledBy(signal);
    const isChosen = path === localPath;
    let children: readonly string[] = [];
    try {
      const stats = isChosen ? await stat(path) : await lstat(path);
      const header = await headerOf(path, name, stats);
      if (!header) throw new UserError(l10n.t('it is neither a file nor a folder.'));
      if (header.type === 'folder') children = (await readdir(path)).sort();
      else if (header.type === 'file') await access(path, constants.R_OK);
      entries.push({ header, localPath: path });
      bytes += header.size;
    } catch (error) {
      if (isChosen) throw error;
      leftOut.add(`${path}: ${localReason(error) ?? errorText(error)}`);
    }
    for (const child of children) await visit(join(path, child), `${name}/${child}`);
  };
  await visit(localPath, name);
  return { entries, bytes, leftOut };
}

/** One file whose content is at hand. @param localPath its path, or name, on this machine */
export function treeOfFile(
  localPath: string,
  content: Uint8Array,
  rest: Pick<TarHeader, 'path' | 'mode' | 'modifiedAtMs'>,
): LocalTree {
  const header: TarHeader = { ...rest, type: 'file', size: content.length };
  const entry = { header, localPath, content: () => Promise.resolve(content) };
  return { entries: [entry], bytes: content.length, leftOut: new NameList() };
}

async function headerOf(path: string, name: string, stats: Stats): Promise<TarHeader | undefined> {
  const common = { path: name, mode: modeOf(stats), modifiedAtMs: stats.mtimeMs };
  if (stats.isFile()) return { ...common, type: 'file', size: stats.size };
  if (stats.isDirectory()) return { ...common, type: 'folder', size: 0 };
  if (!stats.isSymbolicLink()) return undefined;
  const linkTarget = await readlink(path);
  return { ...common, type: 'link', size: 0, linkTarget: linkTarget.replaceAll('\\', slashOf()) };
}

/** Windows has no usable permission bits. */
function modeOf(stats: Stats): number {
  if (process.platform === 'win32') return stats.isDirectory() ? 0o755 : 0o644;
  return stats.mode & 0o777;
}

function slashOf(): string {
  return process.platform === 'win32' ? '/' : '\\';
}

/** Called with the number of bytes that were transferred so far. */
export type ByteCount = (bytes: number) => void;

/** A file as an upload source, with the size it had when the tree was read. */
export function fileSource(entry: LocalEntry, count: ByteCount): ByteSource {
  return { size: entry.header.size, open: () => counted(bytesOf(entry), count) };
}

/** A local tree as one archive. */
export function archiveSource({ entries }: LocalTree, count: ByteCount): ByteSource {
  const size = entries.reduce((sum, { header }) => sum + tarEntrySize(header), tarEnd().length);
  return { size, open: () => counted(archiveOf(entries), count) };
}

async function* archiveOf(entries: readonly LocalEntry[]): AsyncGenerator<Uint8Array, void> {
  for (const entry of entries) {
    const { header } = entry;
    yield tarHeader(header);
    if (header.size > 0) yield* bytesOf(entry);
    if (tarPadding(header.size) > 0) yield new Uint8Array(tarPadding(header.size));
  }
  yield tarEnd();
}

async function* bytesOf({
  header: { size },
  localPath,
  content,
}: LocalEntry): AsyncGenerator<Uint8Array, void> {
  if (!content) {
    yield* readExactly(localPath, size);
    return;
  }
  const bytes = (await content()).subarray(0, size);
  if (bytes.length < size) throw becameShorter(localPath);
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function becameShorter(localPath: string): UserError {
  return new UserError(l10n.t('{0} became shorter while it was read.', plainText(localPath)));
}

async function* readExactly(localPath: string, size: number): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  if (size > 0)
    for await (const chunk of createReadStream(localPath, { end: size - 1, highWaterMark: pieceBytes })) {
      if (!(chunk instanceof Uint8Array)) continue;
      bytes += chunk.length;
      yield chunk;
    }
  if (bytes < size) throw becameShorter(localPath);
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  count: ByteCount,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  count(bytes);
  for await (const chunk of source) {
    yield chunk;
    bytes += chunk.length;
    count(bytes);
  }
}
