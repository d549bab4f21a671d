// Part of the tar reader, which explains why it is written here.

/** Reads an exact number of bytes from a source of chunks. Buffers no more than one read and one chunk. */
export class ByteReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Reads exactly `bytes` bytes; fewer when the source ends first. */
  async take(bytes: number): Promise<Uint8Array> {
    const whole = new Uint8Array(bytes);
    let filled = 0;
    for await (const chunk of this.stream(bytes)) {
      whole.set(chunk, filled);
      filled += chunk.length;
    }
    return filled === bytes ? whole : whole.subarray(0, filled);
  }

  /** Yields `bytes` bytes as they arrive; fewer when the source ends first. What is not consumed stays unread. */
  async *stream(bytes: number): AsyncGenerator<Uint8Array, void> {
    let left = bytes;
    while (left > 0) {
      const chunk = this.rest.length > 0 ? this.rest : await this.next();
      if (!chunk) return;
      this.rest = chunk.subarray(left);
      const part = chunk.subarray(0, left);
      left -= part.length;
      yield part;
    }
  }

  /** Closes the source. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  private async next(): Promise<Uint8Array | undefined> {
    const next = await this.source.next();
    return next.done === true ? undefined : next.value;
  }
}
