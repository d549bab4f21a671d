import assert from 'node:assert/strict';
import { Catalog } from '../../../../src/api/control/catalog';
import type { KeyIdentity } from '../../../../src/api/control/accounts';
import type { Credential } from '../../../../src/api/http/credential';
import { ApiError } from '../../../../src/core/kernel/errors';
import { FakeTransport, clientWith, never, type Reply } from '../http/fakeTransport';

function catalog(
  replies: readonly Reply[],
  introspect: () => Promise<KeyIdentity | undefined> = () =>
    Promise.resolve({ id: 'k', organizationId: 'org/1', projectId: 'proj' }),
  credential: Credential = 'key',
) {
  const transport = new FakeTransport(...replies);
  const paths = () => transport.requests.map(({ url }) => `${url.pathname}${url.search}`);
  return { paths, catalog: new Catalog(clientWith(transport), { introspect, credential: () => credential }) };
}

describe('the catalog of a project', () => {
  it('lists images from several pages, and leaves out those without a name', async () => {
    const { catalog: api, paths } = catalog([
      {
        json: {
          items: [{ id: '1', name: 'team/node' }, { id: '2' }, null, 'x'],
          pagination: { next: '/platform/v1/sandbox-templates?pageSize=100&next=t2' },
        },
      },
      { json: { items: [{ name: 'team/py', id: null }], pagination: {} } },
    ]);
    assert.deepEqual(await api.images(never), [
      { name: 'team/node', id: '1' },
      { name: 'team/py', id: undefined },
    ]);
    assert.deepEqual(paths(), [
      '/platform/v1/sandbox-templates?pageSize=100',
      '/platform/v1/sandbox-templates?pageSize=100&next=t2',
    ]);
  });

  it('lists the names of secrets', async () => {
    const { catalog: api, paths } = catalog([
      { json: { items: [{ id: 's', name: 'TOKEN', value: 'never sent' }], pagination: { total: 1 } } },
    ]);
    assert.deepEqual(await api.secretNames(never), ['TOKEN']);
    assert.deepEqual(paths(), ['/platform/v1/secrets?pageSize=100']);
  });

  it('lists the file systems of the project of the key, and requests that project once', async () => {
    let asked = 0;
    const { catalog: api, paths } = catalog(
      [{ json: { items: [{ id: 'fs1', name: 'datasets', status: 'ready' }, { name: 'no id' }] } }],
      () => {
        asked += 1;
        return Promise.resolve({ id: 'k', organizationId: 'org/1', projectId: 'proj' });
      },
    );
    const [only, ...others] = await api.fileSystems(never);
    assert.equal(only?.id, 'fs1');
    assert.equal(only.name, 'datasets');
    assert.deepEqual(others, []);
    await api.fileSystems(never);
    assert.equal(asked, 1);
    assert.equal(paths()[0], '/platform/v1/organizations/org%2F1/projects/proj/file-systems?pageSize=100');
  });

  it('uses the project of a token in each path, without a request for the identity of the token', async () => {
    const nobody = () => Promise.reject(new Error('asked'));
    const token = { token: 'pat', organizationId: 'o', projectId: 'p' };
    const { catalog: api, paths } = catalog([{ json: { items: [] } }], nobody, token);
    await api.images(never);
    await api.secretNames(never);
    await api.fileSystems(never);
    assert.deepEqual(
      paths().map(path => path.replace('?pageSize=100', '')),
      ['sandbox-templates', 'secrets', 'file-systems'].map(
        list => `/platform/v1/organizations/o/projects/p/${list}`,
      ),
    );
  });

  it('returns empty lists when the server has no such list or no introspection', async () => {
    const old = catalog([{ status: 404, text: 'Not Found' }]).catalog;
    assert.deepEqual(await old.images(never), []);
    assert.deepEqual(await old.secretNames(never), []);
    assert.deepEqual(await old.fileSystems(never), []);
    const { catalog: anonymous, paths } = catalog([{ json: { items: [] } }], () =>
      Promise.resolve(undefined),
    );
    assert.deepEqual(await anonymous.fileSystems(never), []);
    assert.deepEqual(paths(), []);
  });

  it('requests the project of the key again after a failure', async () => {
    let isDown = true;
    const { catalog: api } = catalog([{ json: { items: [{ id: 'fs1' }] } }], () =>
      isDown
        ? Promise.reject(new ApiError('network', 'down'))
        : Promise.resolve({ id: 'k', organizationId: 'o', projectId: 'p' }),
    );
    await assert.rejects(api.fileSystems(never), error => ApiError.is(error, 'network'));
    isDown = false;
    assert.equal((await api.fileSystems(never)).length, 1);
  });

  it('stops when a server repeats its pages', async () => {
    const { catalog: api, paths } = catalog([
      { json: { items: [{ name: 'A' }], pagination: { next: '/x?next=same' } } },
    ]);
    assert.deepEqual(await api.secretNames(never), ['A', 'A']);
    assert.equal(paths().length, 2);
  });

  it('rejects an answer without a list, and a refused request', async () => {
    await assert.rejects(catalog([{ json: {} }]).catalog.images(never), error =>
      ApiError.is(error, 'schema'),
    );
    await assert.rejects(catalog([{ status: 403, text: 'no' }]).catalog.secretNames(never), error =>
      ApiError.is(error, 'forbidden'),
    );
  });
});
