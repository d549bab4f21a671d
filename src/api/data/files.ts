import type { DirectoryEntry } from '../../core/files/remoteEntry';
import { ByteBlocks } from '../../core/kernel/byteBlocks';
import { ApiError } from '../../core/kernel/errors';
import { booleanOf, isJsonObject, listOf, numberOf, textOf } from '../../core/kernel/formats/json';
import type { ByteSource, ResponseBody } from '../http/transport';
import { parseWireTime } from '../http/times/wireTime';
import type { Daemon } from './daemon';
import type { Learned } from './learned';
import { pieceBytes, writeInPieces } from './pieces';
import type { SandboxProcesses } from './processes/processes';

/** Default size limit for reading a whole file into memory. */
const defaultMaxBytes = 64 * 1024 * 1024;
/** The server responds once the bytes are on disk, which takes time for large files. */
const writeMs = 120_000;

/** A file that is being read. */
export interface FileStream {
  /** In bytes, if the server reports it. */
  readonly size?: number;
  /** Must be iterated or discarded. */
  readonly body: ResponseBody;
}

export interface Directory {
  /** Directories first, then by name, as the server sorts. */
  readonly entries: readonly DirectoryEntry[];
  /** Number of entries that were skipped because they cannot be read, or because their name is not a path component. */
  readonly badEntries: number;
}

/**
 * The files of a sandbox (API reference section 3.3), with the permissions of the daemon. Paths are absolute. There are
 * no ranges, conditional requests, stat, mkdir or rename. Rejects with ApiError: `notFound`; `invalid` for a path with
 * `..`, and for a directory in place of a file or the reverse; `server` for anything the system refused.
 */
export class SandboxFiles {
  constructor(
    private readonly daemon: Daemon,
    private readonly processes: SandboxProcesses,
    private readonly learned: Learned = {},
  ) {}

  /** Opens a file for reading from its start. Follows links. */
  async open(path: string, signal: AbortSignal): Promise<FileStream> {
    const { headers, body } = await this.daemon.open({
      method: 'GET',
      path: '/files',
      query: { path },
      headers: { accept: 'application/octet-stream' },
      // The bytes of a large file may lie elsewhere; the key does not go there.
      redirects: 'anywhere',
      signal,
    });
    const length = headers['content-length'];
    return { ...(length !== undefined && /^\d+$/.test(length) && { size: Number(length) }), body };
  }

  /**
   * Reads a whole file.
   *
   * @param maxBytes a longer file is refused with ApiError of kind `invalid` and code `TOO_LARGE`; 64 MiB by default
   */
  async read(path: string, signal: AbortSignal, maxBytes = defaultMaxBytes): Promise<Uint8Array> {
    const { size, body } = await this.open(path, signal);
    const tooLarge = (): never => {
      throw new ApiError('invalid', 'The file is too large', { code: 'TOO_LARGE' });
    };
    if (size !== undefined && size > maxBytes) {
      body.discard();
      tooLarge();
    }
    const content = new ByteBlocks();
    for await (const chunk of body) {
      if (content.length + chunk.length > maxBytes) tooLarge();
      content.push(chunk);
    }
    return content.takeAll();
  }

  /**
   * Replaces a file, creating its parent directories; resolves once the bytes are on disk. After an interrupted write
   * the content is undefined: where that matters, write to a temporary file and rename it. What is larger than the server
   * takes in one request goes in pieces.
   *
   * @param beforeRepeat awaited before an interrupted request is retried, since the retry would resume a sandbox that
   * was suspended meanwhile
   * @throws whatever a source or `beforeRepeat` throws, unchanged
   */
  async write(
    path: string,
    content: Uint8Array | ByteSource,
    signal: AbortSignal,
    beforeRepeat?: () => Promise<void>,
  ): Promise<void> {
    const size = content instanceof Uint8Array ? content.length : (content.size ?? 0);
    if (size < (this.learned.refusedBytes ?? Infinity)) {
      try {
        await this.writeWhole(path, content, signal, beforeRepeat);
        return;
      } catch (error) {
        // What one piece carries was refused as a whole: pieces would be too.
        if (!ApiError.is(error, 'tooLarge') || (size > 0 && size <= pieceBytes)) throw error;
        await beforeRepeat?.();
        await writeInPieces(this.processes, path, content, signal).catch((later: unknown) => {
          // Without a shell there are no pieces.
          throw ApiError.is(later) && /failed to spawn/i.test(later.message) ? error : later;
        });
        if (size > 0) this.learned.refusedBytes = Math.min(size, this.learned.refusedBytes ?? Infinity);
        return;
      }
    }
    await writeInPieces(this.processes, path, content, signal);
  }

  private async writeWhole(
    path: string,
    content: Uint8Array | ByteSource,
    signal: AbortSignal,
    beforeRepeat?: () => Promise<void>,
  ): Promise<void> {
    await this.daemon.upload({
      method: 'PUT',
      path: '/files',
      query: { path },
      headers: { 'content-type': 'application/octet-stream' },
      payload: content,
      timeouts: { headersMs: writeMs },
      signal,
      beforeRepeat,
    });
  }

  /** Deletes a file or a link, not a directory. A missing one counts as deleted. */
  async delete(path: string, signal: AbortSignal): Promise<'deleted' | 'gone'> {
    const call = { method: 'DELETE', path: '/files', query: { path }, signal } as const;
    try {
      await this.daemon.send(call);
      return 'deleted';
    } catch (error) {
      if (ApiError.is(error, 'notFound') && error.code === 'NOT_FOUND') return 'gone';
      throw error;
    }
  }

  /** Lists one directory, hidden entries included. */
  async list(path: string, signal: AbortSignal): Promise<Directory> {
    const call = { method: 'GET', path: '/files/list', query: { path }, signal } as const;
    const body = await this.daemon.json(call).catch((error: unknown) => {
      if (!ApiError.is(error, 'schema') || error.code !== 'TOO_LARGE') throw error;
      throw new ApiError('schema', 'The folder has more entries than can be listed', { code: 'TOO_MANY' });
    });
    const rows = listOf(body, 'entries');
    if (rows === undefined) throw new ApiError('schema', 'The answer holds no list of entries');
    const entries = rows.map(readEntry).filter(entry => entry !== undefined);
    return { entries, badEntries: rows.length - entries.length };
  }

  /**
   * Finds one entry by listing its directory, since the API has no stat. Links are not followed.
   *
   * @returns undefined when the directory exists and the entry does not
   */
  async stat(path: string, signal: AbortSignal): Promise<DirectoryEntry | undefined> {
    const trimmed = path.replace(/\/+$/, '');
    if (trimmed === '') return { name: '/', isDirectory: true };
    const slash = trimmed.lastIndexOf('/');
    const name = trimmed.slice(slash + 1);
    const { entries } = await this.list(slash <= 0 ? '/' : trimmed.slice(0, slash), signal);
    return entries.find(entry => entry.name === name);
  }
}

function readEntry(row: unknown): DirectoryEntry | undefined {
  if (!isJsonObject(row)) return undefined;
  const name = textOf(row, 'name');
  if (name === undefined || name === '.' || name === '..' || /[/\0]/.test(name)) return undefined;
  return {
    name,
    isDirectory: booleanOf(row, 'is_dir', 'isDir') ?? false,
    size: numberOf(row, 'size'),
    modifiedAtMs: parseWireTime(row['modified_at'] ?? row['modifiedAt']),
  };
}
