// Written here because an upload needs the size of an archive before its first byte, which no library provides.

/** Block size of an archive, in bytes. */
export const tarBlock = 512;

/** Header fields of an entry. */
export interface TarHeader {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly type: 'file' | 'folder' | 'link';
  /** Bytes of content; 0 unless a file. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly modifiedAtMs: number;
  /** Target of a symbolic link. */
  readonly linkTarget?: string;
}

const typeFlags: Readonly<Record<TarHeader['type'], string>> = { file: '0', folder: '5', link: '2' };
/** Longer names are written as an entry of their own before the header. */
const longestText = 100;
/** Larger numbers do not fit into eleven octal digits. */
const largestOctal = 8 ** 11 - 1;

/**
 * The header of an entry in GNU format, which every tar reads. The tar of small images does not support the long names
 * of pax.
 */
export function tarHeader(entry: TarHeader): Uint8Array {
  const path = new TextEncoder().encode(entry.type === 'folder' ? `${entry.path}/` : entry.path);
  const link = new TextEncoder().encode(entry.linkTarget ?? '');
  const blocks: Uint8Array[] = [];
  if (link.length > longestText) blocks.push(...longText('K', link));
  if (path.length > longestText) blocks.push(...longText('L', path));
  blocks.push(headerBlock({ ...entry, path, link, flag: typeFlags[entry.type] }));
  return joined(blocks);
}

/** Number of padding bytes after a content of this size. */
export function tarPadding(size: number): number {
  return (tarBlock - (size % tarBlock)) % tarBlock;
}

/** Size of an entry in an archive, in bytes. */
export function tarEntrySize(entry: TarHeader): number {
  return tarHeader(entry).length + entry.size + tarPadding(entry.size);
}

/** The end-of-archive marker. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * tarBlock);
}

function longText(flag: 'K' | 'L', text: Uint8Array): readonly Uint8Array[] {
  const size = text.length + 1;
  const content = new Uint8Array(size + tarPadding(size));
  content.set(text);
  const path = new TextEncoder().encode('././@LongLink');
  const link = new Uint8Array();
  return [headerBlock({ path, link, flag, size, mode: 0o644, modifiedAtMs: 0 }), content];
}

interface Fields extends Pick<TarHeader, 'size' | 'mode' | 'modifiedAtMs'> {
  readonly path: Uint8Array;
  readonly link: Uint8Array;
  readonly flag: string;
}

function headerBlock({ path, link, flag, size, mode, modifiedAtMs }: Fields): Uint8Array {
  const block = new Uint8Array(tarBlock);
  const put = (offset: number, text: string): void => block.set(new TextEncoder().encode(text), offset);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  block.set(path.subarray(0, longestText), 0);
  put(100, octal(mode & 0o7777, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  if (size <= largestOctal) put(124, octal(size, 11));
  else putLarge(block.subarray(124, 136), size);
  put(136, octal(Math.max(0, Math.floor(modifiedAtMs / 1000)), 11));
  put(148, ' '.repeat(8));
  put(156, flag);
  block.set(link.subarray(0, longestText), 157);
  put(257, 'ustar  ');
  put(
    148,
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  );
  return block;
}

/** A number in base 256, marked by its first bit. */
function putLarge(field: Uint8Array, value: number): void {
  let rest = value;
  for (let index = field.length - 1; index > 0; index -= 1) {
    field[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  field[0] = 0x80;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
