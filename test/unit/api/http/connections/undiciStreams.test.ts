import assert from 'node:assert/strict';
import type { NetworkOptions } from '../../../../../src/api/http/route/proxyRules';
import type { StreamRequest, StreamedResponse } from '../../../../../src/api/http/transport';
import { SourceError } from '../../../../../src/api/http/transport';
import { UndiciTransport } from '../../../../../src/api/http/undiciTransport';
import { ApiError } from '../../../../../src/core/kernel/errors';
import {
  LoopbackServer,
  closedPort,
  startProxy,
  testCa,
  type Answer,
} from '../../../../support/servers/loopbackServer';
import { startRawWebSocket } from '../../../../support/servers/rawWebSocket';
import { never } from '../fakeTransport';

const timeouts = { headersMs: 5_000, bodyMs: 5_000 };

describe('UndiciTransport, streaming', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function serve(answer: Answer, options: { tls?: boolean } = {}): Promise<LoopbackServer> {
    const server = await LoopbackServer.start(answer, options);
    cleanups.push(() => server.stop());
    return server;
  }

  function transportWith(network: Partial<NetworkOptions> = {}): UndiciTransport {
    const transport = new UndiciTransport({ network: () => ({ strictSsl: true, ...network }) });
    cleanups.push(() => transport.dispose());
    return transport;
  }

  const get = (url: string, more: Partial<StreamRequest> = {}): StreamRequest => ({
    method: 'GET',
    url: new URL(url),
    headers: {},
    signal: never,
    timeouts,
    ...more,
  });

  async function read({ body }: StreamedResponse): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  async function failure(attempt: Promise<unknown>): Promise<ApiError> {
    const error: unknown = await attempt.then(
      () => assert.fail('It should have failed'),
      (reason: unknown) => reason,
    );
    assert.ok(ApiError.is(error), String(error));
    return error;
  }

  it('returns headers before the body is complete, and keeps the connection afterwards', async () => {
    const ports = new Set<number | undefined>();
    let finish: (() => void) | undefined;
    const server = await serve((seen, response, request) => {
      ports.add(request.socket.remotePort);
      response.writeHead(206, { 'X-Way': 'stream' }).write(seen.body === '' ? 'first ' : seen.body);
      finish = () => response.end('last');
    });
    const transport = transportWith();
    for (const body of [undefined, 'text', Buffer.from('bytes')]) {
      const method = body === undefined ? 'GET' : 'PUT';
      const answer = await transport.stream(get(server.origin, { method, ...(body && { body }) }));
      assert.deepEqual([answer.status, answer.headers['x-way']], [206, 'stream']);
      finish?.();
      assert.match(await read(answer), /^(first |text|bytes)last$/);
      await new Promise(setImmediate);
    }
    assert.equal(ports.size, 1);
  });

  it('does not let long streams block requests', async () => {
    const server = await serve((seen, response) => {
      if (seen.url === '/short') response.end('short');
      else response.writeHead(200).write('never ends');
    });
    const transport = transportWith();
    const streams = await Promise.all(
      Array.from({ length: 40 }, () => transport.stream(get(`${server.origin}/long`))),
    );
    const answer = await transport.request({
      ...get(`${server.origin}/short`),
      body: undefined,
      timeouts: { ...timeouts, totalMs: 5_000 },
    });
    assert.equal(answer.text, 'short');
    for (const { body } of streams) body.discard();
  });

  it('fails while reading with the same errors as a whole request', async () => {
    const server = await serve((seen, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('part');
      if (seen.url === '/cut') setImmediate(() => response.destroy());
    });
    const transport = transportWith();
    const cut = await transport.stream(get(`${server.origin}/cut`));
    assert.equal((await failure(read(cut))).kind, 'network');
    const stuck = await transport.stream(get(server.origin, { timeouts: { ...timeouts, bodyMs: 50 } }));
    assert.equal((await failure(read(stuck))).code, 'UND_ERR_BODY_TIMEOUT');
    const abort = new AbortController();
    const left = await transport.stream(get(server.origin, { signal: abort.signal }));
    abort.abort();
    assert.equal((await failure(read(left))).kind, 'cancelled');
    const refused = await failure(transport.stream(get(`http://127.0.0.1:${await closedPort()}`)));
    assert.deepEqual([refused.kind, refused.undelivered], ['network', true]);
  });

  it('does not open a source when the connection fails', async () => {
    let opened = 0;
    const body = {
      open: async function* () {
        opened += 1;
        yield await Promise.resolve(Buffer.of(1));
      },
    };
    const transport = transportWith();
    const closed = `http://127.0.0.1:${await closedPort()}`;
    await failure(transport.stream(get(closed, { method: 'PUT', body })));
    assert.equal(opened, 0);
  });

  it('distinguishes the failure of a source from one of the network', async () => {
    const server = await serve((_seen, response) => response.end());
    const own = new Error('own');
    const body = {
      size: 10,
      open: async function* () {
        yield await Promise.resolve(Buffer.of(1));
        throw own;
      },
    };
    await assert.rejects(
      transportWith().stream(get(server.origin, { method: 'PUT', body })),
      error => error instanceof SourceError && error.cause === own,
    );
  });

  it('reaches names below localhost without a resolver', async () => {
    const server = await serve((seen, response) => response.end(seen.headers.host));
    const answer = await transportWith().stream(get(`http://a.b.localhost:${server.port}/`));
    assert.equal(await read(answer), `a.b.localhost:${server.port}`);
  });

  it('streams and upgrades through the proxy and with the CA of the settings', async () => {
    const sockets = await startRawWebSocket(socket => socket.write('hello'));
    cleanups.push(() => sockets.stop());
    const proxy = await startProxy({ target: sockets.port });
    cleanups.push(() => proxy.stop());
    const request = {
      ...get('http://sandbox.example/x'),
      body: undefined,
      timeouts: { ...timeouts, totalMs: 5_000 },
    };
    const answer = await transportWith({ proxyUrl: proxy.origin }).upgrade(request, 'websocket');
    assert.ok('socket' in answer);
    const [greeting] = await new Promise<Buffer[]>(resolve =>
      answer.socket.once('data', (...all) => resolve(all)),
    );
    assert.equal(String(greeting), 'hello');
    answer.socket.destroy();
    assert.equal(proxy.tunnels[0]?.target, 'sandbox.example:80');

    const secure = await serve((_seen, response) => response.end('secret'), { tls: true });
    const secureProxy = await startProxy({ target: secure.port });
    cleanups.push(() => secureProxy.stop());
    const url = 'https://localhost:1/';
    const network = { proxyUrl: secureProxy.origin, noProxy: ['<-loopback>'] };
    assert.equal(await read(await transportWith({ ...network, ca: [testCa] }).stream(get(url))), 'secret');
    assert.equal((await failure(transportWith(network).stream(get(url)))).kind, 'network');
  });
});
