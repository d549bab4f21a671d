import assert from 'node:assert/strict';
import { sendFollowingRedirects } from '../../../../src/api/http/redirects';
import type { HttpMethod } from '../../../../src/api/http/transport';
import { ApiError } from '../../../../src/core/kernel/errors';
import { FakeTransport, never } from './fakeTransport';

function to(location: string, status = 302) {
  return { status, headers: { location } };
}

function send(transport: FakeTransport, method: HttpMethod = 'GET', url = 'https://api.test/a') {
  return sendFollowingRedirects(transport, {
    method,
    url: new URL(url),
    headers: { authorization: 'Bearer k', accept: 'x', 'x-extra': '1' },
    ...(method === 'POST' && { body: '{}' }),
    signal: never,
    timeouts: { headersMs: 1, bodyMs: 1, totalMs: 1000 },
  });
}

const isRefused = (error: unknown): boolean =>
  ApiError.is(error, 'server') && error.code === 'REDIRECT_REFUSED';

describe('sendFollowingRedirects', () => {
  it('keeps credentials on the origin and drops them elsewhere', async () => {
    const transport = new FakeTransport(to('/b'), to('https://other.test/c'), to('https://api.test/d'), {});
    await send(transport);
    assert.deepEqual(
      transport.requests.map(({ url, headers }) => [url.href, headers['authorization'], headers['x-extra']]),
      [
        ['https://api.test/a', 'Bearer k', '1'],
        ['https://api.test/b', 'Bearer k', '1'],
        ['https://other.test/c', undefined, undefined],
        ['https://api.test/d', undefined, undefined],
      ],
    );
  });

  it('counts another port and another host as another origin', async () => {
    for (const target of ['https://api.test:8443/', 'https://x.api.test/']) {
      const transport = new FakeTransport(to(target), {});
      await send(transport);
      assert.equal(transport.last.headers['authorization'], undefined);
    }
  });

  it('gives up after three hops', async () => {
    const transport = new FakeTransport(to('/again'));
    await assert.rejects(send(transport), isRefused);
    assert.equal(transport.requests.length, 4);
  });

  it('refuses unencrypted, unreadable and foreign schemes', async () => {
    for (const target of ['http://api.test/a', 'http://localhost/', 'http://[', 'file:///etc/passwd']) {
      const transport = new FakeTransport(to(target), {});
      await assert.rejects(send(transport), isRefused, target);
      assert.equal(transport.requests.length, 1);
    }
    await assert.rejects(
      send(new FakeTransport(to('http://far.test/')), 'GET', 'http://localhost:1/'),
      isRefused,
    );
  });

  it('takes credentials out of a target', async () => {
    const transport = new FakeTransport(to('https://a:b@other.test/'), {});
    await send(transport);
    assert.equal(transport.last.url.href, 'https://other.test/');
  });

  it('moves a write only where 307 and 308 stay on the origin', async () => {
    for (const method of ['POST', 'PATCH', 'DELETE', 'PUT'] as const) {
      for (const status of [307, 308]) {
        const kept = new FakeTransport(to('/b', status), {});
        await send(kept, method);
        assert.deepEqual([kept.last.method, kept.last.url.pathname], [method, '/b']);
        await assert.rejects(send(new FakeTransport(to('https://other.test/', status)), method), isRefused);
      }
      for (const status of [301, 302, 303]) {
        await assert.rejects(send(new FakeTransport(to('/b', status)), method), isRefused);
      }
    }
  });

  it('passes other answers on', async () => {
    assert.equal((await send(new FakeTransport({ status: 304 }))).status, 304);
    assert.equal((await send(new FakeTransport({ status: 302 }))).status, 302);
  });
});
