import assert from 'node:assert/strict';
import { nextHop, sendFollowingRedirects } from '../../../../src/api/http/redirects';
import type { HttpMethod } from '../../../../src/api/http/transport';
import { ApiError } from '../../../../src/core/kernel/errors';
import { FakeTransport, never } from './fakeTransport';

function to(location: string, status = 302) {
  return { status, headers: { location } };
}

function send(transport: FakeTransport, method: HttpMethod = 'GET', url = 'https://api.test/a') {
  const request = {
    method,
    url: new URL(url),
    headers: { authorization: 'Bearer k', accept: 'x', 'x-extra': '1' },
    ...(method === 'POST' && { body: '{}' }),
    signal: never,
    timeouts: { headersMs: 1, bodyMs: 1, totalMs: 1000 },
  };
  return sendFollowingRedirects(transport, request, () => performance.now());
}

const isRefused = (error: unknown): boolean =>
  ApiError.is(error, 'server') && error.code === 'REDIRECT_REFUSED';

describe('sendFollowingRedirects', () => {
  it('keeps credentials on the origin', async () => {
    const transport = new FakeTransport(to('/b'), {});
    await send(transport);
    assert.deepEqual(
      transport.requests.map(({ url, headers }) => [url.href, headers['authorization'], headers['x-extra']]),
      [
        ['https://api.test/a', 'Bearer k', '1'],
        ['https://api.test/b', 'Bearer k', '1'],
      ],
    );
  });

  it('never leaves the origin, because answers decide where the key goes', async () => {
    const elsewhere = [
      'https://other.test/c',
      'https://api.test:8443/',
      'https://x.api.test/',
      '//other.test/',
    ];
    for (const target of elsewhere) {
      const transport = new FakeTransport(to(target), {});
      await assert.rejects(send(transport), isRefused, target);
      assert.equal(transport.requests.length, 1);
    }
  });

  it('gives up after three hops', async () => {
    const transport = new FakeTransport(to('/again'));
    await assert.rejects(send(transport), isRefused);
    assert.equal(transport.requests.length, 4);
  });

  it('refuses unencrypted, malformed and unsupported targets', async () => {
    const targets = [
      'http://api.test/a',
      'http://localhost/',
      'http://[',
      'file:///etc/passwd',
      // Two headers
      '/b, /c',
      'https://api.test/b, https://api.test/b',
      `/${'b'.repeat(10_000)}`,
    ];
    for (const target of targets) {
      const transport = new FakeTransport(to(target), {});
      await assert.rejects(send(transport), isRefused, target);
      assert.equal(transport.requests.length, 1);
    }
    await assert.rejects(
      send(new FakeTransport(to('http://far.test/')), 'GET', 'http://localhost:1/'),
      isRefused,
    );
  });

  it('removes credentials from a target', async () => {
    const transport = new FakeTransport(to('https://a:b@api.test/'), {});
    await send(transport);
    assert.equal(transport.last.url.href, 'https://api.test/');
  });

  it('redirects a write only for 307 and 308 on the same origin', async () => {
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

  it('tells which host a request was led to, unless that is its own', async () => {
    const obstacleOf = async (target: string): Promise<unknown> => {
      try {
        await send(new FakeTransport(to(target), {}));
      } catch (error) {
        return ApiError.is(error) ? error.obstacle : error;
      }
      return assert.fail('It was followed');
    };
    assert.deepEqual(await obstacleOf('https://login.test/x'), {
      name: 'answer',
      target: 'api.test',
      answer: { status: 302, isPage: false, redirectsTo: 'login.test' },
    });
    assert.equal(await obstacleOf('http://api.test/b'), undefined);
    assert.equal(await obstacleOf('ftp://login.test/x'), undefined);
  });

  it('returns other answers', async () => {
    assert.equal((await send(new FakeTransport({ status: 304 }))).status, 304);
    assert.equal((await send(new FakeTransport({ status: 302 }))).status, 302);
  });
});

describe('nextHop of a download', () => {
  const download = (url: string, method: HttpMethod = 'GET') => ({
    method,
    url: new URL(url),
    headers: { authorization: 'Bearer k', accept: 'x', 'x-tensorlake-sandbox-id': 'box' },
  });

  it('leaves the origin without credentials, and does not restore them when it returns', () => {
    for (const [target, method] of [
      ['https://other.test/c', 'GET'],
      ['https://box.test:8443/', 'GET'],
      ['https://x.box.test/', 'HEAD'],
    ] as const) {
      const away = nextHop(download('https://box.test/a', method), to(target), 0, 'anywhere');
      assert.deepEqual([away?.url.href, away?.headers], [target, { accept: 'x' }]);
      const back = away && nextHop(away, to('https://box.test/d'), 1, 'anywhere');
      assert.deepEqual(back?.headers, { accept: 'x' });
    }
  });

  it('stays encrypted, and a write stays on the origin', () => {
    for (const [from, target, method] of [
      ['https://box.test/a', 'http://other.test/', 'GET'],
      ['https://box.test/a', 'http://localhost/', 'GET'],
      ['http://localhost:1/a', 'http://far.test/', 'GET'],
      ['https://box.test/a', 'https://other.test/', 'PUT'],
    ] as const)
      assert.throws(() => nextHop(download(from, method), to(target, 307), 0, 'anywhere'), isRefused, target);
  });
});
