/** Bytes of a block. Pieces that are as long or longer are kept as they are. */
const blockBytes = 64 * 1024;

/**
 * Bytes that come in pieces and wait, first in, first out. Small pieces are joined: as an object of its own a piece of
 * one byte costs a hundred, and may keep the whole chunk alive in which it arrived.
 */
export class ByteBlocks {
  private blocks: Uint8Array[] = [];
  private first = 0;
  /** The last block while there is room in it, and how much of it is used. */
  private open: { readonly block: Uint8Array; used: number } | undefined;
  private bytes = 0;

  get length(): number {
    return this.bytes;
  }

  push(piece: Uint8Array): void {
    const { length } = piece;
    if (length === 0) return;
    // The first piece often leaves before another comes.
    if (length >= blockBytes || this.bytes === 0) {
      this.close();
      this.blocks.push(piece);
    } else for (let at = 0; at < length;) at += this.copy(piece, at);
    this.bytes += length;
  }

  /** Takes the oldest bytes; undefined when there are none. */
  shift(): Uint8Array | undefined {
    if (this.first === this.blocks.length - 1) this.close();
    const block = this.blocks[this.first];
    if (block === undefined) return undefined;
    this.bytes -= block.length;
    this.first += 1;
    // Half of them at once, because each removal moves the rest.
    if (2 * this.first >= this.blocks.length) {
      this.blocks = this.blocks.slice(this.first);
      this.first = 0;
    }
    return block;
  }

  /** Takes all bytes, as one array. */
  takeAll(): Uint8Array {
    this.close();
    const blocks = this.blocks.slice(this.first);
    const [only] = blocks;
    const all = blocks.length === 1 && only ? only : new Uint8Array(this.bytes);
    if (all !== only) {
      let at = 0;
      for (const block of blocks) {
        all.set(block, at);
        at += block.length;
      }
    }
    this.clear();
    return all;
  }

  clear(): void {
    this.blocks = [];
    this.first = 0;
    this.open = undefined;
    this.bytes = 0;
  }

  /** Copies what fits into the open block. @returns how many bytes that is */
  private copy(piece: Uint8Array, from: number): number {
    if (this.open === undefined) {
      this.open = { block: new Uint8Array(blockBytes), used: 0 };
      this.blocks.push(this.open.block);
    }
    const { open } = this;
    const part = piece.subarray(from, from + blockBytes - open.used);
    open.block.set(part, open.used);
    open.used += part.length;
    if (open.used === blockBytes) this.open = undefined;
    return part.length;
  }

  private close(): void {
    const { open } = this;
    if (open === undefined) return;
    this.blocks[this.blocks.length - 1] = open.block.subarray(0, open.used);
    this.open = undefined;
  }
}
