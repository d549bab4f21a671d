import assert from 'node:assert/strict';
import { ControlPlane, type ControlPlaneOptions } from '../../../../src/api/control/controlPlane';
import {
  isAmbiguous,
  type ApiErrorDetails,
  type ApiErrorKind,
  ApiError,
} from '../../../../src/core/kernel/errors';
import { type Reply, FakeTransport, clientWith, endpointAt, never } from '../http/fakeTransport';

const sandbox = { id: 'a', status: 'running' };
const mount = { fileSystemId: 'fs', mountPath: '/data', readOnly: false, prefetch: false };

function plane(
  replies: readonly Reply[],
  options: ControlPlaneOptions = {},
  endpoint = 'https://api.tensorlake.ai',
) {
  const transport = new FakeTransport(...replies);
  const client = clientWith(transport, { endpoint: endpointAt(endpoint) });
  return { transport, api: new ControlPlane(client, options) };
}

function line({ transport }: { transport: FakeTransport }): string {
  const { method, url } = transport.last;
  return `${method} ${url.pathname}${url.search}`;
}

function isKind(...kinds: readonly ApiErrorKind[]): (error: unknown) => boolean {
  return error => ApiError.is(error, ...kinds);
}

describe('ControlPlane', () => {
  it('reads a page that says the same again only once, and who runs apart from the whole list', async () => {
    const text = JSON.stringify({ sandboxes: [sandbox] });
    const { api } = plane([{ text }, { text }, { text }, { text: text.replace('running', 'pending') }]);
    const first = await api.listPage({}, never);
    assert.equal(await api.listPage({}, never), first);
    assert.notEqual(await api.listPage({ runningOnly: true }, never), first);
    assert.equal((await api.listPage({}, never)).sandboxes[0]?.state, 'pending');
  });

  it('calls each endpoint by its method and path', async () => {
    const cases: readonly (readonly [string, unknown, (api: ControlPlane) => Promise<unknown>])[] = [
      ['GET /sandboxes', { sandboxes: [] }, api => api.listPage({}, never)],
      [
        'GET /sandboxes?limit=5&status=running',
        { items: [] },
        api => api.listPage({ limit: 5, runningOnly: true }, never),
      ],
      ['GET /sandboxes/a%2Fb', sandbox, api => api.get('a/b', never)],
      ['POST /sandboxes', { sandbox_id: 'a', status: 'running' }, api => api.create({}, never)],
      ['PATCH /sandboxes/a', sandbox, api => api.update('a', { name: 'n' }, never)],
      ['POST /sandboxes/a/file_systems', sandbox, api => api.attachFileSystem('a', mount, never)],
      ['DELETE /sandboxes/a/file_systems', sandbox, api => api.detachFileSystem('a', '/data', never)],
      ['DELETE /sandboxes/a', undefined, api => api.terminate('a', never)],
      ['POST /sandboxes/a/suspend', undefined, api => api.suspend('a', never)],
      ['POST /sandboxes/a/resume', undefined, api => api.resume('a', never)],
      ['POST /sandboxes/a/copy?times=2', { sandboxes: [] }, api => api.copy('a', 2, never)],
      ['POST /sandboxes/a/snapshot', { snapshot_id: 's' }, api => api.createSnapshot('a', 'memory', never)],
      ['GET /snapshots', { snapshots: [{ id: 's' }] }, api => api.listSnapshots(never)],
      ['GET /snapshots/s', { id: 's' }, api => api.getSnapshot('s', never)],
      ['DELETE /snapshots/s', undefined, api => api.deleteSnapshot('s', never)],
      ['GET /archived-sandboxes?limit=2', { sandboxes: [] }, api => api.listArchived({ limit: 2 }, never)],
      ['GET /archived-sandboxes/a', sandbox, api => api.getArchived('a', never)],
      ['POST /platform/v1/keys/introspect', { id: 'k' }, api => api.introspect(never)],
    ];
    for (const [expected, json, run] of cases) {
      const cloud = plane([{ json }]);
      await run(cloud.api);
      assert.equal(line(cloud), expected);
      const local = plane([{ json }], { namespace: 'my ns' }, 'http://127.0.0.1:8900');
      await run(local.api);
      const isPlatform = expected.includes('/platform/');
      assert.equal(line(local), isPlatform ? expected : expected.replace(' /', ' /v1/namespaces/my%20ns/'));
    }
  });

  it('refuses ids that would climb out of the collection', async () => {
    for (const id of ['', '.', '..', '\ud800']) {
      const { api, transport } = plane([{}]);
      await assert.rejects(api.terminate(id, never), isKind('invalid'));
      assert.equal(transport.requests.length, 0);
    }
    const odd = plane([{}]);
    await odd.api.terminate('../x?y#z', never);
    assert.equal(line(odd), 'DELETE /sandboxes/..%2Fx%3Fy%23z');
  });

  it('lists pages with what could not be read', async () => {
    const all = plane([
      { json: { sandboxes: [sandbox, {}], next_cursor: 'c=' } },
      { json: { sandboxes: [{ id: 'b' }] } },
    ]);
    const page = await all.api.listPage({ limit: 7 }, never);
    assert.deepEqual([page.sandboxes.length, page.badRows, page.nextCursor], [1, 1, 'cursor=c%3D']);
    const next = await all.api.listPage({ limit: 7, cursor: 'cursor=c%3D' }, never);
    assert.deepEqual([next.sandboxes.length, next.nextCursor], [1, undefined]);
    assert.equal(line(all), 'GET /sandboxes?limit=7&cursor=c%3D');
  });

  it('repeats reads and idempotent writes, never create, copy and snapshot', async () => {
    const repeated = async (run: (api: ControlPlane) => Promise<unknown>): Promise<number> => {
      const { api, transport } = plane([{ status: 503 }]);
      await assert.rejects(run(api), isKind('server'));
      return transport.requests.length;
    };
    for (const run of [
      (api: ControlPlane) => api.get('a', never),
      (api: ControlPlane) => api.terminate('a', never),
      (api: ControlPlane) => api.suspend('a', never),
      (api: ControlPlane) => api.resume('a', never),
      (api: ControlPlane) => api.update('a', { name: 'n' }, never),
    ]) {
      assert.equal(await repeated(run), 4);
      assert.equal(await repeated(api => run(api.withoutRetries())), 1);
    }
    assert.equal(await repeated(api => api.create({}, never)), 1);
    assert.equal(await repeated(api => api.copy('a', 1, never)), 1);
    assert.equal(await repeated(api => api.createSnapshot('a', undefined, never)), 1);
  });

  it('offers a create again that was never forwarded', async () => {
    const { api, transport } = plane([
      { status: 503, json: { error: 'x', code: 'AUTH_SERVICE_UNAVAILABLE' } },
      { json: { sandbox_id: 'a', status: 'running' } },
    ]);
    assert.equal((await api.create({ name: 'n' }, never)).sandboxId, 'a');
    assert.equal(transport.requests.length, 2);
  });

  it('takes 504 and 422 with a sandbox for outcomes, without one for errors', async () => {
    const timeout = await plane([{ status: 504, json: { sandbox_id: 'a', status: 'timeout' } }]).api.create(
      {},
      never,
    );
    assert.equal(timeout.kind, 'accepted');
    const failed = await plane([{ status: 422, json: { sandbox_id: 'a', status: 'failed' } }]).api.create(
      {},
      never,
    );
    assert.equal(failed.kind, 'failed');
    await assert.rejects(
      plane([{ status: 422, json: { message: 'no' } }]).api.create({}, never),
      isKind('invalid'),
    );
    await assert.rejects(plane([{ status: 504, text: '<html>' }]).api.create({}, never), isAmbiguous);
    await assert.rejects(plane([{ text: '<html>' }]).api.create({}, never), isAmbiguous);
    const copies = { sandboxes: [{ sandbox_id: 'a', status: 'failed' }] };
    for (const status of [200, 207, 422, 504]) {
      const outcome = await plane([{ status, json: copies }]).api.copy('a', 1, never);
      assert.equal(outcome.copies[0]?.kind, 'failed');
    }
  });

  it('bounds the wait of create and copy', async () => {
    const json = { sandbox_id: 'a', status: 'running', sandboxes: [] };
    const configured = plane([{ json }], { blockingTimeoutMs: 20_000 });
    await configured.api.create({}, never);
    assert.equal(configured.transport.last.headers['x-tensorlake-request-timeout-ms'], '20000');
    assert.equal(configured.transport.last.timeouts.totalMs, 35_000);
    const open = plane([{ json }]);
    await open.api.copy('a', 1, never);
    assert.equal('x-tensorlake-request-timeout-ms' in open.transport.last.headers, false);
    assert.equal(open.transport.last.timeouts.totalMs, 315_000);
  });

  it('reads no body of terminate, suspend and resume', async () => {
    const text = '<html>not JSON';
    assert.equal(await plane([{ text }]).api.terminate('a', never), 'terminated');
    assert.equal(await plane([{ status: 404, text }]).api.terminate('a', never), 'gone');
    assert.equal(await plane([{ status: 404, text }]).api.deleteSnapshot('a', never), 'gone');
    assert.equal(await plane([{ status: 202, text }]).api.suspend('a', never), 'started');
    assert.equal(await plane([{ status: 200, text }]).api.suspend('a', never), 'already');
    assert.equal(await plane([{ status: 200, text }]).api.resume('a', never), 'already');
    await assert.rejects(plane([{ status: 404 }]).api.suspend('a', never), isKind('notFound'));
  });

  it('sends a snapshot type only when one is chosen', async () => {
    const { api, transport } = plane([{ status: 202, json: { snapshot_id: 's' } }]);
    await api.createSnapshot('a', undefined, never);
    assert.equal(transport.last.body, undefined);
    await api.createSnapshot('a', 'filesystem', never);
    assert.equal(transport.last.body, '{"snapshot_type":"filesystem"}');
  });

  it('knows a server without introspection from a rejected key', async () => {
    assert.equal(await plane([{ status: 404 }]).api.introspect(never), undefined);
    await assert.rejects(plane([{ status: 401 }]).api.introspect(never), isKind('unauthenticated'));
  });

  it('reports answers it cannot read', async () => {
    await assert.rejects(plane([{ text: '<html>' }]).api.listPage({}, never), isKind('schema'));
    await assert.rejects(plane([{ json: {} }]).api.get('a', never), isKind('schema'));
    await assert.rejects(
      plane([{ status: 404, text: 'Sandbox not found' }]).api.get('a', never),
      isKind('notFound'),
    );
  });
});

describe('isAmbiguous', () => {
  const of = (kind: ApiErrorKind, details: ApiErrorDetails = {}): boolean =>
    isAmbiguous(new ApiError(kind, 'x', details));

  it('is true where the request may have been carried out', () => {
    assert.ok(of('network') && of('timeout') && of('cancelled') && of('schema', { status: 200 }));
    assert.ok(of('server', { status: 502 }) && of('timeout', { status: 408 }));
  });

  it('is false where it certainly was not', () => {
    assert.ok(!of('network', { undelivered: true }) && !of('server', { status: 503, undelivered: true }));
    assert.ok(
      !of('invalid', { status: 400 }) && !of('conflict', { status: 409 }) && !of('quota', { status: 400 }),
    );
    assert.ok(!of('server', { status: 302 }) && !isAmbiguous(new Error('x')));
  });
});
