// Written here because tar-stream never ends on a wrong size and misses a truncation between entries, and modern-tar
// loses names that are not UTF-8 and unpacks sparse files wrongly.

import { ByteReader } from './byteReader';
import { longestPath } from './localNames';
import { tarBlock, tarPadding } from './tarWriter';

/** The data is not an archive, or is truncated. @internal */
export class TarError extends Error {
  override readonly name = 'TarError';

  constructor(readonly reason: 'cut' | 'damaged') {
    super(reason === 'cut' ? 'The archive ends too early' : 'This is no archive, or a damaged one');
  }
}

/** One entry of an archive. All of it is as untrusted as the archive. */
export interface TarEntry {
  /** Cut one byte beyond the longest path, so that it is still known to be too long. */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link' | 'hardLink' | 'other';
  readonly size: number;
  readonly mode: number;
  /** May be before 1970; 0 when the archive has none that a date can hold. */
  readonly modifiedAtMs: number;
  /** Target of a link; for a hard link, the path of an earlier entry. */
  readonly linkTarget: string;
  /** The content. What is not consumed is skipped when the next entry is requested. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Fields of the next header that preceding entries override. */
interface Overrides {
  path?: string;
  linkTarget?: string;
  size?: number;
  modifiedAtMs?: number;
}

/** Limit for names in entries of their own, which are short in practice; longer ones are an attack on memory. */
const longestText = 1024 * 1024;
/** How much padding is read after the end, to keep the connection reusable. GNU tar pads to 10 KiB, or as it is told. */
const longestTail = 1024 * 1024;
/** The latest time, and with a minus the earliest, that a Date can hold. */
const latestMs = 8.64e15;
const entryTypes: ReadonlyMap<string, TarEntry['type']> = new Map([
  ['', 'file'],
  ['0', 'file'],
  ['7', 'file'],
  ['1', 'hardLink'],
  ['2', 'link'],
  ['5', 'folder'],
]);

/**
 * Reads an archive as a stream, in the formats v7, `ustar`, GNU and pax.
 *
 * @throws TarError while iterating
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void> {
  const reader = new ByteReader(source);
  const everywhere: Overrides = {};
  let ahead: Overrides = {};
  try {
    for (;;) {
      const block = await reader.take(tarBlock);
      if (block.length < tarBlock) throw new TarError('cut');
      if (block.every(byte => byte === 0)) {
        await skip(reader.stream(longestTail));
        return;
      }
      const header = readHeader(block);
      const { flag } = header;
      if ('LKxg'.includes(flag) && flag !== '') {
        const text = await wholeText(reader, header.size);
        if (flag === 'L') ahead.path = untilNul(text);
        else if (flag === 'K') ahead.linkTarget = untilNul(text);
        else Object.assign(flag === 'x' ? ahead : everywhere, readPax(text));
        continue;
      }
      const { path, linkTarget, size, modifiedAtMs, mode } = { ...header, ...everywhere, ...ahead };
      ahead = {};
      const type = entryTypes.get(flag) ?? 'other';
      const isFolder = type === 'folder' || (type === 'file' && path.endsWith('/'));
      const body = counted(reader, size);
      yield {
        path,
        type: isFolder ? 'folder' : type,
        size,
        mode,
        modifiedAtMs,
        linkTarget,
        body: body.bytes,
      };
      await skip(reader.stream(body.left() + tarPadding(size)));
    }
  } finally {
    await reader.close();
  }
}

function counted(reader: ByteReader, size: number) {
  let left = size;
  async function* bytes(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of reader.stream(left)) {
      left -= chunk.length;
      yield chunk;
    }
    if (left > 0) throw new TarError('cut');
  }
  return { bytes: bytes(), left: () => left };
}

async function skip(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = bytes[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}

async function wholeText(reader: ByteReader, size: number): Promise<Uint8Array> {
  if (size > longestText) throw new TarError('damaged');
  const text = await reader.take(size);
  if (text.length < size) throw new TarError('cut');
  await skip(reader.stream(tarPadding(size)));
  return text;
}

function readHeader(block: Uint8Array) {
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== numberAt(block, 148, 8)) throw new TarError('damaged');
  const isUstar = textAt(block, 257, 6) === 'ustar' && block[263] === 0x30;
  const prefix = isUstar ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: numberAt(block, 100, 8) & 0o7777,
    size: numberAt(block, 124, 12),
    modifiedAtMs: timeAt(block, 136, 12),
    flag: textAt(block, 156, 1),
    linkTarget: textAt(block, 157, 100),
  };
}

function numberAt(block: Uint8Array, offset: number, length: number): number {
  const field = block.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((number, byte) => number * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw new TarError('damaged');
    return value;
  }
  const digits = textAt(block, offset, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw new TarError('damaged');
  return digits === '' ? 0 : parseInt(digits, 8);
}

/** A time is never a reason to refuse an archive. Before 1970 it is the two's complement, or has a minus. */
function timeAt(block: Uint8Array, offset: number, length: number): number {
  const field = block.subarray(offset, offset + length);
  if (field[0] === 0xff) return msOf(field.reduce((number, byte) => number * 256 + (byte - 255), 0) - 1);
  if (((field[0] ?? 0) & 0x80) !== 0)
    return msOf(field.subarray(1).reduce((number, byte) => number * 256 + byte, 0));
  const [, minus, digits] = /^(-?)([0-7]+)$/.exec(textAt(block, offset, length).trim()) ?? [];
  return digits === undefined ? 0 : msOf(parseInt(digits, 8) * (minus === '-' ? -1 : 1));
}

function msOf(seconds: number): number {
  const ms = Math.round(seconds * 1000);
  return Math.abs(ms) <= latestMs ? ms : 0;
}

function textAt(block: Uint8Array, offset: number, length: number): string {
  return untilNul(block.subarray(offset, offset + length));
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeName(end < 0 ? bytes : bytes.subarray(0, end));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes a name; bytes that are not UTF-8 become `%XX`. No more is decoded than tells that it is too long. */
function decodeName(bytes: Uint8Array): string {
  const name = bytes.subarray(0, longestPath + 1);
  try {
    return utf8.decode(name);
  } catch {
    return Array.from(name, byte =>
      byte < 0x80 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join('');
  }
}

/** Longer than any key that is read. */
const longestKey = 16;

/** Records of the form `<length> <key>=<value>\n`. */
function readPax(bytes: Uint8Array): Overrides {
  const found: Overrides = {};
  let offset = 0;
  while (offset < bytes.length) {
    const blank = bytes.indexOf(0x20, offset);
    const length = Number(decodeName(bytes.subarray(offset, blank < 0 ? offset : blank)));
    if (blank < 0 || !Number.isInteger(length) || length <= blank - offset || offset + length > bytes.length)
      throw new TarError('damaged');
    const record = bytes.subarray(blank + 1, offset + length - 1);
    const equals = record.indexOf(0x3d);
    if (equals < 0) throw new TarError('damaged');
    const value = (): string => decodeName(record.subarray(equals + 1));
    switch (decodeName(record.subarray(0, Math.min(equals, longestKey)))) {
      case 'path':
        found.path = value();
        break;
      case 'linkpath':
        found.linkTarget = value();
        break;
      case 'size':
        if (!/^\d{1,15}$/.test(value())) throw new TarError('damaged');
        found.size = Number(value());
        break;
      case 'mtime':
        found.modifiedAtMs = msOf(Number(value()) || 0);
    }
    offset += length;
  }
  return found;
}
