import assert from 'node:assert/strict';
import { sandboxAddress } from '../../../../src/api/data/sandboxAddress';
import { endpointAt } from '../http/fakeTransport';

const cloud = endpointAt('https://api.tensorlake.ai');
const local = endpointAt('http://localhost:8900');

describe('sandboxAddress', () => {
  it('keeps scheme, host and port of the address and names the sandbox', () => {
    const found = sandboxAddress(cloud, {
      id: 'abc',
      sandboxUrl: 'https://abc.sandbox.tensorlake.ai:444/x?y#z',
    });
    assert.ok('ok' in found);
    assert.equal(found.ok.endpoint.text, 'https://abc.sandbox.tensorlake.ai:444');
    assert.deepEqual(found.ok.headers, { 'x-tensorlake-sandbox-id': 'abc' });
  });

  it('addresses a sandbox with the host header where one local address serves all', () => {
    for (const sandboxUrl of [undefined, 'http://127.0.0.1:9443']) {
      const found = sandboxAddress(local, { id: 'abc', ...(sandboxUrl && { sandboxUrl }) });
      assert.ok('ok' in found);
      assert.equal(found.ok.endpoint.text, sandboxUrl ?? 'http://localhost:9443');
      assert.equal(found.ok.headers['host'], 'abc.local');
    }
  });

  it('never sends the key unencrypted, nor from a remote service to this machine', () => {
    const problems = [
      [cloud, undefined, 'missing'],
      [cloud, ' ', 'missing'],
      [cloud, 'abc.sandbox.tensorlake.ai', 'notUrl'],
      [cloud, 'ftp://abc.example', 'notUrl'],
      [cloud, 'http://abc.example', 'insecure'],
      [cloud, 'http://abc.localhost:80', 'insecure'],
      [local, 'http://abc.example', 'insecure'],
      [local, 'http://127.0.0.1.example', 'insecure'],
      [cloud, 'https://box:pass@abc.sandbox.tensorlake.ai', 'credentials'],
      [cloud, 'https://abc.sandbox.tensorlake.ai@evil.example', 'credentials'],
      [cloud, 'file:///etc/passwd', 'notUrl'],
      [cloud, 'wss://abc.sandbox.tensorlake.ai', 'notUrl'],
      [cloud, 'javascript:alert(1)', 'notUrl'],
      [cloud, 'https://api.tensorlake.ai.evil.example', 'refused'],
      [cloud, 'https://169.254.169.254', 'refused'],
      [cloud, 'https://abc.localhost', 'refused'],
    ] as const;
    for (const [api, sandboxUrl, error] of problems) {
      assert.deepEqual(sandboxAddress(api, { id: 'abc', ...(sandboxUrl && { sandboxUrl }) }), { error });
    }
  });

  it('asks before the key goes to another domain, and uses one that the user accepted', () => {
    const sandbox = { id: 'abc', sandboxUrl: 'https://abc.sandbox.other.example:444/x' };
    assert.deepEqual(sandboxAddress(cloud, sandbox), { foreignHost: 'sandbox.other.example:444' });
    const asked: string[] = [];
    const agrees = (host: string): boolean => asked.push(host) > 0;
    const found = sandboxAddress(cloud, sandbox, agrees);
    assert.ok('ok' in found);
    assert.equal(found.ok.endpoint.text, 'https://abc.sandbox.other.example:444');
    assert.deepEqual(asked, ['sandbox.other.example:444']);
  });
});
