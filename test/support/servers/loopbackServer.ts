import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { connect } from 'node:net';
import type { Server as NetServer, Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../projectRoot';

const tlsDirectory = join(projectRoot, 'test', 'support', 'fixtures', 'tls');

/** The certificate authority that signed the server certificate of the tests. */
export const testCa = readFileSync(join(tlsDirectory, 'testOnlyCa.pem'), 'utf8');

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (seen: Seen, response: ServerResponse, request: IncomingMessage) => void;

/** A real server on loopback that records the requests it gets. */
export class LoopbackServer {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    readonly origin: string,
    readonly seen: readonly Seen[],
  ) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(
    answer: Answer,
    options: { readonly tls?: boolean; readonly clientCertificate?: boolean } = {},
  ): Promise<LoopbackServer> {
    const seen: Seen[] = [];
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const entry: Seen = {
          method: request.method ?? '',
          url: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        };
        seen.push(entry);
        answer(entry, response, request);
      });
    };
    const server = options.tls
      ? createTlsServer(
          {
            key: readFileSync(join(tlsDirectory, 'testOnlyServerKey.pem')),
            cert: readFileSync(join(tlsDirectory, 'testOnlyServerCert.pem')),
            ...(options.clientCertificate && { requestCert: true, rejectUnauthorized: true, ca: [testCa] }),
          },
          listener,
        )
      : createServer(listener);
    const port = await listen(server);
    return new LoopbackServer(server, port, `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`, seen);
  }

  /** From now on shows a certificate that the authority did not sign, as something does that reads traffic. */
  intercept(): void {
    assert.ok(this.server instanceof TlsServer);
    const cert = readFileSync(join(tlsDirectory, 'testOnlyInterceptorCert.pem'));
    this.server.setSecureContext({ key: readFileSync(join(tlsDirectory, 'testOnlyServerKey.pem')), cert });
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }
}

export interface ConnectProxy {
  readonly origin: string;
  /** `host:port` of each CONNECT, with its credentials. */
  readonly tunnels: readonly { readonly target: string; readonly authorization: string | undefined }[];
  stop(): Promise<void>;
}

/** A forward proxy that tunnels everything to `target`, refuses with `status`, or never answers. */
export async function startProxy(
  behaviour: { readonly target: number } | { readonly status: number } | 'silent',
): Promise<ConnectProxy> {
  const tunnels: { target: string; authorization: string | undefined }[] = [];
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createServer((_request, response) => response.writeHead(500).end());
  server.on('connect', (request, socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    tunnels.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    if (behaviour === 'silent') return;
    if ('status' in behaviour) {
      socket.end(`HTTP/1.1 ${behaviour.status} Refused\r\n\r\n`);
      return;
    }
    const upstream = connect(behaviour.target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => socket.destroy());
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    tunnels,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Has a server listen on any free port of loopback, and returns the port. */
export async function listen(server: NetServer): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}
