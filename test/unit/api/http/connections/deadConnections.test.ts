import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { TransportRequest } from '../../../../../src/api/http/transport';
import { loadUndici } from '../../../../../src/api/http/route/httpLibrary';
import { UndiciTransport, type UndiciTransportOptions } from '../../../../../src/api/http/undiciTransport';
import { listen } from '../../../../support/servers/loopbackServer';
import { SilencedRelay } from '../../../../support/servers/silencedRelay';
import { waitFor } from '../../../../support/waitFor';
import { collect, refused, text } from '../box';

const hour = 3_600_000;
const timeouts = { headersMs: 60_000, bodyMs: 60_000, totalMs: 60_000 };

describe('Connections that died while they were idle', () => {
  let server: Server;
  let relay: SilencedRelay;
  /** What reached the server. */
  let heard: string[];
  /** How long the server thinks. */
  let slowMs: number;
  let elapsedMs: number;
  const transports: UndiciTransport[] = [];

  // Loading the library takes longer than some of these tests wait for an answer.
  before(loadUndici);
  beforeEach(async () => {
    heard = [];
    slowMs = 0;
    elapsedMs = 0;
    server = createServer({ keepAliveTimeout: 0 }, ({ method, url }, response) => {
      heard.push(`${method} ${url}`);
      setTimeout(() => response.end(`answer ${heard.length}`), slowMs);
    });
    relay = await SilencedRelay.start(await listen(server));
  });
  afterEach(async () => {
    for (const transport of transports.splice(0)) transport.dispose();
    await relay.stop();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  function open(options: Partial<UndiciTransportOptions> = {}): UndiciTransport {
    const transport = new UndiciTransport({
      network: () => ({ strictSsl: true }),
      elapsed: () => elapsedMs,
      silentMs: 60_000,
      ...options,
    });
    transports.push(transport);
    return transport;
  }

  function to(path: string, overrides: Partial<TransportRequest> = {}): TransportRequest {
    const url = new URL(`http://127.0.0.1:${relay.port}${path}`);
    return { method: 'GET', url, headers: {}, signal: new AbortController().signal, timeouts, ...overrides };
  }

  it('are not waited for by a read, which is sent again over a new one', async () => {
    const transport = open({ silentMs: 1000 });
    await transport.request(to('/first'));
    relay.silence();
    assert.equal((await transport.request(to('/second'))).status, 200);
    assert.deepEqual(heard, ['GET /first', 'GET /second']);
    const { made } = relay;
    await transport.request(to('/third'));
    assert.equal(relay.made, made);
  });

  it('are not waited for by any of the reads that are under way', async () => {
    const transport = open({ silentMs: 1000 });
    await Promise.all([1, 2, 3].map(async each => await transport.request(to(`/${each}`))));
    relay.silence();
    await Promise.all([4, 5, 6].map(async each => await transport.request(to(`/${each}`))));
    assert.equal(heard.length, 6);
  });

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const)
    it(`never get a ${method} after a read, and it is sent once`, async () => {
      const transport = open();
      await transport.request(to('/list'));
      relay.silence();
      await transport.request(to('/change', { method }));
      assert.deepEqual(heard, ['GET /list', `${method} /change`]);
    });

  it('do not wait for a change or a stream: theirs are closed after seconds', async function () {
    this.timeout(30_000);
    const transport = open();
    await transport.request(to('/change', { method: 'POST' }));
    await collect((await transport.stream(to('/file'))).body);
    assert.equal(relay.open.size, 2);
    await waitFor('both to be closed', () => relay.open.size === 0, 20_000);
  });

  it('are not used again after the machine slept, by anything', async () => {
    const transport = open();
    const all = async (): Promise<void> => {
      await transport.request(to('/read'));
      await transport.request(to('/change', { method: 'POST' }));
      await collect((await transport.stream(to('/file'))).body);
    };
    await all();
    relay.silence();
    elapsedMs += hour;
    await all();
    assert.equal(heard.length, 6);
    await waitFor('the dead ones to be closed', () => relay.open.size === 3);
  });

  it('are used again while nothing speaks against it', async () => {
    const transport = open();
    for (const path of ['/a', '/b', '/c']) {
      await transport.request(to(path));
      elapsedMs += 30_000;
    }
    assert.equal(relay.made, 1);
  });

  it('let a stream that is under way go on', async () => {
    const transport = open();
    slowMs = 200;
    const streaming = transport.stream(to('/file'));
    await waitFor('the request', () => heard.length === 1);
    elapsedMs += hour;
    const other = transport.request(to('/read'));
    assert.match(text(Buffer.concat(await collect((await streaming).body))), /^answer/);
    await other;
  });

  describe('A server that is slow', () => {
    it('is asked once more within a minute, and its first answer counts', async () => {
      const transport = open({ silentMs: 50 });
      slowMs = 300;
      assert.equal((await transport.request(to('/slow'))).text, 'answer 2');
      assert.deepEqual(heard, ['GET /slow', 'GET /slow']);
      await transport.request(to('/again'));
      assert.deepEqual(heard.slice(2), ['GET /again']);
      elapsedMs += hour;
      await transport.request(to('/later'));
      assert.deepEqual(heard.slice(3), ['GET /later', 'GET /later']);
    });

    it('gets nothing twice that changes something', async () => {
      const transport = open({ silentMs: 20 });
      slowMs = 200;
      await transport.request(to('/create', { method: 'POST' }));
      assert.deepEqual(heard, ['POST /create']);
    });

    it('ends both when the user cancels', async () => {
      const transport = open({ silentMs: 20 });
      slowMs = 5000;
      const abort = new AbortController();
      const failed = refused('cancelled', transport.request(to('/slow', { signal: abort.signal })));
      await waitFor('both', () => heard.length === 2);
      abort.abort();
      await failed;
      await waitFor('both to be closed', () => relay.open.size === 0);
    });

    it('fails as ever when both stay without an answer', async () => {
      const transport = open({ silentMs: 20, elapsed: () => performance.now() });
      slowMs = 5000;
      const hasty = { ...timeouts, totalMs: 200 };
      const error = await refused('timeout', transport.request(to('/slow', { timeouts: hasty })));
      assert.equal(error.code, 'DEADLINE');
    });
  });
});
