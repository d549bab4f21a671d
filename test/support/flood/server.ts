import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { Flood } from './flood';

/*
 * A server of raw sockets, in a process of its own so that its memory and its time are not those of the client. It
 * answers the first request on each connection, with a WebSocket handshake if that is what was asked for, sends the
 * flood, and keeps the connection open until the client closes it.
 */

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function serve(socket: Socket, flood: Flood): void {
  socket.on('error', () => undefined);
  let asked = '';
  const hear = (chunk: Buffer): void => {
    asked += chunk.toString('latin1');
    if (!asked.includes('\r\n\r\n')) return;
    socket.off('data', hear);
    if (flood.isDeaf === true) socket.pause();
    else socket.resume();
    const key = /sec-websocket-key: (.+)\r\n/i.exec(asked)?.[1];
    socket.write(key === undefined ? (flood.head ?? '') : handshake(key));
    pour(socket, flood);
  };
  socket.on('data', hear);
}

function handshake(key: string): string {
  const accept = createHash('sha1')
    .update(key + guid)
    .digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

function pour(socket: Socket, { first = '', repeated, times, last = '', ends = false }: Flood): void {
  socket.write(Buffer.from(first, 'base64'));
  const chunk = Buffer.from(repeated, 'base64');
  let left = times ?? Infinity;
  const more = (): void => {
    while (left > 0) {
      if (socket.destroyed) return;
      left -= 1;
      if (!socket.write(chunk)) return;
    }
    socket.off('drain', more);
    socket.write(Buffer.from(last, 'base64'));
    if (ends) socket.end();
  };
  socket.on('drain', more);
  more();
}

process.on('message', (flood: Flood) => {
  const server = createServer({ noDelay: true }, socket => serve(socket, flood));
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
});
