import assert from 'node:assert/strict';
import { parseProxy, routeTo } from '../../../../../src/api/http/route/proxyRules';

function proxied(url: string, ...noProxy: string[]): boolean {
  return routeTo(new URL(url), { proxyUrl: 'http://proxy:3128', noProxy, strictSsl: true }).kind !== 'direct';
}

describe('routeTo', () => {
  it('is direct without a proxy', () => {
    for (const proxyUrl of [undefined, '', ' ']) {
      assert.deepEqual(
        routeTo(new URL('https://a.test'), { ...(proxyUrl !== undefined && { proxyUrl }), strictSsl: true }),
        { kind: 'direct', because: 'noProxy' },
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

  it('says why it is direct', () => {
    const options = { proxyUrl: 'proxy', noProxy: ['b.test', '.a.test'], strictSsl: true };
    assert.deepEqual(routeTo(new URL('https://x.a.test'), options), {
      kind: 'direct',
      because: 'entry',
      entry: '.a.test',
    });
    assert.deepEqual(routeTo(new URL('https://localhost'), options), { kind: 'direct', because: 'loopback' });
    assert.deepEqual(routeTo(new URL('https://c.test'), { proxyUrl: 'ftp://proxy', strictSsl: true }), {
      kind: 'unusable',
    });
  });

  // What curl 7.88 does with the same entries, unless it says otherwise.
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['https://a.test', '*', false],
    ['https://a.test', 'a.test', false],
    ['https://A.test', ' A.TEST ', false],
    ['https://x.a.test', 'a.test', false],
    ['https://xa.test', 'a.test', true],
    ['https://x.a.test', '.a.test', false],
    ['https://a.test', '.a.test', false],
    ['https://xa.test', '.a.test', true],
    ['https://a.test.', 'a.test', false],
    ['https://a.test', 'a.test.', false],
    ['https://x.a.test', '.a.test.', false],
    ['https://10.1.2.3', '10.1.2.3', false],
    ['https://10.1.2.3', '2.3', true],
    ['https://10.1.2.3', '.3', true],
    ['https://10.1.2.3', '1.2.3', true],
    ['https://10.1.2.3', '10.0.0.0/8', false],
    ['https://11.1.2.3', '10.0.0.0/8', true],
    ['https://10.1.2.3', '10.1.2.3/32', false],
    ['https://10.1.2.3', '10.0.0.0/33', true],
    ['https://10.1.2.3', '10.0.0.0/99', true],
    ['https://10.1.2.3', '10.0.0.0/8/8', true],
    ['https://10.1.2.3', '10.0.0.0/', true],
    ['https://a.test', '10.0.0.0/8', true],
    ['https://[fd00::1]', 'fd00::1', false],
    ['https://[fd00::1]', '10.0.0.0/8', true],
    ['https://[fd00::1]', 'fe80::/10', true],
    ['https://[fd00::1]', 'fd00::1/129', true],
    ['https://a.test', 'fd00::/8', true],
    ['https://a.test', '', true],
    ['https://a.test', '.', true],
    ['https://a.test', '<local>', true],
    ['https://a.test', ':::', true],
    // Beyond curl.
    ['https://x.a.test', '*.a.test', false],
    ['https://a.test', '*.a.test', true],
    ['https://a.test', 'a.test:443', false],
    ['https://a.test', 'a.test:8443', true],
    ['https://a.test:8443', 'a.test:8443', false],
    ['https://x.a.test:8443', '.a.test:8443', false],
    ['http://a.test', 'a.test:80', false],
    ['https://10.1.2.3', '10.1.2.3:443', false],
    ['https://10.1.2.3', '0.0.0.0/0', false],
    ['https://[fd00::1]', '::/0', false],
    ['https://10.1.2.3', '::/0', true],
    ['https://[fd00::1]', 'fd00:0:0:0::1', false],
    ['https://[fd00::1]', '[fd00::1]', false],
    ['https://[fd00::1]:9', '[fd00::1]:9', false],
    ['https://[fd00::1]:9', '[fd00::1]:8', true],
    ['https://[fd00::1]', 'fd00::/8', false],
    ['https://[fe80::1]', 'fd00::/8', true],
    ['https://[fd00::1]', '[fd00::]/8', false],
    ['https://[fd00::1]', '[fd00::/8]', false],
    ['https://[fd00::1]', 'FD00::/8', false],
  ];
  for (const [url, entry, expected] of cases) {
    it(`${expected ? 'uses' : 'goes round'} the proxy to ${url} with "${entry}"`, () => {
      assert.equal(proxied(url, entry), expected);
      assert.equal(proxied(url, 'b.test', entry), expected);
    });
  }
});

describe('parseProxy', () => {
  it('moves credentials into a header value', () => {
    assert.deepEqual(parseProxy('proxy:3128'), {
      kind: 'http',
      origin: 'http://proxy:3128',
      token: undefined,
    });
    const me = `Basic ${Buffer.from('me:').toString('base64')}`;
    assert.deepEqual(parseProxy('https://me@proxy'), { kind: 'http', origin: 'https://proxy', token: me });
    const odd = parseProxy('http://%zz:x@proxy');
    assert.equal(odd?.kind === 'http' && odd.token, `Basic ${Buffer.from('%zz:x').toString('base64')}`);
  });

  it('prefers the header value that is set', () => {
    const proxy = parseProxy('http://me:pass@proxy', 'Negotiate abc');
    assert.equal(proxy?.kind === 'http' && proxy.token, 'Negotiate abc');
  });

  it('reads SOCKS5 addresses in the ways they are written', () => {
    const bare = { kind: 'socks', origin: 'socks5://proxy:1080', username: '', password: '' };
    for (const scheme of ['socks', 'socks5', 'socks5h', 'SOCKS5'])
      assert.deepEqual(parseProxy(`${scheme}://proxy`), bare);
    assert.deepEqual(parseProxy('socks5://me:p%40ss@[::1]:9050'), {
      kind: 'socks',
      origin: 'socks5://[::1]:9050',
      username: 'me',
      password: 'p@ss',
    });
  });

  it('accepts no others', () => {
    for (const text of ['socks4://proxy', 'socks5://', 'http://', '://', 'file:///x', 'pac+http://x/p.pac'])
      assert.equal(parseProxy(text), undefined);
  });
});
