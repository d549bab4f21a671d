import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long the end of what was said may take to be read, in milliseconds, once the connection is to be reset. */
const unreadMs = 1_000;

/**
 * Carries bytes between a connection of this machine and a tunnel, each direction for as long as its source goes on.
 * When bytes were lost the connection is reset: an orderly end would hide that. (`stream.pipeline` destroys the
 * connection before it reports the error, and that ends it in good order.)
 */
export function joinConnections(socket: Socket, tunnel: Duplex): void {
  const reset = (): void => {
    tunnel.destroy();
    resetConnection(socket);
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

/**
 * Ends a connection so that its other side sees that it broke off. While the end of what was said is still being sent,
 * Node can reset nothing, and a process that tries never exits; then the reset comes after it.
 */
export function resetConnection(socket: Socket): void {
  if (!socket.writableEnded || socket.writableFinished) {
    socket.resetAndDestroy();
    return;
  }
  socket.once('finish', () => socket.resetAndDestroy());
  // A client that reads nothing would hold it for ever.
  socket.setTimeout(unreadMs, () => socket.destroy());
}
