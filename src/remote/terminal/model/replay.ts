import { ByteBlocks } from '../../../core/kernel/byteBlocks';

/** How much of the latest output is kept, to find it in a replay. */
const tailBytes = 32 * 1024;

/** The most that a server replays on attach (API reference section 3.7), plus output that may follow at once. */
const replayBytes = 1024 * 1024 + 64 * 1024;

/** What to do with output after a reconnect. */
export type Replayed =
  /** Not decided yet. */
  | { readonly kind: 'wait' }
  /** The screen already shows everything before these bytes. */
  | { readonly kind: 'goOn'; readonly bytes: Uint8Array }
  /** The position was not found: clear the screen and draw these bytes. */
  | { readonly kind: 'startOver'; readonly bytes: Uint8Array };

/**
 * Finds, after a reconnect, how much of the replayed output the screen already shows, so that nothing is repeated or
 * lost.
 */
export class Replay {
  private tail: Buffer = Buffer.alloc(0);
  private comparison: { readonly search: Search; readonly gathered: ByteBlocks } | undefined;

  /** Whether output is being compared rather than shown. */
  get isComparing(): boolean {
    return this.comparison !== undefined;
  }

  /** Records output that was shown. */
  shown(bytes: Uint8Array): void {
    this.tail =
      bytes.length >= tailBytes
        ? Buffer.from(bytes.subarray(bytes.length - tailBytes))
        : Buffer.concat([
            this.tail.subarray(Math.max(0, this.tail.length + bytes.length - tailBytes)),
            bytes,
          ]);
  }

  /** Starts comparing a new connection. If nothing was shown before, its output is shown as it is. */
  begin(): void {
    this.comparison =
      this.tail.length === 0 ? undefined : { search: new Search(this.tail), gathered: new ByteBlocks() };
  }

  /** Adds output of the new connection. */
  take(bytes: Uint8Array): Replayed {
    if (!this.comparison) return { kind: 'goOn', bytes };
    const { search, gathered } = this.comparison;
    const end = search.endIn(bytes);
    if (end !== undefined) {
      this.comparison = undefined;
      return { kind: 'goOn', bytes: bytes.subarray(end) };
    }
    gathered.push(bytes);
    return gathered.length > replayBytes ? this.settle() : { kind: 'wait' };
  }

  /** Ends the comparison when the replay is over. A server that replays nothing has left the screen as it is. */
  settle(): Replayed {
    const bytes = this.comparison?.gathered.takeAll() ?? new Uint8Array();
    this.comparison = undefined;
    if (bytes.length === 0) return { kind: 'goOn', bytes };
    this.tail = Buffer.alloc(0);
    return { kind: 'startOver', bytes };
  }
}

/**
 * Finds the first place of some bytes in a stream (Knuth, Morris and Pratt): each byte is looked at once, however the
 * stream is cut and whatever it repeats.
 */
class Search {
  /** For each beginning of the wanted bytes, how many of its last bytes are a shorter beginning. */
  private readonly borders: Uint32Array;
  private matched = 0;

  /** @param wanted at least one byte */
  constructor(private readonly wanted: Uint8Array) {
    this.borders = new Uint32Array(wanted.length);
    for (let at = 1, border = 0; at < wanted.length; at += 1) {
      border = this.extend(border, wanted[at]);
      this.borders[at] = border;
    }
  }

  /** Takes the next bytes of the stream; returns where in them the wanted bytes end, if they do. */
  endIn(bytes: Uint8Array): number | undefined {
    for (let at = 0; at < bytes.length; at += 1) {
      this.matched = this.extend(this.matched, bytes[at]);
      if (this.matched === this.wanted.length) return at + 1;
    }
    return undefined;
  }

  private extend(matched: number, byte: number | undefined): number {
    let length = matched;
    while (length > 0 && this.wanted[length] !== byte) length = this.borders[length - 1] ?? 0;
    return this.wanted[length] === byte ? length + 1 : length;
  }
}
