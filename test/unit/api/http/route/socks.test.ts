import assert from 'node:assert/strict';
import type { NetworkOptions } from '../../../../../src/api/http/route/proxyRules';
import type { TransportRequest } from '../../../../../src/api/http/transport';
import { UndiciTransport } from '../../../../../src/api/http/undiciTransport';
import { isPermanent } from '../../../../../src/api/http/errors/transportErrors';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { closedPort, LoopbackServer, testCa } from '../../../../support/servers/loopbackServer';
import { startSocksProxy, type SocksProxy } from '../../../../support/servers/socksProxy';
import { waitFor } from '../../../../support/waitFor';

const relaxed = { headersMs: 5000, bodyMs: 5000, totalMs: 8000 };

describe('a SOCKS5 proxy', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function serve(tls: boolean): Promise<LoopbackServer> {
    const server = await LoopbackServer.start((_seen, response) => response.end('ok'), { tls });
    cleanups.push(() => server.stop());
    return server;
  }

  async function socks(behaviour: Parameters<typeof startSocksProxy>[0]): Promise<SocksProxy> {
    const proxy = await startSocksProxy(behaviour);
    cleanups.push(() => proxy.stop());
    return proxy;
  }

  function transportTo(proxyUrl: string, options: Partial<NetworkOptions> = {}, connectMs = 4000) {
    const network: NetworkOptions = { proxyUrl, strictSsl: true, ...options };
    const transport = new UndiciTransport({ network: () => network, connectMs });
    cleanups.push(() => transport.dispose());
    return transport;
  }

  function get(url: string): TransportRequest {
    return {
      method: 'GET',
      url: new URL(url),
      headers: {},
      signal: new AbortController().signal,
      timeouts: relaxed,
    };
  }

  async function failure(attempt: Promise<unknown>): Promise<ApiError> {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(ApiError.is(error), String(error));
    return error;
  }

  it('carries https and http, and looks up the names itself', async () => {
    const secure = await serve(true);
    const plain = await serve(false);
    const toSecure = await socks({ target: secure.port });
    const toPlain = await socks({ target: plain.port });
    const viaSecure = transportTo(toSecure.origin, { ca: [testCa] });
    assert.equal((await viaSecure.request(get('https://proxy.test/x'))).text, 'ok');
    assert.deepEqual(toSecure.asked, [{ target: 'proxy.test:443', credentials: undefined }]);
    const viaPlain = transportTo(toPlain.origin.replace('socks5:', 'socks5h:'));
    assert.equal((await viaPlain.request(get('http://proxy.test:8080/'))).text, 'ok');
    assert.equal(toPlain.asked[0]?.target, 'proxy.test:8080');
  });

  it('keeps its connection for the next request, and ends it with the transport', async () => {
    const server = await serve(false);
    const proxy = await socks({ target: server.port });
    const transport = transportTo(proxy.origin);
    await transport.request(get('http://proxy.test/'));
    await transport.request(get('http://proxy.test/'));
    assert.equal(proxy.asked.length, 1);
    transport.dispose();
    await waitFor('the end of the connection', () => proxy.clients() === 0 || undefined);
  });

  it('gets the name and password of the address', async () => {
    const server = await serve(false);
    const proxy = await socks({ target: server.port, credentials: 'me:p@ss' });
    const right = transportTo(proxy.origin.replace('//', '//me:p%40ss@'));
    assert.equal((await right.request(get('http://proxy.test/'))).text, 'ok');
    assert.equal(proxy.asked[0]?.credentials, 'me:p@ss');
    for (const credentials of ['', 'me:wrong@']) {
      const wrong = transportTo(proxy.origin.replace('//', `//${credentials}`));
      const error = await failure(wrong.request(get('http://proxy.test/')));
      assert.deepEqual([error.kind, error.code, error.undelivered], ['network', 'PROXY_REFUSED', true]);
      assert.doesNotMatch(error.message, /wrong/);
      assert.equal(isPermanent(error.code), true);
    }
    await waitFor('the end of the refused connections', () => proxy.clients() <= 1 || undefined);
  });

  it('is passed by for the hosts that go round a proxy', async () => {
    const server = await serve(false);
    const proxy = await socks({ target: server.port });
    assert.equal((await transportTo(proxy.origin).request(get(server.origin))).text, 'ok');
    assert.deepEqual(proxy.asked, []);
  });

  it('is told by its own name when it refuses, breaks off, is silent or is not there', async () => {
    const forbidden = await socks({ reply: 2 });
    const error = await failure(transportTo(forbidden.origin).request(get('https://proxy.test/')));
    assert.deepEqual([error.kind, error.code, error.undelivered], ['network', 'PROXY_REFUSED', true]);
    assert.match(error.message, /SOCKS5 proxy .*not allowed/);
    const unreachable = await socks({ reply: 4 });
    const passing = await failure(transportTo(unreachable.origin).request(get('https://proxy.test/')));
    assert.deepEqual([passing.kind, isPermanent(passing.code)], ['network', false]);
    assert.match(passing.message, /Host unreachable/);
    const closing = await socks({ greeting: 'close' });
    const closed = await failure(transportTo(closing.origin).request(get('https://proxy.test/')));
    assert.deepEqual([closed.kind, closed.undelivered], ['network', true]);
    const silent = await socks({ greeting: 'silence' });
    const late = await failure(transportTo(silent.origin, {}, 100).request(get('https://proxy.test/')));
    assert.deepEqual([late.kind, late.undelivered], ['timeout', true]);
    await waitFor('the end of the connection to the silent proxy', () => silent.clients() === 0 || undefined);
    const nowhere = transportTo(`socks5://127.0.0.1:${await closedPort()}`);
    assert.equal((await failure(nowhere.request(get('https://proxy.test/')))).code, 'ECONNREFUSED');
  });

  it('limits the handshake of TLS behind it', async () => {
    const silent = await LoopbackServer.start(() => undefined);
    cleanups.push(() => silent.stop());
    const proxy = await socks({ target: silent.port });
    const started = performance.now();
    const error = await failure(transportTo(proxy.origin, {}, 300).request(get('https://proxy.test/')));
    assert.ok(['timeout', 'network'].includes(error.kind), error.kind);
    assert.ok(performance.now() - started < relaxed.totalMs);
    assert.equal(error.undelivered, true);
  });
});
