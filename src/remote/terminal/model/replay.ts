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
  private gathered: Uint8Array[] | undefined;

  /** Whether output is being compared rather than shown. */
  get isComparing(): boolean {
    return this.gathered !== undefined;
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
    this.gathered = this.tail.length === 0 ? undefined : [];
  }

  /** Adds output of the new connection. */
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

  /** Ends the comparison when the replay is over. A server that replays nothing has left the screen as it is. */
  settle(): Replayed {
    const bytes = Buffer.concat(this.gathered ?? []);
    this.gathered = undefined;
    if (bytes.length === 0) return { kind: 'goOn', bytes };
    this.tail = Buffer.alloc(0);
    return { kind: 'startOver', bytes };
  }
}
