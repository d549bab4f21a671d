import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { NetworkOptions } from '../../../../../src/api/http/route/proxyRules';
import { systemRetryClock } from '../../../../../src/api/http/retry';
import type { TransportRequest } from '../../../../../src/api/http/transport';
import { UndiciTransport } from '../../../../../src/api/http/undiciTransport';
import { closedPort, listen, startProxy } from '../../../../support/servers/loopbackServer';
import { waitFor } from '../../../../support/waitFor';
import { collect, refused } from '../box';

const timeouts = { headersMs: 5000, bodyMs: 5000, totalMs: 5000 };
/** How many requests that are read as a whole a server gets at once. */
const connectionLimit = 16;

/** A server that never closes an idle connection; paths that begin with `/held` wait until `release`. */
class HoldingServer {
  readonly sockets = new Set<Socket>();
  readonly paths: string[] = [];
  private held: ServerResponse[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(): Promise<HoldingServer> {
    const server = createServer({ keepAliveTimeout: 0 }, ({ url = '' }, response) => {
      started.paths.push(url);
      if (url.startsWith('/held')) started.held.push(response);
      else response.end('done');
    });
    const started = new HoldingServer(server, await listen(server));
    server.on('connection', (socket: Socket) => {
      started.sockets.add(socket);
      socket.once('close', () => started.sockets.delete(socket));
    });
    return started;
  }

  request(path: string, overrides: Partial<TransportRequest> = {}): TransportRequest {
    const url = new URL(`http://127.0.0.1:${this.port}${path}`);
    return { method: 'GET', url, headers: {}, signal: new AbortController().signal, timeouts, ...overrides };
  }

  release(): void {
    for (const response of this.held.splice(0)) response.end('done');
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }
}

describe('connections of UndiciTransport', () => {
  let server: HoldingServer;
  let network: NetworkOptions;
  let transport: UndiciTransport;

  beforeEach(async () => {
    server = await HoldingServer.start();
    network = { strictSsl: true };
    transport = new UndiciTransport({ network: () => network });
  });
  afterEach(async () => {
    transport.dispose();
    await server.stop();
  });

  describe('a request that waits for a free one', () => {
    /** Takes every connection, lets `queued` wait for one and end, and returns what the server got afterwards. */
    async function afterGivingUp(queued: () => Promise<void>): Promise<readonly string[]> {
      const method = 'POST';
      const held = Array.from({ length: connectionLimit }, () =>
        transport.request(server.request('/held', { method })),
      );
      await waitFor('all connections to be taken', () => server.paths.length === connectionLimit);
      await queued();
      server.paths.length = 0;
      server.release();
      await Promise.all(held);
      // Each connection serves one more, and what was queued would have come first.
      await Promise.all(held.map(() => transport.request(server.request('/after', { method }))));
      return server.paths.filter(path => path !== '/after');
    }

    it('is not sent once it is cancelled', async () => {
      const abort = new AbortController();
      const sent = await afterGivingUp(async () => {
        const create = transport.request(server.request('/create', { method: 'POST', signal: abort.signal }));
        const failed = refused('cancelled', create);
        // Loading the library takes turns; without this it would be refused before it was queued.
        await new Promise(resolve => setImmediate(resolve));
        abort.abort();
        assert.equal((await failed).undelivered, true);
      });
      assert.deepEqual(sent, []);
    });

    it('is not sent once it took too long', async () => {
      const sent = await afterGivingUp(async () => {
        const hasty = { ...timeouts, totalMs: 20 };
        const create = transport.request(server.request('/create', { method: 'POST', timeouts: hasty }));
        assert.equal((await refused('timeout', create)).undelivered, true);
      });
      assert.deepEqual(sent, []);
    });
  });

  describe('a signal that lives long', () => {
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, 'abort').length;

    it('is overtaken by one that waits for no other', async () => {
      const held = Array.from({ length: connectionLimit }, () => transport.request(server.request('/held')));
      await waitFor('the limit', () => server.paths.length === connectionLimit);
      const queued = transport.request(server.request('/queued'));
      const apart = await transport.request(server.request('/apart', { isApart: true }));
      assert.equal(apart.status, 200);
      assert.ok(!server.paths.includes('/queued'));
      server.release();
      await Promise.all([...held, queued]);
    });

    it('has a listener while a request is under way, and none afterwards', async () => {
      const held = transport.request(server.request('/held', { signal }));
      await waitFor('the request', () => server.paths.length === 1);
      assert.equal(listeners(), 1);
      server.release();
      await held;
      assert.equal(listeners(), 0);
    });

    const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
      'an answer': () => transport.request(server.request('/', { signal })),
      'a refused connection': async () => {
        const url = new URL(`http://127.0.0.1:${await closedPort()}/`);
        await refused('network', transport.request(server.request('/', { signal, url })));
      },
      'a time-out': () => {
        const hasty = { ...timeouts, totalMs: 20 };
        return refused('timeout', transport.request(server.request('/held', { signal, timeouts: hasty })));
      },
      'a stream that was read': async () => {
        await collect((await transport.stream(server.request('/', { signal }))).body);
      },
      'a stream that was discarded': async () => {
        (await transport.stream(server.request('/', { signal }))).body.discard();
      },
      'a refused change of protocol': () => transport.upgrade(server.request('/', { signal }), 'websocket'),
      'a pause between two attempts': () => systemRetryClock.sleep(1, signal),
    };
    for (const [what, attempt] of Object.entries(attempts))
      it(`has none after ${what}`, async () => {
        await attempt();
        assert.equal(listeners(), 0);
      });
  });

  it('a pause ends at once when it is cancelled, before it or during it, and nothing was sent', async () => {
    const abort = new AbortController();
    const during = refused('cancelled', systemRetryClock.sleep(600_000, abort.signal));
    abort.abort();
    for (const attempt of [during, refused('cancelled', systemRetryClock.sleep(600_000, abort.signal))])
      assert.equal((await attempt).undelivered, true);
  });

  describe('after a change of the settings', () => {
    const changes: Readonly<Record<string, () => Promise<() => Promise<void>>>> = {
      directly: () => Promise.resolve(() => Promise.resolve()),
      'through a proxy': async () => {
        const proxy = await startProxy({ target: server.port });
        network = { ...network, proxyUrl: proxy.origin, noProxy: ['<-loopback>'] };
        return () => proxy.stop();
      },
    };
    for (const [how, prepare] of Object.entries(changes))
      it(`those of before are closed, of requests and of streams, made ${how}`, async () => {
        const stop = await prepare();
        await transport.request(server.request('/'));
        await transport.request(server.request('/', { isApart: true }));
        await transport.request(server.request('/', { method: 'POST' }));
        await collect((await transport.stream(server.request('/'))).body);
        const before = [...server.sockets];
        assert.equal(before.length, 4);
        network = { strictSsl: false };
        await transport.request(server.request('/'));
        const areClosed = (): boolean => before.every(socket => !server.sockets.has(socket));
        // Sooner than those that are idle close by themselves.
        await waitFor('the old ones to close', areClosed, 4_000);
        assert.equal(server.sockets.size, 1);
        await stop();
      });

    it('those in use are closed once they are no longer', async () => {
      const held = transport.request(server.request('/held'));
      await waitFor('the request', () => server.paths.length === 1);
      const [before] = server.sockets;
      assert.ok(before);
      network = { strictSsl: false };
      await transport.request(server.request('/'));
      assert.ok(server.sockets.has(before));
      server.release();
      assert.equal((await held).text, 'done');
      await waitFor('the old one to close', () => !server.sockets.has(before));
    });
  });
});
