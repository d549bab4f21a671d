import { Readable } from 'node:stream';
import { type ByteSource, type ResponseBody, SourceError } from '../transport';
import { afterRest, LoopTurn } from '../turns';

/** If more than this waits for the reader, the socket is paused. */
const highWaterBytes = 1024 * 1024;

/** What a chunk costs besides its bytes, roughly: a server may send its body byte by byte. */
const chunkOverhead = 256;

/** How a queue controls the connection that fills it. */
export interface ByteFlow {
  pause(): void;
  resume(): void;
  cancel(): void;
}

interface Waiting {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: Error) => void;
}

/** Bytes between a socket and a slower reader, bounded by pausing the socket. */
export class ByteQueue implements ResponseBody, AsyncIterator<Uint8Array, undefined> {
  private chunks: Uint8Array[] = [];
  private first = 0;
  private bytes = 0;
  private isPaused = false;
  private end: 'open' | 'ended' | Error = 'open';
  private waiting: Waiting | undefined;
  private readonly turn = new LoopTurn();
  /** Whether the reader gets the next chunk when everything else had its turn. */
  private isYielding = false;

  constructor(private readonly flow: ByteFlow) {}

  push(chunk: Uint8Array): void {
    if (this.end !== 'open') return;
    const { waiting } = this;
    if (waiting && !this.isYielding && !this.turn.isOver) {
      this.waiting = undefined;
      waiting.resolve({ done: false, value: chunk });
      return;
    }
    this.chunks.push(chunk);
    this.bytes += chunk.length + chunkOverhead;
    if (waiting) this.yieldTurn();
    if (this.isPaused || (this.bytes < highWaterBytes && !this.isYielding)) return;
    this.isPaused = true;
    this.flow.pause();
  }

  /** The body is complete. What was received can still be read. */
  finish(): void {
    if (this.end !== 'open') return;
    this.end = 'ended';
    // What waits for the next turn is read first.
    if (this.first < this.chunks.length) return;
    this.waiting?.resolve({ done: true, value: undefined });
    this.waiting = undefined;
  }

  /** The connection broke. The reader gets the error after what was received. */
  fail(error: Error): void {
    if (this.end !== 'open') return;
    this.end = error;
    if (this.first < this.chunks.length) return;
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
      return this.inTurn({ done: false, value });
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

  /** Goes on after everything else, for a reader that waits. */
  private yieldTurn(): void {
    if (this.isYielding) return;
    this.isYielding = true;
    afterRest(() => {
      this.isYielding = false;
      const { waiting } = this;
      this.waiting = undefined;
      if (waiting) this.next().then(waiting.resolve, waiting.reject);
    });
  }

  /** A result for a reader that otherwise gets one after the other without a pause. */
  private inTurn<T>(result: T): Promise<T> {
    if (!this.turn.isOver) return Promise.resolve(result);
    return new Promise(resolve => afterRest(() => resolve(result)));
  }

  private take(chunk: Uint8Array): void {
    this.first += 1;
    this.bytes -= chunk.length + chunkOverhead;
    // Otherwise everything that was read is kept until a reader catches up, which a slow one never does.
    if (2 * this.first >= this.chunks.length) {
      this.chunks = this.chunks.slice(this.first);
      this.first = 0;
    }
    if (!this.isPaused || this.bytes > highWaterBytes / 2) return;
    this.isPaused = false;
    this.flow.resume();
  }
}

/** How much of a source is read ahead of the socket. */
const aheadBytes = 512 * 1024;

/** A body as the HTTP library takes it. */
export interface SentBody {
  readonly content: string | Uint8Array | SourceStream | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Prepares a body; a source is opened when the library wants its first byte. */
export function bodyOf(body: string | Uint8Array | ByteSource | undefined): SentBody {
  if (body === undefined) return { content: null, headers: {} };
  if (typeof body === 'string' || body instanceof Uint8Array) return { content: body, headers: {} };
  return {
    content: new SourceStream(body),
    headers: body.size === undefined ? {} : { 'content-length': String(body.size) },
  };
}

/** Reports the failure of a source in place of the failure that it caused in the exchange. */
export async function rethrowing<T>({ content }: SentBody, exchange: Promise<T>): Promise<T> {
  try {
    return await exchange;
  } catch (error) {
    throw (content instanceof SourceStream ? content.failure : undefined) ?? error;
  }
}

/**
 * The bytes of a source as a stream that remembers the error of the source: the library reports only a broken
 * connection.
 */
class SourceStream extends Readable {
  failure: SourceError | undefined;
  private chunks: AsyncIterator<Uint8Array> | undefined;
  private isPulling = false;
  private isDone = false;

  constructor(private readonly source: ByteSource) {
    super({ highWaterMark: aheadBytes });
  }

  override _read(): void {
    if (!this.isPulling) void this.pull();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.isDone) void this.chunks?.return?.().then(undefined, () => undefined);
    done(error);
  }

  private async pull(): Promise<void> {
    this.isPulling = true;
    try {
      this.chunks ??= this.source.open()[Symbol.asyncIterator]();
      for (let hasRoom = true; hasRoom && !this.destroyed;) {
        const result = await this.chunks.next();
        this.isDone = result.done === true;
        hasRoom = this.push(result.done === true ? null : result.value);
      }
    } catch (error) {
      this.isDone = true;
      this.failure = new SourceError(error);
      this.destroy(this.failure);
    } finally {
      this.isPulling = false;
    }
  }
}
