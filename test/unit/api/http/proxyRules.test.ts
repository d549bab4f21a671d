import assert from 'node:assert/strict';
import { parseProxy, usesProxy } from '../../../../src/api/http/proxyRules';

function proxied(url: string, ...noProxy: string[]): boolean {
  return usesProxy(new URL(url), { proxyUrl: 'http://proxy:3128', noProxy, strictSsl: true });
}

describe('usesProxy', () => {
  it('is false without a proxy', () => {
    for (const proxyUrl of [undefined, '', ' ']) {
      assert.equal(
        usesProxy(new URL('https://a.test'), { ...(proxyUrl && { proxyUrl }), strictSsl: true }),
        false,
      );
    }
    assert.equal(proxied('https://a.test'), true);
  });

  it('excludes loopback unless the entries include it', () => {
    for (const url of ['http://localhost', 'http://127.0.0.1', 'http://[::1]']) {
      assert.equal(proxied(url), false);
      assert.equal(proxied(url, '<-loopback>'), true);
    }
  });

  it('applies the entries', () => {
    for (const [url, entry, expected] of [
      ['https://a.test', '*', false],
      ['https://a.test', 'a.test', false],
      ['https://A.test', ' A.TEST ', false],
      ['https://x.a.test', 'a.test', false],
      ['https://xa.test', 'a.test', true],
      ['https://x.a.test', '.a.test', false],
      ['https://a.test', '.a.test', true],
      ['https://x.a.test', '*.a.test', false],
      ['https://a.test', 'a.test:443', false],
      ['https://a.test', 'a.test:8443', true],
      ['https://a.test:8443', 'a.test:8443', false],
      ['http://a.test', 'a.test:80', false],
      ['https://10.1.2.3', '10.0.0.0/8', false],
      ['https://11.1.2.3', '10.0.0.0/8', true],
      ['https://10.1.2.3', '10.0.0.0/99', true],
      ['https://a.test', '10.0.0.0/8', true],
      ['https://10.1.2.3', '1.2.3', true],
      ['https://[fe80::1]', '[fe80::1]', false],
      ['https://[fe80::1]:9', '[fe80::1]:9', false],
      ['https://a.test', '', true],
      ['https://a.test', '<local>', true],
      ['https://a.test', ':::', true],
    ] as const) {
      assert.equal(proxied(url, entry), expected, `${url} with ${entry}`);
    }
  });
});

describe('parseProxy', () => {
  it('moves credentials into a header value', () => {
    assert.deepEqual(parseProxy('proxy:3128'), { origin: 'http://proxy:3128', token: undefined });
    assert.deepEqual(parseProxy('https://me@proxy'), {
      origin: 'https://proxy',
      token: `Basic ${Buffer.from('me:').toString('base64')}`,
    });
    assert.equal(parseProxy('http://%zz:x@proxy')?.token, `Basic ${Buffer.from('%zz:x').toString('base64')}`);
  });

  it('accepts http proxies only', () => {
    for (const text of ['socks5://proxy', 'http://', '://', 'file:///x'])
      assert.equal(parseProxy(text), undefined);
  });
});
