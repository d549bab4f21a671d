import { Readable } from 'node:stream';
import type { ByteSource } from './transport';
import { SourceError } from './transport';

/** A body as the HTTP library takes it. */
export interface SentBody {
  readonly content: string | Uint8Array | Readable | null;
  readonly headers: Readonly<Record<string, string>>;
  /** What the source of the bytes threw, which the library would hide behind a broken connection. */
  readonly failure?: { thrown?: { readonly error: unknown } };
}

/** Prepares a body; a source is opened when the library wants its first byte. */
export function bodyOf(body: string | Uint8Array | ByteSource | undefined): SentBody {
  if (body === undefined) return { content: null, headers: {} };
  if (typeof body === 'string' || body instanceof Uint8Array) return { content: body, headers: {} };
  const failure: SentBody['failure'] = {};
  return {
    content: Readable.from(watched(body, failure), { objectMode: false }),
    headers: body.size === undefined ? {} : { 'content-length': String(body.size) },
    failure,
  };
}

/** Lets the failure of a source count more than what it did to the exchange. */
export async function rethrowing<T>(body: SentBody, exchange: Promise<T>): Promise<T> {
  try {
    return await exchange;
  } catch (error) {
    throw body.failure?.thrown === undefined ? error : new SourceError(body.failure.thrown.error);
  }
}

async function* watched(
  source: ByteSource,
  failure: NonNullable<SentBody['failure']>,
): AsyncGenerator<Uint8Array> {
  const chunks = source.open()[Symbol.asyncIterator]();
  let isDone = false;
  try {
    for (;;) {
      const result = await nextOf(chunks, failure);
      isDone = result.done === true;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    if (!isDone && failure.thrown === undefined) await chunks.return?.();
  }
}

async function nextOf(
  chunks: AsyncIterator<Uint8Array>,
  failure: NonNullable<SentBody['failure']>,
): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next();
  } catch (error) {
    failure.thrown = { error };
    throw error;
  }
}
