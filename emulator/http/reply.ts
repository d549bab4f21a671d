import { STATUS_CODES, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';

/** An answer: a status and a JSON body. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as it is in place of `body`; `headers` says what it is. */
  readonly text?: string;
}

/** An error that becomes an answer; the body of the control plane has a `message` (API reference section 2.1). */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly reply: Reply;

  constructor(
    status: number,
    message: string,
    body: unknown = { message },
    headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
    this.reply = { status, body, headers };
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

export function htmlReply(status: number, html: string): Reply {
  return { status, body: undefined, text: html, headers: { 'content-type': 'text/html; charset=utf-8' } };
}

/** The body of `reply` as text. */
export function payloadOf({ body, text }: Reply): string {
  return text ?? JSON.stringify(body);
}

export function writeHead(response: ServerResponse, { status, headers }: Reply, length: number): void {
  response.writeHead(status, {
    'content-type': 'application/json',
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
  const headers = { 'content-type': 'application/json', ...reply.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  const reason = STATUS_CODES[reply.status] ?? 'Unknown';
  return `HTTP/1.1 ${reply.status} ${reason}\r\n${lines.join('')}content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`;
}
