import type { Socket } from 'node:net';

/** A request as it came. */
export interface RogueRequest {
  readonly method: string;
  /** Without the namespace that a client puts first for a server on this machine (API reference section 1.7). */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/**
 * Reads one request after the other from a connection. Knows just as much of HTTP/1.1 as the clients of the tests send.
 *
 * @param take called with each request, which is answered before the next is read
 */
export function readRequests(socket: Socket, take: (request: RogueRequest) => Promise<void>): void {
  let received: Buffer = Buffer.alloc(0);
  let isBusy = false;
  const proceed = async (): Promise<void> => {
    if (isBusy) return;
    const found = parse(received);
    if (!found) return;
    received = received.subarray(found.length);
    isBusy = true;
    await take(found.request);
    isBusy = false;
    await proceed();
  };
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk]);
    void proceed();
  });
}

/** @returns undefined when it is not complete */
function parse(bytes: Buffer): { readonly request: RogueRequest; readonly length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const bodyStart = headEnd + 4;
  const body = headers.has('transfer-encoding')
    ? chunkedBody(bytes, bodyStart)
    : sizedBody(bytes, bodyStart, Number(headers.get('content-length') ?? 0));
  if (!body) return undefined;
  const [method = '', target = '/'] = first.split(' ');
  const { pathname, searchParams: query } = new URL(target, 'http://rogue');
  const path = pathname.replace(/^\/v1\/namespaces\/[^/]+/, '');
  return { request: { method, path, query, headers, body: body.text }, length: body.end };
}

interface Body {
  readonly text: string;
  readonly end: number;
}

function sizedBody(bytes: Buffer, start: number, size: number): Body | undefined {
  const end = start + size;
  return bytes.length < end ? undefined : { text: bytes.subarray(start, end).toString(), end };
}

function chunkedBody(bytes: Buffer, start: number): Body | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const end = lineEnd + 2 + size;
    if (bytes.length < end + 2) return undefined;
    chunks.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
    if (size === 0) return { text: Buffer.concat(chunks).toString(), end: at };
  }
}
