import type { ResponseBody } from './transport';

/** More than this waiting for the reader, and the socket is not read any further. */
const highWaterBytes = 1024 * 1024;

/** What a queue does to the connection that fills it. */
export interface ByteFlow {
  pause(): void;
  resume(): void;
  cancel(): void;
}

interface Waiting {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: Error) => void;
}

/** Bytes between a socket and one slower reader, bounded by holding the socket. */
export class ByteQueue implements ResponseBody, AsyncIterator<Uint8Array, undefined> {
  private chunks: Uint8Array[] = [];
  private first = 0;
  private bytes = 0;
  private isPaused = false;
  private end: 'open' | 'ended' | Error = 'open';
  private waiting: Waiting | undefined;

  constructor(private readonly flow: ByteFlow) {}

  push(chunk: Uint8Array): void {
    if (this.end !== 'open') return;
    const { waiting } = this;
    if (waiting) {
      this.waiting = undefined;
      waiting.resolve({ done: false, value: chunk });
      return;
    }
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes < highWaterBytes || this.isPaused) return;
    this.isPaused = true;
    this.flow.pause();
  }

  /** No more will come. What has come can still be read. */
  finish(): void {
    if (this.end !== 'open') return;
    this.end = 'ended';
    this.waiting?.resolve({ done: true, value: undefined });
    this.waiting = undefined;
  }

  /** The connection broke. The reader learns of it after what has come. */
  fail(error: Error): void {
    if (this.end !== 'open') return;
    this.end = error;
    this.waiting?.reject(error);
    this.waiting = undefined;
  }

  discard(): void {
    const wasOpen = this.end === 'open';
    this.chunks = [];
    this.first = 0;
    this.bytes = 0;
    this.finish();
    if (wasOpen) this.flow.cancel();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.chunks[this.first];
    if (value !== undefined) {
      this.take(value);
      return Promise.resolve({ done: false, value });
    }
    if (this.end === 'ended') return Promise.resolve({ done: true, value: undefined });
    if (this.end !== 'open') {
      const error = this.end;
      this.end = 'ended';
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.discard();
    return Promise.resolve({ done: true, value: undefined });
  }

  private take(chunk: Uint8Array): void {
    this.first += 1;
    this.bytes -= chunk.length;
    if (this.first === this.chunks.length) {
      this.chunks = [];
      this.first = 0;
    }
    if (!this.isPaused || this.bytes > highWaterBytes / 2) return;
    this.isPaused = false;
    this.flow.resume();
  }
}
