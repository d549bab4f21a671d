import { connect, type Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';
import { refusal } from '../../http/refusal';
import type { GuestClock } from '../machine/guestClock';
import { closeCodes } from '../pty/ptyProtocol';
import type { Upgrade } from './route';

/** With more bytes than this waiting for the client, reading from the port pauses. */
const mostWaiting = 1024 * 1024;
const connectMs = 10_000;
/**
 * How long the first bytes of a service are held back. The official SDK does not listen yet when they arrive together
 * with the answer to the handshake, which never happens in the cloud; its `connectDesktop` would miss them.
 */
const firstBytesMs = 10;

/** GET /api/v1/tunnels/tcp?port=N: each WebSocket is one TCP connection inside (API reference section 3.8). */
export async function openTunnel(
  server: WebSocketServer,
  { guest, request, socket, head, query }: Upgrade,
): Promise<void> {
  const port = parsePort(query.get('port'));
  const tcp = await dial(port, guest.clock);
  if (socket.destroyed) {
    tcp.destroy();
    return;
  }
  // The handshake may still fail, or the sandbox may stop.
  socket.once('close', () => tcp.destroySoon());
  server.handleUpgrade(request, socket, head, webSocket => relay(webSocket, tcp));
}

function parsePort(text: string | null): number {
  const port = Number(text);
  if (text === null || !/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw refusal(400, 'port: must be a whole number from 1 to 65535');
  }
  return port;
}

/** Connects to a port inside the sandbox, which is a port of this machine. */
export function dial(port: number, clock: GuestClock): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const tcp = connect({ host: '127.0.0.1', port, noDelay: true });
    const cancel = clock.after(connectMs, () => {
      tcp.destroy();
      reject(refusal(504, `Connection to port ${port} timed out`, 'CONNECTION_TIMEOUT'));
    });
    tcp.once('connect', () => {
      cancel();
      tcp.on('error', () => tcp.destroy());
      resolve(tcp);
    });
    tcp.once('error', () => {
      cancel();
      reject(refusal(502, `Connection refused: nothing listens on port ${port}`, 'CONNECTION_REFUSED'));
    });
  });
}

function relay(webSocket: WebSocket, tcp: Socket): void {
  tcp.pause();
  const begin = setTimeout(() => tcp.resume(), firstBytesMs);
  webSocket.on('close', () => clearTimeout(begin));
  webSocket.on('message', (data, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(data)) {
      webSocket.close(closeCodes.unsupported, 'text frames are not supported');
      return;
    }
    if (tcp.writable && !tcp.write(data)) webSocket.pause();
  });
  tcp.on('drain', () => webSocket.resume());
  tcp.on('data', chunk => {
    webSocket.send(chunk, () => {
      if (webSocket.bufferedAmount < mostWaiting) tcp.resume();
    });
    if (webSocket.bufferedAmount >= mostWaiting) tcp.pause();
  });
  tcp.on('close', () => {
    // A paused socket would not receive the answer to the close.
    webSocket.resume();
    webSocket.close(closeCodes.normal);
  });
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', () => tcp.destroySoon());
}
