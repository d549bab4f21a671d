import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/core/account/endpoint';

describe('parseEndpoint', () => {
  it('accepts https for any host and http on this machine', () => {
    for (const [text, shown, isLoopback, isNamespaced] of [
      ['https://api.tensorlake.ai', 'https://api.tensorlake.ai', false, false],
      [' https://API.tensorlake.ai:443/base// ', 'https://api.tensorlake.ai/base', false, false],
      ['http://localhost:8900/', 'http://localhost:8900', true, true],
      ['http://127.0.0.1:8900', 'http://127.0.0.1:8900', true, true],
      ['http://127.9.9.9', 'http://127.9.9.9', true, false],
      ['http://[::1]:8900', 'http://[::1]:8900', true, false],
      ['http://x.localhost', 'http://x.localhost', true, false],
    ] as const) {
      const parsed = parseEndpoint(text);
      assert.ok('ok' in parsed, text);
      assert.deepEqual(
        [parsed.ok.text, parsed.ok.isLoopback, parsed.ok.isNamespaced],
        [shown, isLoopback, isNamespaced],
      );
    }
  });

  it('takes a namespace out of the address that ends in one', () => {
    for (const [text, basePath, namespace] of [
      ['http://localhost:8900/v1/namespaces/x', '', 'x'],
      ['https://box.example.com/api/v1/namespaces/a%20b/', '/api', 'a b'],
      ['https://box.example.com/v1/namespaces', '/v1/namespaces', undefined],
    ] as const) {
      const parsed = parseEndpoint(text);
      assert.ok('ok' in parsed, text);
      assert.equal(parsed.ok.basePath, basePath);
      assert.equal(parsed.ok.namespace, namespace);
      assert.equal(parsed.ok.isNamespaced, namespace !== undefined);
      assert.equal(parsed.ok.text, text.replace(/\/$/, ''));
    }
  });

  it('reports what is wrong with other addresses', () => {
    for (const [text, error] of [
      ['', 'empty'],
      ['api.tensorlake.ai', 'notUrl'],
      ['ftp://localhost', 'scheme'],
      ['javascript:alert(1)', 'scheme'],
      ['http://api.tensorlake.ai', 'insecure'],
      ['http://127.0.0.1.evil.test', 'insecure'],
      ['http://localhost.evil.test', 'insecure'],
      ['http://localhost@evil.test', 'credentials'],
      ['https://me:secret@api.tensorlake.ai', 'credentials'],
      ['https://api.tensorlake.ai?key=x', 'query'],
      ['https://api.tensorlake.ai/?', 'query'],
      ['https://api.tensorlake.ai/#x', 'fragment'],
    ] as const) {
      assert.deepEqual(parseEndpoint(text), { error }, text);
    }
  });
});
