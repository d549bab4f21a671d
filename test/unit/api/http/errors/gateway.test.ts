import assert from 'node:assert/strict';
import { ApiError, isAmbiguous, isUnknownFeature } from '../../../../../src/core/kernel/errors';
import { clientWith, FakeTransport, never, type Reply } from '../fakeTransport';

const html = { 'content-type': 'text/html; charset=utf-8' };
const page = '<!DOCTYPE html><html><head><title>Access denied</title></head></html>';

async function failureOf(reply: Reply, method: 'GET' | 'POST' = 'GET'): Promise<ApiError> {
  const client = clientWith(new FakeTransport(reply));
  try {
    await client.send({ method, path: '/sandboxes', signal: never, isIdempotent: true, retry: 'none' });
  } catch (error) {
    assert.ok(ApiError.is(error));
    return error;
  }
  throw new Error('It succeeded');
}

describe('an answer of a gateway', () => {
  for (const status of [401, 402, 403, 404, 409, 410])
    it(`of ${status} says nothing of the key, the plan or a sandbox`, async () => {
      const error = await failureOf({ status, headers: html, text: page });
      assert.equal(error.kind, 'network');
      assert.equal(error.message, 'Access denied');
      const { name, target, answer } = error.obstacle ?? {};
      assert.deepEqual([name, target, answer], ['answer', 'api.tensorlake.ai', { status, isPage: true }]);
      assert.equal(isAmbiguous(error), false);
    });

  it('is told by its beginning where its type is not', async () => {
    assert.equal((await failureOf({ status: 403, text: page })).kind, 'network');
  });

  it('does not tell what the service supports', async () => {
    const error = await failureOf({ status: 405, headers: html, text: page });
    assert.equal(isUnknownFeature(error), false);
    assert.equal(isUnknownFeature(await failureOf({ status: 405, text: 'Method Not Allowed' })), true);
  });

  it('keeps what its status means for a repetition', async () => {
    assert.equal((await failureOf({ status: 502, headers: html, text: page })).kind, 'server');
    assert.equal((await failureOf({ status: 429, headers: html, text: page })).kind, 'rateLimited');
    assert.equal((await failureOf({ status: 413, headers: html, text: page })).kind, 'tooLarge');
  });

  it('that asks to log in to the network is no answer of the service, page or not', async () => {
    const error = await failureOf({ status: 511, text: 'Network Authentication Required' });
    assert.equal(error.kind, 'network');
    assert.equal(error.obstacle?.answer?.isPage, true);
  });

  it('in place of a list is named, and not taken for one', async () => {
    const error = await failureOf({ headers: html, text: page });
    assert.equal(error.code, 'WEB_PAGE');
    assert.equal(error.obstacle?.answer?.isPage, true);
  });

  it('that leads to a login host names it', async () => {
    const error = await failureOf({
      status: 302,
      headers: { location: 'https://login.hotel.example/?next=1' },
    });
    assert.equal(error.obstacle?.answer?.redirectsTo, 'login.hotel.example');
    const open = await failureOf({ status: 302, headers: { location: 'http://10.0.0.1/login' } });
    assert.equal(open.obstacle?.answer?.redirectsTo, '10.0.0.1');
  });
});

describe('an answer of the service', () => {
  for (const [status, kind] of [
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'notFound'],
  ] as const)
    it(`of ${status} counts, as JSON and as plain text`, async () => {
      for (const text of ['{"message":"no"}', 'no']) {
        const error = await failureOf({ status, text });
        assert.equal(error.kind, kind);
        assert.equal(error.obstacle, undefined);
      }
    });

  it('of 503 says that it is out of order, and how long it asks to wait', async () => {
    const without = await failureOf({ status: 503, json: { message: 'busy' } });
    assert.deepEqual(without.obstacle?.answer, { status: 503, isPage: false });
    const headers = { 'retry-after': '90' };
    const asking = await failureOf({ status: 503, headers, json: { message: 'busy' } });
    assert.deepEqual(asking.obstacle?.answer, { status: 503, isPage: false, waitMs: 90_000 });
    assert.equal(asking.kind, 'server');
    assert.equal((await failureOf({ status: 503, headers, text: page })).obstacle?.answer?.isPage, true);
  });

  it('of 503 with a code of the sandbox proxy is what the code says', async () => {
    const error = await failureOf({ status: 503, json: { code: 'SANDBOX_NOT_READY', message: 'no' } });
    assert.equal(error.obstacle, undefined);
  });
});
