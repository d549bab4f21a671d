import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { readBytes } from '../../http/body';
import { refusal } from '../../http/refusal';
import { plainError } from '../../http/reply';
import { openSourceWords } from '../../kernel/openSource';
import { codeOf, messageOf } from '../../kernel/errors';
import { noContent, type DaemonCall } from './route';

/** `path`: absolute, or relative to the working directory of the daemon, which is `/` (API reference section 3.3). */
export const fileQuery = z.object({ path: z.string().min(1) });

type FileQuery = z.output<typeof fileQuery>;

/** Larger chunks than the default of Node, since whole files are transferred. */
const chunkBytes = 256 * 1024;

/** The largest upload of a daemon that buffers it in memory (API reference section 7, U17). */
const largestBuffered = 2 * 1024 * 1024;

/** GET /api/v1/files: the bytes, never more than a few chunks of them in memory. */
export async function readFile({ guest, query, response }: DaemonCall<FileQuery>): Promise<undefined> {
  const { host } = await guest.root.find(query.path);
  const stat = await lstat(host).catch((error: unknown) => missing(error, query.path));
  if (stat.isDirectory()) {
    throw refusal(
      400,
      `Path is a directory, not a file: ${query.path}. Use /api/v1/files/list to list it`,
      'IS_DIRECTORY',
    );
  }
  // Opening a pipe would wait for its other end forever.
  if (stat.isFIFO() || stat.isSocket()) throw internal(new Error(`Not a regular file: ${query.path}`));
  const file = await open(host, 'r').catch((error: unknown) => missing(error, query.path));
  // Files that the kernel generates have no length before they are read.
  const length = stat.size > 0 ? { 'content-length': stat.size } : {};
  const range = stat.size > 0 ? { end: stat.size - 1 } : {};
  response.writeHead(200, { 'content-type': 'application/octet-stream', ...length });
  await pipeline(file.createReadStream({ highWaterMark: chunkBytes, ...range }), response);
  return undefined;
}

/** PUT /api/v1/files: replaces the file, makes its parents, and answers when the bytes are on disk. */
export async function writeFile({ guest, query, request, dialect }: DaemonCall<FileQuery>) {
  const body =
    dialect.uploads === 'buffered'
      ? Readable.from([
          await readBytes(request, largestBuffered).catch((error: unknown) => {
            throw dialect.surface === 'openSource' ? plainError(413, openSourceWords.tooLong) : error;
          }),
        ])
      : request;
  const place = await guest.root.find(query.path);
  if (place.isBorrowed) throw internal(new Error(`Read-only file system: ${query.path}`));
  await mkdir(dirname(place.host), { recursive: true }).catch(internally);
  // A pipe must not make this wait for a reader.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;
  const file = await open(place.host, flags, 0o644).catch(internally);
  await pipeline(body, file.createWriteStream({ highWaterMark: chunkBytes, flush: true }));
  return noContent;
}

/** DELETE /api/v1/files: files and links; a directory is an internal error (API reference section 6, point 22). */
export async function deleteFile({ guest, query }: DaemonCall<FileQuery>) {
  const place = await guest.root.find(query.path, { keepLast: true });
  const stat = await lstat(place.host).catch((error: unknown) => missing(error, query.path));
  if (stat.isDirectory()) throw internal(new Error(`Is a directory: ${query.path}`));
  if (place.isBorrowed) throw internal(new Error(`Read-only file system: ${query.path}`));
  await unlink(place.host).catch(internally);
  return noContent;
}

/** GET /api/v1/files/list: directories first, then by the bytes of the name; metadata of the entries themselves. */
export async function listDirectory({ guest, query }: DaemonCall<FileQuery>) {
  const { host } = await guest.root.find(query.path);
  const stat = await lstat(host).catch((error: unknown) => missing(error, query.path));
  if (!stat.isDirectory()) throw refusal(400, `Path is not a directory: ${query.path}`, 'NOT_A_DIRECTORY');
  const names = await readdir(host).catch(internally);
  const entries = await Promise.all(names.map(name => entryOf(host, name)));
  const sorted = entries
    .filter(entry => entry !== undefined)
    .sort((a, b) => Number(b.is_dir) - Number(a.is_dir) || Buffer.compare(a.bytes, b.bytes))
    .map(({ name, is_dir, size, modified_at }) => ({ name, is_dir, size, modified_at }));
  return { status: 200, body: { path: query.path, entries: sorted } };
}

async function entryOf(directory: string, name: string) {
  // It may have been deleted since its name was read.
  const stat = await lstat(join(directory, name)).catch(() => undefined);
  if (stat === undefined) return undefined;
  const is_dir = stat.isDirectory();
  return {
    name,
    is_dir,
    size: is_dir ? null : stat.size,
    modified_at: Math.trunc(stat.mtimeMs),
    bytes: Buffer.from(name),
  };
}

function missing(error: unknown, path: string): never {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') throw refusal(404, `File not found: ${path}`, 'NOT_FOUND');
  throw internal(error);
}

function internally(error: unknown): never {
  throw internal(error);
}

/** The message of the operating system contains a path outside the sandbox, which is cut off. */
function internal(error: unknown): Error {
  return refusal(500, messageOf(error).replace(/, (?:\w+) '.*$/s, ''), 'INTERNAL_ERROR');
}
