import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { listen } from './loopbackServer';

/** A WebSocket frame as a server sends it. */
export function serverFrame(opcode: number, payload: Uint8Array, isFinal = true): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = (isFinal ? 0x80 : 0) | opcode;
  header[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (length >= 126 && length < 65_536) header.writeUInt16BE(length, 2);
  if (length >= 65_536) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

/** A close frame as a server sends it. */
export function closeFrame(code: number, reason = ''): Buffer {
  return serverFrame(8, Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]));
}

/** A server that does the WebSocket handshake and leaves the rest to the test. */
export interface RawWebSocketServer {
  readonly origin: string;
  readonly port: number;
  /** Requests for an upgrade, in order. */
  readonly seen: readonly IncomingMessage[];
  stop(): Promise<void>;
}

/**
 * @param talk called after the handshake
 * @param shake the answer to the request for an upgrade; default: a correct one
 */
export async function startRawWebSocket(
  talk: (socket: Duplex, request: IncomingMessage) => void,
  shake: (accept: string) => string = rightAnswer,
): Promise<RawWebSocketServer> {
  const seen: IncomingMessage[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on('upgrade', (request, socket: Duplex) => {
    seen.push(request);
    sockets.add(socket);
    socket.on('error', () => undefined);
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(shake(accept));
    talk(socket, request);
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    seen,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export function rightAnswer(accept: string): string {
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    '',
    '',
  ].join('\r\n');
}
