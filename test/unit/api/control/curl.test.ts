import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { ControlPlane } from '../../../../src/api/control/controlPlane';
import { FakeTransport, clientWith, endpointAt, testKey } from '../http/fakeTransport';

const curlAsPrintf = `curl() { printf '%s\\0' "$@"; }; TENSORLAKE_API_KEY=key-of-the-shell; `;

function argumentsOf(command: string): readonly string[] {
  return execFileSync('/bin/sh', ['-c', curlAsPrintf + command], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

describe('a create as a curl command', () => {
  it('sends what the extension sends, whatever is in it', () => {
    const client = clientWith(new FakeTransport({}), { endpoint: endpointAt('http://127.0.0.1:8900/base') });
    const api = new ControlPlane(client, { namespace: 'my ns' });
    const entrypoint = ['bash', '-lc', `echo "it's" $HOME \`id\` \\ !x\nnext`, '@file'];
    const command = api.curlOfCreate({ name: 'web', entrypoint, wait: false });
    assert.ok(!command.includes(testKey));
    const [silent, method, verb, url, header, authorization, , type, data, body] = argumentsOf(command);
    assert.deepEqual([silent, method, verb, header], ['-sS', '-X', 'POST', '-H']);
    assert.equal(url, 'http://127.0.0.1:8900/base/v1/namespaces/my%20ns/sandboxes');
    assert.equal(authorization, 'Authorization: Bearer key-of-the-shell');
    assert.equal(type, 'Content-Type: application/json');
    assert.equal(data, '--data-raw');
    assert.deepEqual(JSON.parse(body ?? ''), {
      name: 'web',
      resources: { cpus: 1, memory_mb: 1024 },
      entrypoint,
      wait: false,
    });
  });

  it('is flat in the cloud', () => {
    const api = new ControlPlane(clientWith(new FakeTransport({})));
    assert.match(api.curlOfCreate({}), /^curl -sS -X POST https:\/\/api\.tensorlake\.ai\/sandboxes \\\n/);
  });
});
