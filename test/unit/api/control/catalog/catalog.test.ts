import assert from 'node:assert/strict';
import { Catalog } from '../../../../../src/api/control/catalog/catalog';
import type { KeyIdentity } from '../../../../../src/api/control/account/accounts';
import type { Credential } from '../../../../../src/api/http/credential';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { listBounds } from '../../../../../src/core/kernel/listBounds';
import { FakeTransport, clientWith, never, type Reply } from '../../http/fakeTransport';

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

const nothing = { entries: [], isCut: false };

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
    assert.deepEqual((await api.images(never)).entries, [
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
    assert.deepEqual(await api.secretNames(never), { entries: ['TOKEN'], isCut: false });
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
    const [only, ...others] = (await api.fileSystems(never)).entries;
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
    assert.deepEqual(await old.images(never), nothing);
    assert.deepEqual(await old.secretNames(never), nothing);
    assert.deepEqual(await old.fileSystems(never), nothing);
    const { catalog: anonymous, paths } = catalog([{ json: { items: [] } }], () =>
      Promise.resolve(undefined),
    );
    assert.deepEqual(await anonymous.fileSystems(never), nothing);
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
    assert.equal((await api.fileSystems(never)).entries.length, 1);
  });

  it('stops when a server repeats its pages', async () => {
    const { catalog: api, paths } = catalog([
      { json: { items: [{ name: 'A' }], pagination: { next: '/x?next=same' } } },
    ]);
    assert.deepEqual(await api.secretNames(never), { entries: ['A', 'A'], isCut: true });
    assert.equal(paths().length, 2);
  });

  it('counts the entries that it cannot read', async () => {
    const { catalog: api } = catalog([{ json: { items: [{ name: 'A' }, {}, null] } }]);
    assert.deepEqual(await api.images(never), {
      entries: [{ name: 'A', id: undefined }],
      isCut: false,
      badRows: 2,
    });
  });

  it('says when there is more than it reads', async () => {
    const named = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `N${index}` }));
    const most = listBounds.catalogEntries;
    const cases: readonly (readonly [
      what: string,
      json: (page: number) => object,
      read: number,
      isCut: boolean,
    ])[] = [
      [
        'the last page of many',
        page => ({ items: named(100), next_cursor: page < 9 ? `c${page}` : null }),
        1_000,
        false,
      ],
      ['a cursor that cannot be sent', () => ({ items: named(1), next_cursor: 5 }), 1, true],
      [
        'pages without end',
        page => ({ items: named(1), next_cursor: `c${page}` }),
        listBounds.catalogPages,
        true,
      ],
      ['a page of as many as are read', () => ({ items: named(most) }), most, false],
      ['a page of more', () => ({ items: named(most + 1) }), most, true],
      ['a full page before others', () => ({ items: named(most), next_cursor: 'c' }), most, true],
    ];
    for (const [what, json, read, isCut] of cases) {
      const replies = Array.from({ length: listBounds.catalogPages }, (_, page) => ({ json: json(page) }));
      const listed = await catalog(replies).catalog.images(never);
      assert.deepEqual([listed.entries.length, listed.isCut], [read, isCut], what);
    }
    const lost = catalog([
      { json: { items: named(1), next_cursor: 'c' } },
      { status: 404, text: '' },
    ]).catalog;
    assert.deepEqual((await lost.secretNames(never)).isCut, true);
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
