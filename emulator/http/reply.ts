import type { ServerResponse } from 'node:http';

/** An answer: a status and a JSON body. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** An answer thrown from anywhere below the request handler; the control plane says `message` (API reference section 2.1). */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly reply: Reply;

  constructor(status: number, message: string, body: unknown = { message }) {
    super(message);
    this.reply = { status, body };
  }
}

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function badRequest(message: string): HttpError {
  return new HttpError(400, message);
}

export function notFound(message: string): HttpError {
  return new HttpError(404, message);
}

/** Writes `reply`, unless the client has gone or an answer is under way. */
export function send(response: ServerResponse, { status, body }: Reply): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
