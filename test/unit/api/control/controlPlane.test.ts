import assert from 'node:assert/strict';
import type { Sandboxes } from '../../../../src/api/control/sandboxes/sandboxes';
import { isAmbiguous } from '../../../../src/core/kernel/errors';
import { never } from '../http/fakeTransport';
import { isKind, lastLine, type Resources, resources } from './resources';

const sandbox = { id: 'a', status: 'running', name: null };
const mount = { fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false };

describe('ControlPlane', () => {
  it('calls each endpoint with its method and path', async () => {
    const cases: readonly (readonly [string, unknown, (api: Resources) => Promise<unknown>])[] = [
      ['GET /sandboxes', { sandboxes: [] }, api => api.sandboxes.listPage({}, never)],
      [
        'GET /sandboxes?limit=5&status=running',
        { items: [] },
        api => api.sandboxes.listPage({ limit: 5, runningOnly: true }, never),
      ],
      ['GET /sandboxes/a%2Fb', { id: 'a/b', name: null }, api => api.sandboxes.get('a/b', never)],
      ['POST /sandboxes', { sandbox_id: 'a', status: 'running' }, api => api.sandboxes.create({}, never)],
      ['PATCH /sandboxes/a', sandbox, api => api.sandboxes.update('a', { name: 'n' }, never)],
      ['POST /sandboxes/a/file_systems', sandbox, api => api.sandboxes.attachFileSystem('a', mount, never)],
      [
        'DELETE /sandboxes/a/file_systems',
        sandbox,
        api => api.sandboxes.detachFileSystem('a', '/data', never),
      ],
      ['DELETE /sandboxes/a', undefined, api => api.sandboxes.terminate('a', never)],
      ['POST /sandboxes/a/suspend', undefined, api => api.sandboxes.suspend('a', never)],
      ['POST /sandboxes/a/resume', undefined, api => api.sandboxes.resume('a', never)],
      ['POST /sandboxes/a/copy?times=2', { sandboxes: [] }, api => api.sandboxes.copy('a', 2, never)],
      ['POST /sandboxes/a/snapshot', { snapshot_id: 's' }, api => api.snapshots.create('a', 'memory', never)],
      ['GET /snapshots', { snapshots: [{ id: 's' }] }, api => api.snapshots.list(never)],
      ['GET /snapshots/s', { id: 's' }, api => api.snapshots.get('s', never)],
      ['DELETE /snapshots/s', undefined, api => api.snapshots.delete('s', never)],
      [
        'GET /archived-sandboxes?limit=2',
        { sandboxes: [] },
        api => api.sandboxes.listArchived({ limit: 2 }, never),
      ],
      ['GET /archived-sandboxes/a', sandbox, api => api.sandboxes.getArchived('a', never)],
      ['POST /platform/v1/keys/introspect', { id: 'k' }, api => api.accounts.introspect(never)],
    ];
    for (const [expected, json, run] of cases) {
      const cloud = resources([{ json }]);
      await run(cloud);
      assert.equal(lastLine(cloud), expected);
      const local = resources([{ json }], { namespace: 'my ns' }, 'http://127.0.0.1:8900');
      await run(local);
      const isPlatform = expected.includes('/platform/');
      assert.equal(
        lastLine(local),
        isPlatform ? expected : expected.replace(' /', ' /v1/namespaces/my%20ns/'),
      );
    }
  });

  it('refuses ids that would leave the path of the collection', async () => {
    for (const id of ['', '.', '..', '\ud800']) {
      const { transport, ...api } = resources([{}]);
      await assert.rejects(api.sandboxes.terminate(id, never), isKind('invalid'));
      assert.equal(transport.requests.length, 0);
    }
    const odd = resources([{}]);
    await odd.sandboxes.terminate('../x?y#z', never);
    assert.equal(lastLine(odd), 'DELETE /sandboxes/..%2Fx%3Fy%23z');
  });

  it('retries reads and idempotent writes, never create, copy and snapshot', async () => {
    const repeated = async (run: (api: Resources) => Promise<unknown>): Promise<number> => {
      const api = resources([{ status: 503 }]);
      await assert.rejects(run(api), isKind('server'));
      return api.transport.requests.length;
    };
    for (const run of [
      (api: Sandboxes) => api.get('a', never),
      (api: Sandboxes) => api.terminate('a', never),
      (api: Sandboxes) => api.suspend('a', never),
      (api: Sandboxes) => api.resume('a', never),
      (api: Sandboxes) => api.update('a', { name: 'n' }, never),
    ]) {
      assert.equal(await repeated(api => run(api.sandboxes)), 4);
      assert.equal(await repeated(api => run(api.sandboxes.withoutRetries())), 1);
    }
    assert.equal(await repeated(api => api.snapshots.get('s', never)), 4);
    assert.equal(await repeated(api => api.snapshots.withoutRetries().get('s', never)), 1);
    assert.equal(await repeated(api => api.sandboxes.create({}, never)), 1);
    assert.equal(await repeated(api => api.sandboxes.copy('a', 1, never)), 1);
    assert.equal(await repeated(api => api.snapshots.create('a', undefined, never)), 1);
  });

  it('sends a create only once, with any error code in the answer', async () => {
    for (const code of ['AUTH_SERVICE_UNAVAILABLE', 'SANDBOX_NOT_READY', 'CONNECTION_REFUSED']) {
      const { transport, ...api } = resources([
        { status: 503, json: { error: 'x', code } },
        { json: { sandbox_id: 'a', status: 'running' } },
      ]);
      await assert.rejects(api.sandboxes.create({ name: 'n' }, never), isAmbiguous);
      assert.equal(transport.requests.length, 1);
    }
  });

  it('limits the wait of create and copy', async () => {
    const json = { sandbox_id: 'a', status: 'running', sandboxes: [] };
    const configured = resources([{ json }], { blockingTimeoutMs: 20_000 });
    await configured.sandboxes.create({}, never);
    assert.equal(configured.transport.last.headers['x-tensorlake-request-timeout-ms'], '20000');
    assert.equal(configured.transport.last.timeouts.totalMs, 35_000);
    const open = resources([{ json }]);
    await open.sandboxes.copy('a', 1, never);
    assert.equal('x-tensorlake-request-timeout-ms' in open.transport.last.headers, false);
    assert.equal(open.transport.last.timeouts.totalMs, 315_000);
  });

  it('reports answers it cannot read', async () => {
    await assert.rejects(resources([{ text: '<html>' }]).sandboxes.listPage({}, never), isKind('schema'));
    await assert.rejects(resources([{ json: {} }]).sandboxes.get('a', never), isKind('schema'));
    await assert.rejects(
      resources([{ status: 404, text: 'Sandbox not found' }]).sandboxes.get('a', never),
      isKind('notFound'),
    );
  });
});
