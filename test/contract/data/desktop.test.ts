import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { z } from 'zod';
import { contract } from '../support';

const width = 320;
const height = 200;

/** The ServerInit message of a VNC server: size, 32 bits per pixel, name. */
function serverInit(): Buffer {
  const name = Buffer.from('desktop');
  const init = Buffer.alloc(24);
  init.writeUInt16BE(width, 0);
  init.writeUInt16BE(height, 2);
  init.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4);
  init.writeUInt32BE(name.length, 20);
  return Buffer.concat([init, name]);
}

/** A minimal VNC server without a password (RFC 6143, section 7), enough for a client to connect. */
function vncServer(): Server {
  return createServer(socket => {
    const answers = [Buffer.of(1, 1), Buffer.alloc(4), serverInit()];
    const lengths = [12, 1, 1];
    let received = Buffer.of();
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const [length] = lengths;
        const [answer] = answers;
        if (length === undefined || answer === undefined || received.length < length) return;
        received = received.subarray(length);
        lengths.shift();
        answers.shift();
        socket.write(answer);
      }
    });
    socket.write('RFB 003.008\n');
  });
}

describe('SDK contract: desktop', () => {
  const sdk = contract();

  it('is reached through a tunnel, once its port is open', async () => {
    const server = vncServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const box = await sdk().create();
    const desktop = await box.connectDesktop({ port });
    assert.deepEqual([desktop.width, desktop.height], [width, height]);
    await desktop.close();
    server.close();
  });
});
