import assert from 'node:assert/strict';
import * as z from 'zod';
import { startEmulator, type Emulator } from '../../../../emulator/server';
import { ControlPlane } from '../../../../src/api/control/controlPlane';
import { Pools } from '../../../../src/api/control/catalog/pools';
import { Sandboxes } from '../../../../src/api/control/sandboxes/sandboxes';
import { Snapshots } from '../../../../src/api/control/snapshots/snapshots';
import { ApiClient } from '../../../../src/api/http/client';
import { isRouteMissing } from '../../../../src/core/kernel/errors';
import { waitFor } from '../../../support/waitFor';
import { endpointAt, never } from '../http/fakeTransport';
import { resources } from './resources';
import { refused, transportOf } from '../http/box';

const transport = transportOf();

function planeOf(url: string, namespace?: string, key = 'any'): ControlPlane {
  const logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
  const client = new ApiClient({
    transport,
    endpoint: endpointAt(url),
    credential: () => key,
    logger,
    version: '0.0.0',
  });
  return new ControlPlane(client, namespace === undefined ? {} : { namespace });
}

function ignore(): void {
  // Nothing is looked for in the log.
}

async function running(sandboxes: Sandboxes, request: Parameters<Sandboxes['create']>[0]) {
  const { sandboxId } = await sandboxes.create(request, never);
  return waitFor('the sandbox to run', async () => {
    const found = await sandboxes.get(sandboxId, never);
    return found.state === 'running' && found;
  });
}

/** The sizes in the body of a curl command. */
function sizesOf(command: string): unknown {
  const [, body = ''] = /--data-raw '(.*)'$/.exec(command) ?? [];
  return z.looseObject({ resources: z.unknown() }).parse(JSON.parse(body)).resources;
}

after(() => transport.dispose());

describe('the open-source server', () => {
  let emulator: Emulator;
  let sandboxes: Sandboxes;
  let snapshots: Snapshots;

  before(async () => {
    emulator = await startEmulator({ ages: ['openSource'], speed: 100 });
    const plane = planeOf(emulator.url);
    sandboxes = new Sandboxes(plane);
    snapshots = new Snapshots(plane);
  });
  after(async () => await emulator.stop());

  it('is known by its health, asked for once, and ends a sandbox with its snapshot', async () => {
    assert.equal(await snapshots.endSandbox(), true);
    assert.equal(await snapshots.withoutRetries().endSandbox(), true);
    assert.equal(emulator.requests().filter(({ path }) => path === '/healthz').length, 1);
  });

  it('has its mark on what is read of it', async () => {
    const { id } = await running(sandboxes, { resources: { cpus: 1, memoryMb: 1_024 } });
    assert.equal((await sandboxes.get(id, never)).server, 'openSource');
    const { sandboxes: rows } = await sandboxes.withoutRetries().listPage({}, never);
    assert.ok(rows.length > 0 && rows.every(({ server }) => server === 'openSource'));
    assert.equal(emulator.requests().filter(({ path }) => path === '/healthz').length, 1);
  });

  it('keeps the disk of a create, and the sizes of a restore', async () => {
    const source = await running(sandboxes, { resources: { cpus: 2, memoryMb: 4_096, diskMb: 20_480 } });
    const sizes = { cpus: 2, memoryMb: 4_096, diskMb: 20_480, gpus: [] };
    assert.deepEqual(source.resources, sizes);
    const { snapshotId } = await snapshots.create(source.id, 'filesystem', never);
    await waitFor(
      'the snapshot',
      async () => (await snapshots.get(snapshotId, never)).status === 'completed',
    );
    assert.equal((await sandboxes.get(source.id, never)).state, 'terminated');
    assert.deepEqual((await running(sandboxes, { snapshotId })).resources, sizes);
    assert.deepEqual(sizesOf(await sandboxes.curlOfCreate({ snapshotId })), {
      cpus: 0,
      memory_mb: 0,
      ephemeral_disk_mb: 0,
    });
    const changed = await running(sandboxes, { snapshotId, resources: { cpus: 4 } });
    assert.deepEqual(changed.resources, { ...sizes, cpus: 4 });
  });

  it('has the same sizes in a create as a curl command', async () => {
    const resources = { cpus: 1, memoryMb: 2_048, diskMb: 20_480 };
    const sizes = { cpus: 1, memory_mb: 2_048, disk_mb: 20_480, ephemeral_disk_mb: 20_480 };
    assert.deepEqual(sizesOf(await sandboxes.curlOfCreate({ resources })), sizes);
  });

  it('says nothing where it has no such request', async () => {
    const { id } = await running(sandboxes, { resources: { cpus: 1, memoryMb: 1_024 } });
    for (const attempt of [
      sandboxes.suspend(id, never),
      sandboxes.resume(id, never),
      sandboxes.copy(id, 1, never),
    ]) {
      assert.ok(isRouteMissing(await refused('notFound', attempt)));
    }
    assert.ok(isRouteMissing(await refused('invalid', sandboxes.update(id, { name: 'x' }, never))));
    assert.ok(!isRouteMissing(await refused('notFound', sandboxes.get('nosuch', never))));
  });

  it('counts what runs for nobody as idle', async () => {
    const pools = new Pools(planeOf(emulator.url));
    const { pools: listed } = await pools.list(never);
    assert.deepEqual(listed, []);
    const response = await fetch(`${emulator.url}/v1/namespaces/default/sandbox-pools`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ image: 'x', warm_containers: 2, max_containers: 3 }),
    });
    assert.equal(response.status, 200);
    await waitFor('two warm containers', async () => {
      const [pool] = (await pools.list(never)).pools;
      const { containers } = pool === undefined ? { containers: undefined } : await pools.get(pool.id, never);
      return containers?.idle === 2 && containers.running === 0;
    });
    const { pools: marked } = await pools.list(never);
    assert.deepEqual(
      marked.map(({ server }) => server),
      ['openSource'],
    );
  });

  it('is reached in the namespace that its address ends in', async () => {
    const named = new Sandboxes(planeOf(`${emulator.url}/v1/namespaces/other`, 'default'));
    await running(named, { resources: { cpus: 1, memoryMb: 1_024 } });
    const { sandboxes: rows } = await named.listPage({}, never);
    assert.deepEqual(
      rows.map(({ namespace }) => namespace),
      ['other'],
    );
    assert.ok(emulator.requests().every(({ path }) => !/namespaces.*namespaces/.test(path)));
  });
});

