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

  it('tells sandboxes apart by the host header where one local address serves all', () => {
    for (const sandboxUrl of [undefined, 'http://127.0.0.1:9443']) {
      const found = sandboxAddress(local, { id: 'abc', ...(sandboxUrl && { sandboxUrl }) });
      assert.ok('ok' in found);
      assert.equal(found.ok.endpoint.text, sandboxUrl ?? 'http://localhost:9443');
      assert.equal(found.ok.headers['host'], 'abc.local');
    }
  });

  it('lets the key go nowhere unencrypted, nor from a remote service to this machine', () => {
    const problems = [
      [cloud, undefined, 'missing'],
      [cloud, ' ', 'missing'],
      [cloud, 'abc.sandbox.tensorlake.ai', 'notUrl'],
      [cloud, 'ftp://abc.example', 'notUrl'],
      [cloud, 'http://abc.example', 'insecure'],
      [cloud, 'http://abc.localhost:80', 'insecure'],
      [local, 'http://abc.example', 'insecure'],
      [local, 'http://127.0.0.1.example', 'insecure'],
    ] as const;
    for (const [api, sandboxUrl, error] of problems) {
      assert.deepEqual(sandboxAddress(api, { id: 'abc', ...(sandboxUrl && { sandboxUrl }) }), { error });
    }
  });
});
