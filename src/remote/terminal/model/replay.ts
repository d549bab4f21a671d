/** How much of the latest output is remembered to find one's place again. */
const tailBytes = 32 * 1024;

/** The most that a server replays at an attach (API reference section 3.7), and what may come right behind it. */
const replayBytes = 1024 * 1024 + 64 * 1024;

/** What to do with output after a reconnect. */
export type Replayed =
  /** Not clear yet. */
  | { readonly kind: 'wait' }
  /** The screen holds all that came before these bytes. */
  | { readonly kind: 'goOn'; readonly bytes: Uint8Array }
  /** The place was not found: the screen has to be cleared, and these bytes drawn on it. */
  | { readonly kind: 'startOver'; readonly bytes: Uint8Array };

/**
 * Finds out, after a reconnect, where in the replayed output the screen already is, so that nothing appears twice and
 * nothing is lost.
 */
export class Replay {
  private tail: Buffer = Buffer.alloc(0);
  private gathered: Uint8Array[] | undefined;

  /** Whether output is being compared rather than shown. */
  get isComparing(): boolean {
    return this.gathered !== undefined;
  }

  /** Remembers output that was shown. */
  shown(bytes: Uint8Array): void {
    this.tail =
      bytes.length >= tailBytes
        ? Buffer.from(bytes.subarray(bytes.length - tailBytes))
        : Buffer.concat([
            this.tail.subarray(Math.max(0, this.tail.length + bytes.length - tailBytes)),
            bytes,
          ]);
  }

  /** A new connection begins. One that has nothing to compare with shows everything. */
  begin(): void {
    this.gathered = this.tail.length === 0 ? undefined : [];
  }

  /** Takes output of the new connection. */
  take(bytes: Uint8Array): Replayed {
    if (!this.gathered) return { kind: 'goOn', bytes };
    this.gathered.push(bytes);
    const all = Buffer.concat(this.gathered);
    const found = all.indexOf(this.tail);
    if (found >= 0) {
      this.gathered = undefined;
      return { kind: 'goOn', bytes: all.subarray(found + this.tail.length) };
    }
    return all.length > replayBytes ? this.settle() : { kind: 'wait' };
  }

  /** No more of the replay will come. A server that replays nothing has left the screen as it is. */
  settle(): Replayed {
    const bytes = Buffer.concat(this.gathered ?? []);
    this.gathered = undefined;
    if (bytes.length === 0) return { kind: 'goOn', bytes };
    this.tail = Buffer.alloc(0);
    return { kind: 'startOver', bytes };
  }
}
