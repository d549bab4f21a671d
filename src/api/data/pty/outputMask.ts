import { halvesOf, wholeSpellings } from '../../http/errors/redact';

/** A piece of a secret as it may come in the output. */
interface Piece {
  readonly bytes: Buffer;
  /** How many of its first bytes are taken for it where the output pauses; fewer may be anything. */
  readonly leastBytes: number;
}

const maskByte = '*'.charCodeAt(0);

/** Bytes beyond the public beginning that prove a secret: eight characters of a token are not typed by chance. */
const provingBytes = 8;

const publicBeginning = /^tl_(?:apiKey|pat)_?/;

/**
 * Replaces secrets in the output of a terminal by as many asterisks, wherever its chunks end. The editor keeps what a
 * terminal shows, and what shell integration reports of it. Never waits for more output: where a chunk ends in the
 * first bytes of a secret, those few are shown and the rest is not.
 */
export class OutputMask {
  private readonly pieces: readonly Piece[];
  /** What must be found of a secret for it to be masked: either half. */
  private readonly needles: readonly Buffer[];
  private readonly longest: number;
  /** The last bytes of the output as they came, one fewer than the longest piece has. */
  private tail: Buffer = Buffer.alloc(0);

  /** @param secrets shorter ones than a token of 16 characters are left as they are */
  constructor(secrets: readonly string[]) {
    const spelled = secrets
      .filter(secret => secret.length >= 2 * provingBytes)
      .flatMap(secret =>
        wholeSpellings(secret).map(text => ({
          text,
          least: provingBytes + (publicBeginning.exec(text)?.[0].length ?? 0),
        })),
      );
    const isSplit = ({ text, least }: { readonly text: string; readonly least: number }): boolean =>
      text.length >= 2 * least;
    this.pieces = spelled.flatMap(each => {
      const [, second] = halvesOf(each.text);
      const texts = isSplit(each) ? [each.text, second] : [each.text];
      return texts.map(text => ({ bytes: Buffer.from(text), leastBytes: each.least }));
    });
    this.needles = spelled
      .flatMap(each => (isSplit(each) ? halvesOf(each.text) : [each.text]))
      .map(text => Buffer.from(text));
    this.longest = Math.max(1, ...this.pieces.map(({ bytes }) => bytes.length));
  }

  /** The next output, masked: the same bytes when there is nothing to mask. */
  mask(bytes: Uint8Array): Uint8Array {
    if (this.pieces.length === 0) return bytes;
    const { tail } = this;
    const output = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    // The output itself is not copied: there may be hundreds of megabytes of it.
    const seam = Buffer.concat([tail, output.subarray(0, this.longest - 1)]);
    const end = output.length < this.longest ? seam : output;
    this.tail = Buffer.from(end.subarray(Math.max(0, end.length - this.longest + 1)));
    let masked: Buffer | undefined;
    const hide = (from: number, to: number): void => {
      if (from >= to || to <= 0) return;
      masked ??= Buffer.from(bytes);
      masked.fill(maskByte, Math.max(0, from), to);
    };
    for (const needle of this.needles) {
      for (const at of placesOf(needle, seam)) hide(at - tail.length, at - tail.length + needle.length);
      for (const at of placesOf(needle, output)) hide(at, at + needle.length);
    }
    for (const piece of this.pieces) hide(output.length - beginningAtEnd(this.tail, piece), output.length);
    return masked ?? bytes;
  }
}

function* placesOf(needle: Buffer, bytes: Buffer): Generator<number, void> {
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) yield at;
}

/** How many bytes at the end of the output are the beginning of a piece; 0 where they prove nothing. */
function beginningAtEnd(all: Buffer, { bytes, leastBytes }: Piece): number {
  for (let length = Math.min(bytes.length - 1, all.length); length >= leastBytes; length -= 1) {
    const from = all.length - length;
    if (all[from] === bytes[0] && all.compare(bytes, 0, length, from) === 0) return length;
  }
  return 0;
}
