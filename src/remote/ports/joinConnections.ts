import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Carries bytes between a connection of this machine and a tunnel, each direction for as long as its source goes on.
 * When bytes were lost the connection is reset: an orderly end would hide that. (`stream.pipeline` destroys the
 * connection before it reports the error, and that ends it in good order.)
 */
export function joinConnections(socket: Socket, tunnel: Duplex): void {
  const reset = (): void => {
    tunnel.destroy();
    socket.resetAndDestroy();
  };
  tunnel.on('error', reset);
  tunnel.once('end', () => {
    // Closed inside with bytes that it had not taken; what it said goes out before the reset.
    if (tunnel.writableLength > 0) socket.write(Buffer.alloc(0), reset);
    else socket.end();
  });
  tunnel.once('close', () => {
    if (!tunnel.readableEnded) reset();
  });
  socket.once('close', () => {
    if (!tunnel.readableEnded) tunnel.destroy();
  });
  socket.pipe(tunnel);
  tunnel.pipe(socket, { end: false });
}
