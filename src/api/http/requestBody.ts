import { Readable } from 'node:stream';
import type { ByteSource } from './transport';
import { SourceError } from './transport';

/** What of a source may be read ahead of the socket. */
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

/** Lets the failure of a source count more than what it did to the exchange. */
export async function rethrowing<T>({ content }: SentBody, exchange: Promise<T>): Promise<T> {
  try {
    return await exchange;
  } catch (error) {
    throw (content instanceof SourceStream ? content.failure : undefined) ?? error;
  }
}

/** The bytes of a source as a stream, which remembers what the source threw: the library reports a broken connection. */
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
