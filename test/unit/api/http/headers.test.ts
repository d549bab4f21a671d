import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { ApiClient } from '../../../../src/api/http/client';
import { UndiciTransport } from '../../../../src/api/http/undiciTransport';
import { ApiError } from '../../../../src/core/kernel/errors';
import { silentLogger } from '../../../../src/core/kernel/logger';
import { endpointAt, never, testKey } from './fakeTransport';

/** What a client made of an answer that a raw socket sent. */
interface Outcome {
  readonly status?: number;
  readonly error?: ApiError;
}

describe('The headers of an answer', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** Sends a request to a server that answers with these lines and closes the connection. */
  async function exchange(...lines: readonly string[]): Promise<Outcome> {
    const sockets = new Set<Socket>();
    const server = createServer(socket => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(lines.join('\r\n')));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address);
    const transport = new UndiciTransport({ network: () => ({ strictSsl: true }) });
    cleanups.push(
      () => new Promise(resolve => server.close(resolve)),
      () => sockets.forEach(socket => socket.destroy()),
      () => transport.dispose(),
    );
    const client = new ApiClient({
      transport,
      endpoint: endpointAt(`http://127.0.0.1:${address.port}`),
      credential: () => testKey,
      logger: silentLogger,
      version: '1.2.3',
    });
    try {
      const call = { method: 'GET', path: '/x', signal: never, isIdempotent: true, retry: 'none' } as const;
      return { status: (await client.send(call)).status };
    } catch (error) {
      assert.ok(ApiError.is(error), String(error));
      return { status: error.status, error };
    }
  }

  const waits: readonly (readonly [headers: readonly string[], expected: number | undefined])[] = [
    [['Retry-After: 2'], 2000],
    [['Retry-After: 2', 'Retry-After: 7'], 7000],
    [['retry-after: 7', 'RETRY-AFTER: soon'], 7000],
    [['Retry-After: 3', 'Retry-After: 99999999999999'], 300_000],
    [['Retry-After: Fri, 31 Dec 9999 23:59:59 GMT'], 300_000],
    [['Retry-After: Fri, 31 Dec 1999 23:59:59 GMT', 'Retry-After: 4'], 4000],
    [['Retry-After: -1'], undefined],
    // Whatever the server believes the time to be, this side counts by its own clock.
    [['Date: Fri, 31 Dec 9999 23:59:59 GMT', 'Retry-After: 2'], 2000],
    [['Date: Thu, 01 Jan 1970 00:00:00 GMT', 'Date: soon', 'Retry-After: 2'], 2000],
  ];
  for (const [headers, expected] of waits)
    it(`make a wait of ${expected ?? 'no'} ms: ${headers.join(', ')}`, async () => {
      const { error } = await exchange('HTTP/1.1 429 Slow', ...headers, 'Content-Length: 0', '', '');
      assert.equal(error?.kind, 'rateLimited');
      assert.equal(error.retryAfterMs, expected);
    });

  const others: readonly (readonly [headers: readonly string[], expected: string])[] = [
    [['Keep-Alive: timeout=99999999999', 'Content-Length: 2'], 'read'],
    [['Keep-Alive: timeout=-5, max=-1', 'Keep-Alive: soon', 'Content-Length: 2'], 'read'],
    [['Date: soon', 'Content-Length: 2'], 'read'],
    [['Content-Type: text/html', 'Content-Type: application/json', 'Content-Length: 2'], 'read'],
    [['Content-Length: 2', 'Content-Length: 2'], 'network'],
    [['Content-Length: 2', 'Content-Length: 3'], 'network'],
    [['Content-Length: -2'], 'network'],
    [['Content-Length: 99999999999999999999999'], 'network'],
    [['Content-Length: 99999999999'], 'network'],
    [['Content-Length: two'], 'network'],
    [['Transfer-Encoding: chunked', 'Content-Length: 2'], 'network'],
    [[`X-Long: ${'x'.repeat(100_000)}`, 'Content-Length: 2'], 'network'],
    [[...Array.from({ length: 3000 }, (_, index) => `X-${index}: 1`), 'Content-Length: 2'], 'network'],
  ];
  for (const [headers, expected] of others)
    it(`are taken or refused as ${expected}: ${headers.join(', ').slice(0, 80)}`, async () => {
      const { error } = await exchange('HTTP/1.1 200 OK', ...headers, '', '{}');
      assert.equal(error?.kind ?? 'read', expected);
    });

  it('do not lead elsewhere when there are two places', async () => {
    const { error } = await exchange('HTTP/1.1 302 Found', 'Location: /b', 'Location: /c', '', '');
    assert.deepEqual([error?.kind, error?.code], ['server', 'REDIRECT_REFUSED']);
  });
});
