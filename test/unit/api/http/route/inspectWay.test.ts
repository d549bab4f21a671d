import assert from 'node:assert/strict';
import { createServer as createTcpServer } from 'node:net';
import type { Hop, HopName, Way } from '../../../../../src/core/connection/way';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { inspectWay, type InspectOptions } from '../../../../../src/api/http/route/inspectWay';
import type { NetworkOptions } from '../../../../../src/api/http/route/proxyRules';
import {
  closedPort,
  listen,
  LoopbackServer,
  startProxy,
  testCa,
  type Answer,
} from '../../../../support/servers/loopbackServer';
import { startSocksProxy } from '../../../../support/servers/socksProxy';

describe('inspectWay', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function serve(
    options: { readonly tls?: boolean; readonly clientCertificate?: boolean } = { tls: true },
    answer: Answer = (_seen, response) =>
      response.writeHead(401, { 'content-type': 'application/json' }).end('{}'),
  ): Promise<LoopbackServer> {
    const server = await LoopbackServer.start(answer, options);
    cleanups.push(() => server.stop());
    return server;
  }

  async function proxyTo(behaviour: Parameters<typeof startProxy>[0]) {
    const proxy = await startProxy(behaviour);
    cleanups.push(() => proxy.stop());
    return proxy;
  }

  async function socksTo(behaviour: Parameters<typeof startSocksProxy>[0]) {
    const proxy = await startSocksProxy(behaviour);
    cleanups.push(() => proxy.stop());
    return proxy;
  }

  async function inspect(
    url: string,
    network: Partial<NetworkOptions> = {},
    options: Partial<InspectOptions> = {},
  ): Promise<Way> {
    return await inspectWay(new URL(url), {
      network: { strictSsl: true, ca: [testCa], ...network },
      signal: new AbortController().signal,
      answerPath: '/v1/x',
      ...options,
    });
  }

  function names(way: Way): readonly HopName[] {
    return way.hops.map(({ name }) => name);
  }

  function lastOf(way: Way): Hop {
    const last = way.hops.at(-1);
    assert.ok(last);
    return last;
  }

  it('tells each hop of a way without a proxy, with the certificate and who answers', async () => {
    const server = await serve();
    const begun: string[] = [];
    const way = await inspect(server.origin, {}, { onHop: name => begun.push(name) });
    assert.deepEqual(way.proxy, { kind: 'none' });
    assert.deepEqual(names(way), ['connect', 'tls', 'answer']);
    assert.deepEqual(begun, names(way));
    const [connect, tls, answer] = way.hops;
    assert.deepEqual(connect?.addresses, ['127.0.0.1']);
    assert.match(tls?.certificate?.issuer ?? '', /\w/);
    assert.match(tls?.certificate?.protocol ?? '', /^TLSv1\.\d$/);
    assert.equal(tls?.certificate?.problem, undefined);
    assert.deepEqual(answer?.answer, { status: 401, isPage: false });
    assert.deepEqual(
      server.seen.map(({ method, url, headers }) => [method, url, headers.authorization]),
      [['GET', '/v1/x', undefined]],
    );
  });

  it('looks names up, those of this machine too, and makes no request unless it is told to', async () => {
    const server = await serve({});
    const way = await inspectWay(new URL(`http://some.localhost:${server.port}`), {
      network: { strictSsl: true },
      signal: new AbortController().signal,
    });
    assert.deepEqual(names(way), ['lookup', 'connect']);
    assert.deepEqual(way.hops[0]?.addresses, ['127.0.0.1']);
    assert.deepEqual(server.seen, []);
    const unknown = await inspect('https://nowhere.invalid');
    assert.deepEqual(names(unknown), ['lookup']);
    assert.match(lastOf(unknown).failure?.code ?? '', /ENOTFOUND|EAI_AGAIN/);
  });

  it('goes through a proxy with its credentials, which are not in the result', async () => {
    const server = await serve();
    const proxy = await proxyTo({ target: server.port });
    const way = await inspect('https://proxy.test', {
      proxyUrl: proxy.origin.replace('//', '//me:hidden@'),
      proxySource: 'http.proxy',
    });
    assert.deepEqual(way.proxy, { kind: 'proxy', origin: proxy.origin, source: 'http.proxy' });
    assert.deepEqual(names(way), ['connect', 'tunnel', 'tls', 'answer']);
    assert.equal(lastOf(way).answer?.status, 401);
    assert.match(proxy.tunnels[0]?.authorization ?? '', /^Basic /);
    assert.doesNotMatch(JSON.stringify(way), /hidden|Basic/);
  });

  it('goes through a SOCKS5 proxy', async () => {
    const server = await serve();
    const proxy = await socksTo({ target: server.port, credentials: 'me:hidden' });
    const proxyUrl = proxy.origin.replace('//', '//me:hidden@');
    const way = await inspect('https://proxy.test', { proxyUrl, proxySource: 'ALL_PROXY' });
    assert.deepEqual(names(way), ['connect', 'tunnel', 'tls', 'answer']);
    assert.equal(lastOf(way).answer?.status, 401);
    assert.doesNotMatch(JSON.stringify(way), /hidden/);
    const wrong = await inspect('https://proxy.test', { proxyUrl: proxy.origin });
    assert.equal(lastOf(wrong).name, 'tunnel');
    assert.equal(lastOf(wrong).failure?.code, 'PROXY_REFUSED');
  });

  it('says where a refusing and a silent proxy end the way, and what has no address', async () => {
    const refusing = await proxyTo({ status: 407 });
    const refused = lastOf(await inspect('https://proxy.test', { proxyUrl: refusing.origin }));
    assert.deepEqual([refused.name, refused.answer?.status], ['tunnel', 407]);
    assert.equal(refused.failure?.code, 'PROXY_REFUSED');
    const silent = await proxyTo('silent');
    const late = lastOf(await inspect('https://proxy.test', { proxyUrl: silent.origin }, { hopMs: 200 }));
    assert.deepEqual([late.name, late.failure?.code], ['tunnel', 'TIMEOUT']);
    const nonsense = await inspect('https://proxy.test', {
      proxyUrl: 'socks4://x',
      proxySource: 'http.proxy',
    });
    assert.deepEqual(nonsense.proxy, { kind: 'unusable', source: 'http.proxy' });
    assert.deepEqual(nonsense.hops, []);
    const closed = lastOf(await inspect(`https://127.0.0.1:${await closedPort()}`));
    assert.deepEqual([closed.name, closed.failure?.code], ['connect', 'ECONNREFUSED']);
  });

  it('tells whose certificate is not trusted, and goes on where none is checked', async () => {
    const server = await serve();
    const untrusted = lastOf(await inspect(server.origin, { ca: [] }));
    assert.equal(untrusted.name, 'tls');
    assert.match(untrusted.failure?.code ?? '', /SIGNATURE|CERT/);
    assert.match(untrusted.certificate?.issuer ?? '', /\w/);
    assert.deepEqual(server.seen, []);
    const unchecked = await inspect(server.origin, { ca: [], strictSsl: false });
    assert.equal(lastOf(unchecked).name, 'answer');
    assert.notEqual(unchecked.hops.find(({ name }) => name === 'tls')?.certificate?.problem, undefined);
    const proxy = await proxyTo({ target: server.port });
    const other = lastOf(await inspect('https://other.test', { proxyUrl: proxy.origin }));
    assert.deepEqual([other.name, other.failure?.code], ['tls', 'ERR_TLS_CERT_ALTNAME_INVALID']);
  });

  it('tells a server that wants a certificate of the client', async () => {
    const server = await serve({ tls: true, clientCertificate: true });
    const last = lastOf(await inspect(server.origin));
    assert.match(last.failure?.code ?? '', /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|ECONNRESET/);
  });

  it('tells a web page, a way to another host, and what is no HTTP', async () => {
    const portal = await serve({}, (_seen, response) =>
      response.writeHead(302, { 'content-type': 'text/html', location: 'http://login.example/x?y' }).end(),
    );
    assert.deepEqual(lastOf(await inspect(portal.origin)).answer, {
      status: 302,
      isPage: true,
      redirectsTo: 'login.example',
    });
    // What is not read keeps a socket, and with it the process.
    const mail = createTcpServer(socket => socket.resume().end('220 mail.test ready\r\n\r\n'));
    const port = await listen(mail);
    cleanups.push(() => mail.close());
    const last = lastOf(await inspect(`http://127.0.0.1:${port}`));
    assert.deepEqual([last.name, last.failure?.code], ['answer', 'NOT_HTTP']);
  });

  it('ends at once when it is cancelled', async () => {
    const abort = new AbortController();
    const silent = await serve({}, () => abort.abort());
    await assert.rejects(
      inspect(silent.origin, {}, { signal: abort.signal, hopMs: 60_000 }),
      (error: unknown) => ApiError.is(error, 'cancelled'),
    );
  });
});
