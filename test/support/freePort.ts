import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A free port of this machine, whose ports the sandboxes of the emulator share. A number of one's own is none: connections
 * of other programs take any of them.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return address.port;
}
