import assert from 'node:assert/strict';
import { readPoolRow, readPoolRows } from '../../../../../src/api/control/catalog/poolSchema';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { claimedOf } from '../../../../../src/core/catalog/pool';
import { sandbox } from '../../../../support/sandboxBuilder';
import { never, type Reply } from '../../http/fakeTransport';
import { resources } from '../resources';

const wire = {
  pool_id: 'p1',
  namespace: 'project_x',
  image: 'tensorlake/ubuntu-vnc',
  resources: { cpus: 2, memory_mb: 4096, disk_mb: 10_240 },
  timeout_secs: 600,
  entrypoint: ['sh', '-c'],
  min_containers: 1,
  max_containers: 5,
  warm_containers: 3,
  network_policy: { allow_internet_access: false, allow_out: ['10.0.0.0/8'], deny_out: [] },
  allow_unauthenticated_access: true,
  exposed_ports: [8080, 'x'],
  created_at: 1_772_600_000_000,
  updated_at: 1_772_600_060_000,
};

const withReplies = (...replies: readonly Reply[]) => resources(replies);

describe('pools', () => {
  it('are read with all fields', () => {
    const pool = readPoolRow({
      ...wire,
      containers: [{ state: 'Idle' }, { state: 'Running' }, { state: 'Idle' }, { state: 'Broken' }, 7],
    });
    assert.deepEqual(
      { ...(typeof pool === 'string' ? {} : pool), raw: undefined },
      {
        id: 'p1',
        namespace: 'project_x',
        image: 'tensorlake/ubuntu-vnc',
        resources: { cpus: 2, memoryMb: 4096, diskMb: 10_240, gpus: [] },
        timeoutSecs: 600,
        entrypoint: ['sh', '-c'],
        minContainers: 1,
        maxContainers: 5,
        warmContainers: 3,
        networkPolicy: { allowInternetAccess: false, allowOut: ['10.0.0.0/8'], denyOut: [] },
        allowUnauthenticatedAccess: true,
        exposedPorts: [8080],
        createdAtMs: 1_772_600_000_000,
        updatedAtMs: 1_772_600_060_000,
        containers: { idle: 2, running: 1 },
        raw: undefined,
      },
    );
  });

  it('require only an id, under any of its names', async () => {
    const { pools, badRows, badRowList } = await readPoolRows([{ id: 'a' }, { poolId: 'b' }, {}, 'x']);
    assert.deepEqual(
      pools.map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(badRows, 2);
    assert.deepEqual(badRowList, [
      { index: 2, reason: 'noId' },
      { index: 3, reason: 'notObject' },
    ]);
    assert.equal(pools[0]?.containers, undefined);
  });

  it('are listed, read and claimed from with their endpoints', async () => {
    const { pools, transport } = withReplies(
      { json: { pools: [wire] } },
      { json: { ...wire, pool_id: 'a/b', containers: [] } },
      { json: { sandbox_id: 's', status: 'running' } },
    );
    assert.equal((await pools.list(never)).pools.length, 1);
    assert.deepEqual((await pools.get('a/b', never)).containers, { idle: 0, running: 0 });
    assert.deepEqual((await pools.claim('p1', never)).kind, 'accepted');
    assert.deepEqual(
      transport.requests.map(({ method, url }) => `${method} ${url.pathname}`),
      ['GET /sandbox-pools', 'GET /sandbox-pools/a%2Fb', 'POST /sandbox-pools/p1/sandboxes'],
    );
  });

  it('return a pending sandbox when they are full, and a failed one when the start fails', async () => {
    const waiting = await withReplies({
      status: 504,
      json: { sandbox_id: 's', status: 'timeout', pending_reason: 'pool_at_capacity' },
    }).pools.claim('p1', never);
    assert.deepEqual(
      waiting.kind === 'accepted' && [waiting.state, waiting.waitTimedOut, waiting.pendingReason],
      ['pending', true, 'pool_at_capacity'],
    );
    const failed = await withReplies({
      status: 422,
      json: { sandbox_id: 's', status: 'failed', reason: 'ImageNotFound' },
    }).pools.claim('p1', never);
    assert.equal(failed.kind === 'failed' && failed.reason, 'ImageNotFound');
  });

  it('receive each claim only once, without a retry', async () => {
    const { pools, transport } = withReplies({ status: 503, json: { message: 'Service Unavailable' } });
    await assert.rejects(pools.claim('p1', never), ApiError);
    assert.equal(transport.requests.length, 1);
  });

  it('count the claimed sandboxes that have not terminated', () => {
    const claimed = [
      sandbox({ id: 'a', poolId: 'p1' }),
      sandbox({ id: 'b', poolId: 'p1', state: 'suspended' }),
      sandbox({ id: 'c', poolId: 'p1', state: 'terminated' }),
      sandbox({ id: 'd', poolId: 'p2' }),
      sandbox({ id: 'e' }),
    ];
    assert.equal(claimedOf({ id: 'p1' }, claimed), 2);
  });
});
