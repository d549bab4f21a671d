import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/core/kernel/errors';
import type { NetworkOptions } from '../../../../../src/api/http/route/proxyRules';
import type { TransportRequest } from '../../../../../src/api/http/transport';
import { UndiciTransport } from '../../../../../src/api/http/undiciTransport';
import type { Answer, ConnectProxy } from '../../../../support/servers/loopbackServer';
import { LoopbackServer, closedPort, startProxy, testCa } from '../../../../support/servers/loopbackServer';
import { waitFor } from '../../../../support/waitFor';

const relaxed = { headersMs: 5000, bodyMs: 5000, totalMs: 5000 };

describe('UndiciTransport', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function serve(answer: Answer, options: { tls?: boolean } = {}): Promise<LoopbackServer> {
    const server = await LoopbackServer.start(answer, options);
    cleanups.push(() => server.stop());
    return server;
  }

  async function proxy(behaviour: Parameters<typeof startProxy>[0]): Promise<ConnectProxy> {
    const started = await startProxy(behaviour);
    cleanups.push(() => started.stop());
    return started;
  }

  function transportWith(
    network: Partial<NetworkOptions> | (() => NetworkOptions) = {},
    options: { connectMs?: number; maxBodyBytes?: number } = {},
  ): UndiciTransport {
    const getter = typeof network === 'function' ? network : () => ({ strictSsl: true, ...network });
    const transport = new UndiciTransport({ network: getter, ...options });
    cleanups.push(() => transport.dispose());
    return transport;
  }

  function get(url: string, overrides: Partial<TransportRequest> = {}): TransportRequest {
    return {
      method: 'GET',
      url: new URL(url),
      headers: {},
      signal: new AbortController().signal,
      timeouts: relaxed,
      ...overrides,
    };
  }

  async function failure(attempt: Promise<unknown>): Promise<ApiError> {
    try {
      await attempt;
    } catch (error) {
      assert.ok(ApiError.is(error), String(error));
      return error;
    }
    assert.fail('It should have failed');
  }

  it('sends method, path, query, headers and body and returns status, headers and text', async () => {
    const server = await serve((_seen, response) =>
      response.writeHead(418, { 'X-Many': ['a', 'b'] }).end('\uFEFFgrüße'),
    );
    const response = await transportWith().request(
      get(`${server.origin}/a%20b?c=d`, { method: 'PATCH', headers: { 'x-test': '1' }, body: '{"ü":1}' }),
    );
    assert.equal(response.status, 418);
    assert.equal(response.headers['x-many'], 'a, b');
    assert.equal(response.text, 'grüße');
    const [seen] = server.seen;
    assert.equal(seen?.method, 'PATCH');
    assert.equal(seen.url, '/a%20b?c=d');
    assert.equal(seen.body, '{"ü":1}');
    assert.equal(seen.headers['x-test'], '1');
  });

  it('sends Content-Length: 0 with an empty POST', async () => {
    const server = await serve((_seen, response) => response.end());
    await transportWith().request(get(server.origin, { method: 'POST' }));
    assert.equal(server.seen[0]?.headers['content-length'], '0');
  });

  it('keeps a connection for the next request', async () => {
    const ports = new Set<unknown>();
    const server = await serve((_seen, response, request) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const transport = transportWith();
    await transport.request(get(server.origin));
    await transport.request(get(server.origin));
    assert.equal(ports.size, 1);
  });

  it('distinguishes a refused connection from a broken one', async () => {
    const refused = await failure(
      transportWith().request(get(`http://127.0.0.1:${await closedPort()}/`, { method: 'POST' })),
    );
    assert.equal(refused.kind, 'network');
    assert.equal(refused.code, 'ECONNREFUSED');
    assert.equal(refused.undelivered, true);
    const server = await serve((_seen, _response, request) => request.socket.destroy());
    const broken = await failure(transportWith().request(get(server.origin, { method: 'POST' })));
    assert.equal(broken.kind, 'network');
    assert.equal(broken.undelivered, false);
  });

  it('reports an unknown host as undelivered', async () => {
    const error = await failure(transportWith().request(get('https://nowhere.invalid/')));
    assert.equal(error.kind, 'network');
    assert.equal(error.undelivered, true);
  });

  it('times out on slow headers, slow bodies and as a whole', async () => {
    const server = await serve((seen, response) => {
      if (seen.url === '/headers') return;
      response.write('x');
      if (seen.url === '/drip') {
        const drip = setInterval(() => response.write('x'), 10);
        response.on('close', () => clearInterval(drip));
      }
    });
    const transport = transportWith();
    const limits = { headers: { headersMs: 30 }, body: { bodyMs: 30 }, drip: { totalMs: 60 } };
    const errors = await Promise.all(
      Object.entries(limits).map(([path, limit]) =>
        failure(transport.request(get(`${server.origin}/${path}`, { timeouts: { ...relaxed, ...limit } }))),
      ),
    );
    assert.deepEqual(
      errors.map(({ kind, code, undelivered }) => [kind, code, undelivered]),
      [
        ['timeout', 'UND_ERR_HEADERS_TIMEOUT', false],
        ['timeout', 'UND_ERR_BODY_TIMEOUT', false],
        ['timeout', 'DEADLINE', false],
      ],
    );
  });

  it('cancels before, while waiting and while reading', async () => {
    const controllers = new Map<string, AbortController>();
    const server = await serve((seen, response) => {
      if (seen.url === '/reading') response.write('x');
      controllers.get(seen.url)?.abort();
    });
    const transport = transportWith();
    const early = new AbortController();
    early.abort();
    const before = await failure(transport.request(get(server.origin, { signal: early.signal })));
    assert.deepEqual([before.kind, before.undelivered], ['cancelled', true]);
    assert.equal(server.seen.length, 0);
    for (const path of ['/waiting', '/reading']) {
      const controller = new AbortController();
      controllers.set(path, controller);
      const error = await failure(
        transport.request(get(`${server.origin}${path}`, { signal: controller.signal })),
      );
      assert.deepEqual([error.kind, error.undelivered], ['cancelled', false]);
    }
  });

  it('refuses an answer that is too large', async () => {
    const server = await serve((_seen, response) => response.end('x'.repeat(5000)));
    const error = await failure(transportWith({}, { maxBodyBytes: 4096 }).request(get(server.origin)));
    assert.deepEqual([error.kind, error.code], ['schema', 'TOO_LARGE']);
  });

  it('reads the beginning of a failure that never ends, and hangs up', async () => {
    let isClosed = false;
    const server = await serve((_seen, response) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      const go = (): void => {
        while (response.write('why: '.repeat(10_000)));
      };
      response.on('drain', go).on('close', () => (isClosed = true));
      go();
    });
    for (const act of [
      () => transportWith().request(get(server.origin)),
      () => transportWith().upgrade(get(server.origin), 'websocket'),
    ]) {
      isClosed = false;
      const answer = await act();
      assert.ok('text' in answer);
      assert.deepEqual([answer.status, answer.text.slice(0, 10)], [403, 'why: why: ']);
      assert.equal(answer.text.length, 1024 * 1024);
      await waitFor('the connection to be closed', () => isClosed);
    }
  });

  it('keeps an answer in tiny pieces as small as it is', async () => {
    const server = await serve((_seen, response) => {
      for (let count = 0; count < 20_000; count += 1) response.write('x');
      response.end();
    });
    const { text } = await transportWith().request(get(server.origin));
    assert.equal(text, 'x'.repeat(20_000));
  });

  it('does not show the value of an invalid header in the error', async () => {
    const error = await failure(
      transportWith().request(get('http://127.0.0.1:1/', { headers: { authorization: 'Bearer s3cret\n' } })),
    );
    assert.equal(error.kind, 'network');
    assert.doesNotMatch(error.message, /s3cret/);
  });

  it('aborts pending requests on dispose and refuses new ones', async () => {
    const transport = transportWith();
    const server = await serve(() => transport.dispose());
    const error = await failure(transport.request(get(server.origin)));
    assert.equal(error.kind, 'cancelled');
    assert.equal((await failure(transport.request(get(server.origin)))).kind, 'cancelled');
  });

  describe('TLS', () => {
    it('refuses a private certificate unless its CA is given or checking is off', async () => {
      const server = await serve((_seen, response) => response.end('ok'), { tls: true });
      const untrusted = await failure(transportWith().request(get(server.origin)));
      assert.equal(untrusted.kind, 'network');
      assert.equal(untrusted.undelivered, true);
      assert.equal((await transportWith({ ca: [testCa] }).request(get(server.origin))).text, 'ok');
      assert.equal((await transportWith({ strictSsl: false }).request(get(server.origin))).text, 'ok');
    });

    it('names whose certificate it is where interception begins in mid-session, and only there', async () => {
      const server = await serve((_seen, response) => response.end('ok'), { tls: true });
      const transport = transportWith({ ca: [testCa] });
      assert.equal((await transport.request(get(server.origin))).text, 'ok');
      server.intercept();
      const intercepted = await waitFor('the refusal', async () => {
        const error = await failure(transport.request(get(server.origin)));
        // The first request may still meet the connection that was cut.
        return error.obstacle && error;
      });
      assert.equal(intercepted.kind, 'network');
      assert.equal(intercepted.undelivered, true);
      assert.equal(intercepted.obstacle?.certificate?.issuer, 'Test only interceptor');
      assert.equal(intercepted.obstacle.target, new URL(server.origin).host);
      const refused = await failure(transport.request(get(`https://127.0.0.1:${await closedPort()}`)));
      assert.equal(refused.obstacle, undefined);
    });

    it('applies changed options without a restart', async () => {
      const server = await serve((_seen, response) => response.end('ok'), { tls: true });
      let network: NetworkOptions = { strictSsl: true };
      const transport = transportWith(() => network);
      await failure(transport.request(get(server.origin)));
      network = { strictSsl: true, ca: [testCa] };
      assert.equal((await transport.request(get(server.origin))).status, 200);
    });
  });

  it('does not read the list of certificates for each request', async () => {
    const server = await serve((_seen, response) => response.end('ok'), { tls: true });
    let reads = 0;
    const ca = new Proxy([testCa], {
      get: (list, key, receiver): unknown => {
        reads += 1;
        return Reflect.get(list, key, receiver);
      },
    });
    const transport = transportWith(() => ({ strictSsl: true, ca }));
    await transport.request(get(server.origin));
    const readAtFirst = reads;
    for (let count = 0; count < 3; count += 1) await transport.request(get(server.origin));
    assert.equal(reads, readAtFirst);
  });

  describe('proxy', () => {
    it('tunnels https and http with the credentials of the address', async () => {
      const secure = await serve((_seen, response) => response.end('secure'), { tls: true });
      const plain = await serve((_seen, response) => response.end('plain'));
      const toSecure = await proxy({ target: secure.port });
      const toPlain = await proxy({ target: plain.port });
      const viaSecure = transportWith({
        proxyUrl: toSecure.origin.replace('//', '//me:p%40ss@'),
        ca: [testCa],
      });
      assert.equal((await viaSecure.request(get('https://proxy.test/x'))).text, 'secure');
      assert.deepEqual(toSecure.tunnels, [
        {
          target: 'proxy.test:443',
          authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
        },
      ]);
      const viaPlain = transportWith({ proxyUrl: toPlain.origin });
      assert.equal((await viaPlain.request(get('http://proxy.test:8080/'))).text, 'plain');
      assert.equal(toPlain.tunnels[0]?.target, 'proxy.test:8080');
    });

    it('sends the value of http.proxyAuthorization, and makes new connections when it changes', async () => {
      const server = await serve((_seen, response) => response.end('ok'), { tls: true });
      const forward = await proxy({ target: server.port });
      const basis = { proxyUrl: forward.origin.replace('//', '//me:pass@'), strictSsl: true, ca: [testCa] };
      let network: NetworkOptions = { ...basis, proxyAuthorization: 'Negotiate one' };
      const transport = transportWith(() => network);
      await transport.request(get('https://proxy.test/'));
      network = { ...basis, proxyAuthorization: 'Negotiate two' };
      await transport.request(get('https://proxy.test/'));
      assert.deepEqual(
        forward.tunnels.map(({ authorization }) => authorization),
        ['Negotiate one', 'Negotiate two'],
      );
    });

    it('connects to loopback directly unless noProxy says otherwise', async () => {
      const server = await serve((_seen, response) => response.end('ok'));
      const forward = await proxy({ target: server.port });
      await transportWith({ proxyUrl: forward.origin }).request(get(server.origin));
      assert.equal(forward.tunnels.length, 0);
      const forced = transportWith({ proxyUrl: forward.origin, noProxy: ['<-loopback>'] });
      await forced.request(get(server.origin));
      assert.equal(forward.tunnels.length, 1);
    });

    it('reports a refusing, a silent and a malformed proxy as undelivered', async () => {
      const refusing = await proxy({ status: 407 });
      const refused = await failure(
        transportWith({ proxyUrl: refusing.origin }).request(get('https://proxy.test/')),
      );
      assert.deepEqual([refused.kind, refused.code, refused.undelivered], ['network', 'PROXY_REFUSED', true]);
      assert.match(refused.message, /407/);
      const silent = await proxy('silent');
      const transport = transportWith({ proxyUrl: silent.origin }, { connectMs: 50 });
      const mute = await failure(transport.request(get('https://proxy.test/')));
      assert.deepEqual([mute.kind, mute.undelivered], ['timeout', true]);
      const malformed = transportWith({ proxyUrl: 'socks4://user:hidden@127.0.0.1:1' });
      const error = await failure(malformed.request(get('https://proxy.test/')));
      assert.deepEqual([error.kind, error.code], ['network', 'PROXY_ADDRESS']);
      assert.doesNotMatch(error.message, /hidden/);
    });
  });
});
