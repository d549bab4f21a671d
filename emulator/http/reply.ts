import { STATUS_CODES, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';

/** An answer: a status and a JSON body. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as it is in place of `body`; `headers` says what it is. */
  readonly text?: string;
}

const plain = { 'content-type': 'text/plain; charset=utf-8' } as const;

/** An error that becomes an answer; the body of the control plane has a `message` (API reference section 2.1). */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly reply: Reply;

  constructor(
    status: number,
    message: string,
    body: unknown = { message },
    headers: OutgoingHttpHeaders = {},
    text?: string,
  ) {
    super(message);
    this.reply =
      text === undefined
        ? { status, body, headers }
        : { status, body: undefined, text, headers: { ...(text !== '' && plain), ...headers } };
  }
}

/** An error in plain text, or without any words, for a server whose framework says it so. */
export function plainError(status: number, text: string, headers: OutgoingHttpHeaders = {}): HttpError {
  return new HttpError(status, text, undefined, headers, text);
}

/** An answer without a body. */
export const nothing: Reply = { status: 200, body: undefined, text: '' };

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function badRequest(message: string): HttpError {
  return new HttpError(400, message);
}

export function notFound(message: string): HttpError {
  return new HttpError(404, message);
}

export function htmlReply(status: number, html: string): Reply {
  return { status, body: undefined, text: html, headers: { 'content-type': 'text/html; charset=utf-8' } };
}

/** The body of `reply` as text. */
export function payloadOf({ body, text }: Reply): string {
  return text ?? JSON.stringify(body);
}

export function writeHead(response: ServerResponse, { status, headers }: Reply, length: number): void {
  response.writeHead(status, {
    ...(length > 0 && { 'content-type': 'application/json' }),
    ...headers,
    'content-length': length,
  });
}

/** Writes `reply`, unless the client has gone or an answer is under way. */
export function send(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return;
  const text = payloadOf(reply);
  writeHead(response, reply, Buffer.byteLength(text));
  response.end(text);
}

/** `reply` as the bytes of an answer to an upgrade, for a socket that has no response object. */
export function rawReply(reply: Reply): string {
  const text = payloadOf(reply);
  const headers = { ...(text !== '' && { 'content-type': 'application/json' }), ...reply.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  const reason = STATUS_CODES[reply.status] ?? 'Unknown';
  return `HTTP/1.1 ${reply.status} ${reason}\r\n${lines.join('')}content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`;
}
