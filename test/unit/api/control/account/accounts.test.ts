import assert from 'node:assert/strict';
import { Accounts } from '../../../../../src/api/control/account/accounts';
import { ApiError } from '../../../../../src/core/kernel/errors';
import type { Reply } from '../../http/fakeTransport';
import { FakeTransport, clientWith, endpointAt, never } from '../../http/fakeTransport';

function accountsWith(...replies: Reply[]) {
  const transport = new FakeTransport(...replies);
  const client = clientWith(transport, { endpoint: endpointAt('https://api.tensorlake.ai') });
  return { transport, accounts: new Accounts(client) };
}

describe('Accounts', () => {
  it('list the organizations of a user, and leave out entries that cannot be read', async () => {
    const { accounts, transport } = accountsWith({
      json: { items: [{ id: 'o1', name: 'Acme' }, { id: 'o2' }, { name: 'nobody' }, null, 'x'] },
    });
    assert.deepEqual(await accounts.listOrganizations(never), [
      { id: 'o1', name: 'Acme' },
      { id: 'o2', name: 'o2' },
    ]);
    assert.equal(transport.last.url.pathname, '/platform/v1/organizations');
  });

  it('list the projects of one organization, and escape its id in the path', async () => {
    const { accounts, transport } = accountsWith({ json: { items: [] } });
    assert.deepEqual(await accounts.listProjects('a/../b', never), []);
    assert.equal(transport.last.url.pathname, '/platform/v1/organizations/a%2F..%2Fb/projects');
  });

  it('reject an answer of the wrong shape', async () => {
    const { accounts } = accountsWith({ json: { projects: [] } });
    await assert.rejects(accounts.listOrganizations(never), error => ApiError.is(error, 'schema'));
  });

  it('register a public key once', async () => {
    const { accounts, transport } = accountsWith({ status: 201, json: { id: 'ssh_key_1' } });
    await accounts.addSshKey('laptop', 'ssh-ed25519 AAAA me', never);
    assert.equal(transport.requests.length, 1);
    assert.deepEqual(JSON.parse(String(transport.last.body)), {
      name: 'laptop',
      publicKey: 'ssh-ed25519 AAAA me',
    });
  });

  it('list public keys by fingerprint', async () => {
    const { accounts } = accountsWith({ json: { items: [{ id: 'k', name: 'a', fingerprint: 'SHA256:x' }] } });
    assert.deepEqual(await accounts.listSshKeys(never), [{ id: 'k', name: 'a', fingerprint: 'SHA256:x' }]);
  });

  it('remove a public key, and accept that it is already gone', async () => {
    const { accounts, transport } = accountsWith({ status: 200, json: {} }, { status: 404 });
    await accounts.deleteSshKey('ssh_key/1', never);
    assert.deepEqual(
      [transport.last.method, transport.last.url.pathname],
      ['DELETE', '/platform/v1/users/me/ssh-keys/ssh_key%2F1'],
    );
    await accounts.deleteSshKey('gone', never);
  });

  it('distinguish a server without introspection from a rejected key', async () => {
    assert.equal(await accountsWith({ status: 404 }).accounts.introspect(never), undefined);
    const { accounts } = accountsWith({ status: 401 });
    await assert.rejects(accounts.introspect(never), error => ApiError.is(error, 'unauthenticated'));
  });
});