describe('a sandbox of the cloud', () => {
  it('is read without a question about the server', async () => {
    const emulator = await startEmulator();
    try {
      const cloud = new Sandboxes(planeOf(emulator.url, undefined, emulator.apiKey));
      await running(cloud, { resources: { cpus: 1, memoryMb: 1_024 } });
      await cloud.listPage({}, never);
      assert.ok(!emulator.requests().some(({ path }) => path.endsWith('/healthz')));
    } finally {
      await emulator.stop();
    }
  });
});

describe('a server that does not say what it is', () => {
  const nameless = { json: { sandboxes: [{ id: 'a', status: 'running' }] } };
  const identity = { json: { checks: { executor_manager: 'ok' } } };
  const healthz = ({ transport: { requests } }: ReturnType<typeof resources>) =>
    requests.filter(({ url }) => url.pathname === '/healthz').length;

  it('is asked once by all who ask at the same time', async () => {
    const api = resources([identity], {}, 'http://127.0.0.1:8900');
    const answers = await Promise.all([1, 2, 3].map(async () => await api.sandboxes.areOpenSource()));
    assert.deepEqual(answers, [true, true, true]);
    assert.equal(healthz(api), 1);
  });

  it('is not asked again at once, and its pages are not kept until it answers', async () => {
    const api = resources([nameless, { status: 503 }, nameless], {}, 'http://127.0.0.1:8900');
    const listed = async () => await api.sandboxes.listPage({}, never);
    const first = await listed();
    assert.notEqual(await listed(), first);
    assert.equal(first.sandboxes[0]?.server, 'other');
    assert.equal(healthz(api), 1);
  });
});

describe('any other server', () => {
  it('is not taken for the open-source one', async () => {
    const emulator = await startEmulator();
    try {
      const plane = planeOf(emulator.url, undefined, emulator.apiKey);
      const snapshots = new Snapshots(plane);
      assert.equal(await snapshots.endSandbox(), false);
      const { sandboxId } = await new Sandboxes(plane).create({ name: 'named', wait: false }, never);
      assert.equal((await new Sandboxes(plane).get(sandboxId, never)).server, 'other');
      // Seen once, it counts for all that goes over this connection.
      snapshots.withoutRetries().learnEnd();
      assert.equal(await snapshots.endSandbox(), true);
      assert.equal(
        await new Snapshots(planeOf(emulator.url, undefined, emulator.apiKey)).endSandbox(),
        false,
      );
    } finally {
      await emulator.stop();
    }
  });
});
