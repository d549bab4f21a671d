import assert from 'node:assert/strict';
import { Accounts } from '../../../../src/api/control/account/accounts';
import { Catalog } from '../../../../src/api/control/catalog/catalog';
import { ControlPlane } from '../../../../src/api/control/controlPlane';
import { RetainedLogs } from '../../../../src/api/control/logs';
import { Pools } from '../../../../src/api/control/catalog/pools';
import { Sandboxes } from '../../../../src/api/control/sandboxes/sandboxes';
import { Snapshots } from '../../../../src/api/control/snapshots/snapshots';
import type { ApiClient } from '../../../../src/api/http/client';
import { readTerminals } from '../../../../src/api/data/pty/terminalSchema';
import { clientWith, FakeTransport, never } from '../http/fakeTransport';
import { isKind } from './resources';

/** Per list: the field that holds it, and how many entries are read from it. */
type Reader = readonly [string, (client: ApiClient) => Promise<number>];

const catalog = (client: ApiClient): Catalog =>
  new Catalog(client, {
    credential: () => 'key',
    introspect: () => Promise.resolve({ id: 'k', organizationId: 'o', projectId: 'p' }),
  });

const readers: Readonly<Record<string, Reader>> = {
  'an archive page': [
    'sandboxes',
    async client => (await new Sandboxes(new ControlPlane(client)).listArchived({}, never)).sandboxes.length,
  ],
  snapshots: [
    'snapshots',
    async client => (await new Snapshots(new ControlPlane(client)).list(never)).snapshots.length,
  ],
  pools: ['pools', async client => (await new Pools(new ControlPlane(client)).list(never)).pools.length],
  images: ['items', async client => (await catalog(client).images(never)).entries.length],
  secrets: ['items', async client => (await catalog(client).secretNames(never)).entries.length],
  'file systems': ['items', async client => (await catalog(client).fileSystems(never)).entries.length],
  organizations: ['items', async client => (await new Accounts(client).listOrganizations(never)).length],
  projects: ['items', async client => (await new Accounts(client).listProjects('o', never)).length],
  'SSH keys': ['items', async client => (await new Accounts(client).listSshKeys(never)).length],
  'processes with logs': [
    'processes',
    async client => (await new RetainedLogs(client, 'default').processes('a', never)).length,
  ],
};

describe('a list that cannot be read', () => {
  for (const [what, [member, read]] of Object.entries(readers))
    it(`fails, and is not an empty one: ${what}`, async () => {
      const listOf = (list: unknown) => read(clientWith(new FakeTransport({ json: { [member]: list } })));
      assert.equal(await listOf([]), 0);
      for (const list of [null, [null], [{}], ['garbage', 17, { id: 17, name: [] }], 'x', {}])
        await assert.rejects(listOf(list), isKind('schema'), JSON.stringify(list));
      const entry = { id: 'a', name: 'a', processId: 'a' };
      assert.equal(await listOf([{}, entry]), 1);
    });

  it('fails, and is not an empty one: a page of sandboxes without a list', async () => {
    const transport = new FakeTransport({ json: { sandboxes: null } });
    const sandboxes = new Sandboxes(new ControlPlane(clientWith(transport)));
    await assert.rejects(sandboxes.listPage({}, never), isKind('schema'));
    await assert.rejects(sandboxes.listPage({ runningOnly: true }, never), isKind('schema'));
  });

  it('fails, and is not an empty one: terminals', () => {
    assert.deepEqual(readTerminals({ sessions: [] }).entries, []);
    for (const body of [{ sessions: null }, { sessions: [{}] }, [null]])
      assert.throws(() => readTerminals(body), isKind('schema'));
  });
});
