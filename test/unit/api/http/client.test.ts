import assert from 'node:assert/strict';
import { type ApiCall, encoded, segment } from '../../../../src/api/http/client';
import { KnownSecrets } from '../../../../src/api/http/errors/redact';
import { UndiciTransport } from '../../../../src/api/http/undiciTransport';
import { ApiError } from '../../../../src/core/kernel/errors';
import type { Logger } from '../../../../src/core/kernel/logger';
import { FakeClock, FakeTransport, clientWith, endpointAt, never, testKey } from './fakeTransport';
import { LoopbackServer } from '../../../support/servers/loopbackServer';

function call(overrides: Partial<ApiCall> = {}): ApiCall {
  return { method: 'GET', path: '/sandboxes', signal: never, isIdempotent: true, ...overrides };
}

class RecordingLogger implements Logger {
  readonly lines: string[] = [];
  trace = (message: string): void => void this.lines.push(message);
  debug = this.trace;
  info = this.trace;
  warn = this.trace;
  error = this.trace;
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

describe('ApiClient', () => {
  it('sends the key, the user agent and JSON to the endpoint', async () => {
    const transport = new FakeTransport({ json: {} });
    const endpoint = endpointAt('https://api.tensorlake.ai/base/');
    await clientWith(transport, { endpoint }).send(
      call({ method: 'POST', query: 'a=b%20c', body: { x: 1 } }),
    );
    const { url, headers, body } = transport.last;
    assert.equal(url.href, 'https://api.tensorlake.ai/base/sandboxes?a=b%20c');
    assert.equal(headers['authorization'], `Bearer ${testKey}`);
    assert.equal(headers['user-agent'], 'tensorlake-sandboxes-vscode/1.2.3');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(body, '{"x":1}');
  });

  it('reads the key for each attempt', async () => {
    const transport = new FakeTransport({ status: 503 }, { json: {} });
    let asked = 0;
    await clientWith(transport, { credential: () => Promise.resolve(`key-${++asked}`) }).send(call());
    assert.deepEqual(
      transport.requests.map(({ headers }) => headers['authorization']),
      ['Bearer key-1', 'Bearer key-2'],
    );
  });

  it('requires a key except on this machine', async () => {
    for (const credential of [() => undefined, () => ' ', () => 'two words', () => 'späh']) {
      const transport = new FakeTransport({});
      const error = await failure(clientWith(transport, { credential }).send(call()));
      assert.deepEqual([error.kind, error.undelivered], ['unauthenticated', true]);
      assert.equal(transport.requests.length, 0);
    }
    const local = new FakeTransport({});
    const endpoint = endpointAt('http://localhost:8900');
    await clientWith(local, { credential: () => undefined, endpoint }).send(call());
    assert.equal('authorization' in local.last.headers, false);
  });

  it('reports a failed answer with kind, status, code and Retry-After', async () => {
    const reply = {
      status: 503,
      headers: { 'retry-after': '20' },
      text: '{"error":"not yet","code":"SANDBOX_NOT_READY"}',
    };
    const error = await failure(
      clientWith(new FakeTransport(reply), { plane: 'proxy' }).send(
        call({ method: 'POST', isIdempotent: false }),
      ),
    );
    const { kind, message, status, code, retryAfterMs, undelivered } = error;
    assert.deepEqual(
      [kind, message, status, code, retryAfterMs, undelivered],
      ['server', 'not yet', 503, 'SANDBOX_NOT_READY', 20_000, true],
    );
    assert.equal(
      (await failure(clientWith(new FakeTransport({ status: 500 })).send(call()))).message,
      'HTTP 500',
    );
  });

  it('retries what is safe, and nothing with retry: none', async () => {
    const safe = new FakeTransport({ status: 503 }, { status: 429 }, {});
    const clock = new FakeClock();
    await clientWith(safe, { clock }).send(call());
    assert.deepEqual(clock.sleeps, [150, 300]);
    const none = new FakeTransport({ status: 503 });
    await failure(clientWith(none).send(call({ retry: 'none' })));
    assert.equal(none.requests.length, 1);
    const write = new FakeTransport({ status: 503 });
    await failure(clientWith(write).send(call({ method: 'POST', isIdempotent: false })));
    assert.equal(write.requests.length, 1);
  });

  it('returns a failure status that the call accepts', async () => {
    const accepts = (response: { status: number }): boolean => response.status === 504;
    const response = await clientWith(new FakeTransport({ status: 504, text: 'x' })).send(call({ accepts }));
    assert.equal(response.text, 'x');
  });

  it('logs one line a request, without query, body or key', async () => {
    const logger = new RecordingLogger();
    const transport = new FakeTransport(
      { status: 503 },
      new ApiError('network', 'x', { code: 'ECONNRESET' }),
      {},
    );
    await clientWith(transport, { logger }).send(call({ query: 'cursor=hidden', body: { hidden: 1 } }));
    assert.deepEqual(logger.lines, [
      '#1 GET /sandboxes 503 0 ms',
      '#1 again in 150 ms after server',
      '#1 GET /sandboxes network ECONNRESET 0 ms',
      '#1 again in 300 ms after network',
      '#1 GET /sandboxes 200 0 ms',
    ]);
  });

  it('redacts the key in everything a server echoes', async () => {
    const server = await LoopbackServer.start((seen, response) => {
      const echo = `You sent authorization: ${seen.headers.authorization} for ${seen.url} ${'pad '.repeat(200)}${testKey}`;
      const asJson = seen.url.startsWith('/json');
      response.writeHead(400).end(asJson ? JSON.stringify({ message: echo, code: testKey }) : echo);
    });
    const transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
    const logger = new RecordingLogger();
    const client = clientWith(transport, { endpoint: endpointAt(server.origin), logger });
    try {
      for (const path of ['/json', '/text']) {
        const error = await failure(client.send(call({ path })));
        const all = [error.message, error.code, error.stack, JSON.stringify(error), ...logger.lines].join(
          '\n',
        );
        assert.doesNotMatch(all, /0123456789/);
        assert.match(error.message, /You sent authorization: \[redacted\]/);
      }
    } finally {
      transport.dispose();
      await server.stop();
    }
  });

  it('redacts the key in lists, also in an accepted failure', async () => {
    const json = {
      sandboxes: [{ id: 'a', name: `x ${testKey}`, note: Buffer.from(testKey).toString('base64') }],
    };
    const accepts = ({ status }: { status: number }): boolean => status === 504;
    for (const status of [200, 504]) {
      const transport = new FakeTransport({ status, json });
      const { text } = await clientWith(transport).send(call({ accepts }));
      assert.equal(text, '{"sandboxes":[{"id":"a","name":"x [redacted]","note":"[redacted]"}]}');
    }
  });

  it('redacts the key in errors of the transport', async () => {
    const reported = new ApiError('network', `no way to ${testKey}`, { code: 'X', undelivered: true });
    const error = await failure(clientWith(new FakeTransport(reported)).send(call({ retry: 'none' })));
    assert.deepEqual([error.message, error.code, error.undelivered], ['no way to [redacted]', 'X', true]);
  });

  it('leaves the answer to a login as it is, which may hold the key in use', async () => {
    const secrets = new KnownSecrets();
    secrets.add(testKey, 'credential');
    const transport = new FakeTransport({ json: { access_token: testKey } });
    const client = clientWith(transport, { secrets });
    const login = call({ method: 'POST', isLogin: true });
    assert.equal((await client.send(login)).text, `{"access_token":"${testKey}"}`);
    assert.equal('authorization' in transport.last.headers, false);
    assert.equal((await client.send(call())).text, '{"access_token":"[redacted]"}');
  });

  it('sends a call apart from others where it asks for that', async () => {
    const transport = new FakeTransport({});
    const client = clientWith(transport);
    await client.send(call({ isApart: true }));
    await client.send(call());
    assert.deepEqual(
      transport.requests.map(({ isApart }) => isApart),
      [true, undefined],
    );
  });

  it('reads how much a server takes from a refusal for the size alone', async () => {
    const text = 'The limit is 1048576 bytes';
    const limitAt = async (status: number): Promise<number | undefined> =>
      (await failure(clientWith(new FakeTransport({ status, text })).send(call()))).limitBytes;
    assert.deepEqual([await limitAt(413), await limitAt(422)], [1_048_576, undefined]);
  });

  it('refuses ids and texts that would make another address, before anything is sent', () => {
    for (const make of [() => segment('..'), () => segment('.'), () => segment(''), () => encoded('\ud800')])
      assert.throws(make, (error: unknown) => ApiError.is(error, 'invalid') && error.undelivered);
    assert.deepEqual([segment('a/..'), encoded('ä b')], ['a%2F..', '%C3%A4%20b']);
  });

  it('tells a mistake of this side from the network, and does not repeat it', async () => {
    const transport = new FakeTransport(new TypeError(`bad ${testKey}`));
    const error = await failure(clientWith(transport).send(call()));
    assert.equal(error.kind, 'internal');
    assert.equal(error.message, 'TypeError: bad [redacted]');
    assert.equal(transport.requests.length, 1);
  });
});
