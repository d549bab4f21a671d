/** The last bytes of an output, up to a limit. */
export class History {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly limit: number) {}

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    // Trimmed rarely and in one go, so that a chunk costs little.
    if (this.bytes >= 2 * this.limit) {
      this.chunks = [...this.last()];
      this.bytes = this.limit;
    }
  }

  /** The last bytes, oldest first. */
  last(): readonly Buffer[] {
    let excess = Math.max(0, this.bytes - this.limit);
    return this.chunks.flatMap(chunk => {
      const cut = Math.min(excess, chunk.length);
      excess -= cut;
      return cut === chunk.length ? [] : [chunk.subarray(cut)];
    });
  }
}
