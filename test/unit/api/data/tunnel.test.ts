import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isNothingListening } from '../../../../src/api/data/tunnel';
import { ApiError } from '../../../../src/core/kernel/errors';
import { closedPort } from '../../../support/servers/loopbackServer';
import { serverFrame, startRawWebSocket } from '../../../support/servers/rawWebSocket';
import { never } from '../http/fakeTransport';
import { box, clientOf, refused, text, transportOf } from '../http/box';

async function listen(
  serve: (socket: Socket) => void,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    port: address.port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function readAll(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    assert.ok(Buffer.isBuffer(chunk));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

describe('openTunnel', () => {
  const the = box();
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function service(serve: (socket: Socket) => void): Promise<number> {
    const started = await listen(serve);
    cleanups.push(() => started.stop());
    return started.port;
  }

  it('carries any number of bytes both ways', async () => {
    const port = await service(socket => socket.pipe(socket));
    const tunnel = await the().client.tunnel(port, never);
    const piece = Buffer.alloc(700_001, 'tunnel');
    const pieces = 40;
    const sent = createHash('sha256');
    const received = createHash('sha256');
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of tunnel) {
        assert.ok(Buffer.isBuffer(chunk));
        received.update(chunk);
        bytes += chunk.length;
        if (bytes === pieces * piece.length) return;
      }
    })();
    for (let count = 0; count < pieces; count++) {
      sent.update(piece);
      if (!tunnel.write(piece)) await once(tunnel, 'drain');
    }
    await reading;
    assert.equal(received.digest('hex'), sent.digest('hex'));
    tunnel.destroy();
  });

  it('ends when the other side closes', async () => {
    const port = await service(socket => socket.end('goodbye'));
    assert.equal(text(await readAll(await the().client.tunnel(port, never))), 'goodbye');
  });

  it('closes the other side when it is destroyed', async () => {
    const ended = new Promise(resolve => {
      void service(socket => socket.resume().on('end', resolve)).then(async port => {
        (await the().client.tunnel(port, never)).destroy();
      });
    });
    await ended;
  });

  it('waits for the answer after the local side has ended, up to a limit', async () => {
    const port = await service(socket =>
      socket.once('data', () => {
        socket.write('first ');
        setTimeout(() => socket.end('last'), 50);
      }),
    );
    const polite = await the().client.tunnel(port, never, { lingerMs: 5_000 });
    polite.end('question');
    assert.equal(text(await readAll(polite)), 'first last');
    const silent = await service(socket => socket.resume());
    const other = await the().client.tunnel(silent, never, { lingerMs: 30 });
    other.end('question');
    // An end in good order would be taken for an empty answer.
    await refused('network', readAll(other));
  });

  it('reports that nothing listens, and rejects an invalid port', async () => {
    const { client } = the();
    const error = await refused('server', client.tunnel(await closedPort(), never));
    assert.ok(isNothingListening(error));
    for (const port of [0, 65_536, 1.5, NaN]) await refused('invalid', client.tunnel(port, never));
  });

  it('opens two hundred tunnels at once', async () => {
    const port = await service(socket => socket.pipe(socket));
    const echoes = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const tunnel = await the().client.tunnel(port, never);
        tunnel.write(`#${index}`);
        const chunk = await new Promise<Buffer>(resolve => tunnel.once('data', resolve));
        tunnel.destroy();
        return text(chunk);
      }),
    );
    assert.deepEqual(
      echoes,
      Array.from({ length: 200 }, (_, index) => `#${index}`),
    );
  });

  it('does not read ahead of a slow reader', async () => {
    let sent = 0;
    const total = 64 * 1024 * 1024;
    const port = await service(socket => {
      const piece = Buffer.alloc(1024 * 1024);
      const fill = (): void => {
        while (sent < total) {
          sent += piece.length;
          if (!socket.write(piece)) return;
        }
        socket.end();
      };
      socket.on('drain', fill);
      fill();
    });
    const tunnel = await the().client.tunnel(port, never);
    let last = -1;
    while (sent !== last) {
      last = sent;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    assert.ok(sent < total / 2, `${sent} bytes were sent to nobody`);
    assert.equal((await readAll(tunnel)).length, total);
  });
});

describe('openTunnel on a hostile server', () => {
  const transport = transportOf();
  after(() => transport.dispose());

  async function brokenBy(talk: (socket: Duplex) => void): Promise<unknown> {
    const server = await startRawWebSocket(talk);
    try {
      const tunnel = await clientOf(transport, server.origin).tunnel(80, never, {
        pingMs: 30,
        pongMs: 50,
      });
      await pipeline(tunnel, async source => {
        for await (const chunk of source) assert.ok(Buffer.isBuffer(chunk));
      });
      return undefined;
    } catch (error) {
      return error;
    } finally {
      await server.stop();
    }
  }

  it('ends with an error unless the server closes it', async () => {
    const cases: readonly [string, (socket: Duplex) => void, string | undefined][] = [
      ['closed', socket => socket.end(serverFrame(8, Buffer.of(3, 232))), undefined],
      ['text', socket => socket.write(serverFrame(1, Buffer.from('text'))), 'TUNNEL'],
      ['cut', socket => socket.destroy(), 'TUNNEL'],
      ['refused later', socket => socket.end(serverFrame(8, Buffer.of(3, 243))), 'TUNNEL'],
      ['half-open', socket => socket.resume(), 'SILENT'],
    ];
    for (const [what, talk, code] of cases) {
      const error = await brokenBy(talk);
      assert.equal(ApiError.is(error) ? error.code : error, code, what);
    }
  });
});
