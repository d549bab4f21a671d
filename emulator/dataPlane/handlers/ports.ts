import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refusal } from '../../http/refusal';
import { codeOf } from '../../kernel/errors';
import type { GuestClock } from '../machine/guestClock';
import { dial } from './tunnel';

/** Headers that concern one connection only. */
const hopByHop: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection']);

/** Forwards a request to the service behind an exposed port, path and query untouched (API reference section 3.9). */
export async function forwardRequest(
  port: number,
  usedToken: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url: path } = request;
  const sent = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent: false,
    setHost: false,
    headers: forwarded(request.rawHeaders, usedToken),
  });
  response.once('close', () => sent.destroy());
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', error => reject(upstreamError(error, port)));
  });
  // The service may answer before it has read everything.
  pipeline(request, sent).catch(() => undefined);
  const received = await answer;
  response.writeHead(
    received.statusCode ?? 502,
    received.statusMessage,
    forwarded(received.rawHeaders, false).filter(
      (_, index, all) => !/^transfer-encoding$/i.test(all[index - (index % 2)] ?? ''),
    ),
  );
  await pipeline(received, response);
}

/** Forwards a WebSocket, or any other upgrade, to the service behind an exposed port. */
export async function forwardUpgrade(
  port: number,
  usedToken: boolean,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  clock: GuestClock,
): Promise<void> {
  const service = await dial(port, clock);
  const headers = pairs(request.rawHeaders).filter(([name]) => !isWithheld(name, usedToken));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  service.write(`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1\r\n${lines}\r\n`);
  service.write(head);
  await Promise.allSettled([pipeline(service, socket), pipeline(socket, service)]);
}

function forwarded(rawHeaders: readonly string[], usedToken: boolean): string[] {
  return pairs(rawHeaders)
    .filter(([name]) => !hopByHop.has(name.toLowerCase()) && !isWithheld(name, usedToken))
    .flat();
}

/** A token that was needed for access is not forwarded to the service. */
function isWithheld(name: string, usedToken: boolean): boolean {
  return usedToken && name.toLowerCase() === 'authorization';
}

function pairs(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
}

function upstreamError(error: Error, port: number): Error {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') {
    return refusal(502, `Connection refused: nothing listens on port ${port}`, 'CONNECTION_REFUSED');
  }
  return code === 'ECONNRESET'
    ? refusal(502, 'The service closed the connection', 'CONNECTION_CLOSED')
    : refusal(502, error.message, 'PROXY_ERROR');
}
