import type { IncomingMessage } from 'node:http';
import { badRequest, HttpError } from './reply';

const largestBody = 1024 * 1024;

/**
 * Reads a JSON body; `undefined` when it is empty.
 *
 * @throws HttpError 400 when it is not JSON, 413 when it is over 1 MiB
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBytes(request, largestBody)).toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The request body is not valid JSON');
  }
}

/** @throws HttpError 413 when the body is longer than `limit` bytes */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // The rest is read and discarded: a client that is still sending would not get the answer from a closed socket.
      if (size > limit) reject(new HttpError(413, `The request body is larger than ${limit} bytes`));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
