import assert from 'node:assert/strict';
import {
  ContainerState,
  PoolInUseError,
  PoolNotFoundError,
  RemoteAPIError,
  Sandbox,
  SandboxStatus,
  type SandboxPoolInfo,
} from 'tensorlake';
import { contract, eventually, script } from '../support';

const image = 'tensorlake/ubuntu-minimal';
const unknownId = 'zzzzzzzzzzzzzzzzzzzzz';

/** Number of containers of a pool in a state. */
function count({ containers = [] }: SandboxPoolInfo, wanted: string): number {
  return containers.filter(({ state }) => state === wanted).length;
}

describe('SDK contract: pools', () => {
  const sdk = contract();

  it('are created, read and listed', async () => {
    const { client } = sdk();
    const { poolId, namespace } = await client.createPool({
      image,
      cpus: 2,
      memoryMb: 2048,
      timeoutSecs: 300,
      maxContainers: 4,
      warmContainers: 1,
    });
    assert.match(poolId, /^[0-9a-z]{21}$/);
    const pool = await client.getPool(poolId);
    assert.equal(pool.poolId, poolId);
    assert.equal(pool.namespace, namespace);
    assert.equal(pool.image, image);
    assert.deepEqual([pool.resources.cpus, pool.resources.memoryMb], [2, 2048]);
    assert.deepEqual([pool.timeoutSecs, pool.maxContainers, pool.warmContainers], [300, 4, 1]);
    assert.ok(pool.createdAt instanceof Date);
    assert.ok((await client.listPools()).some(each => each.poolId === poolId));
  });

  it('keep sandboxes warm, hand them out, and make up for them', async () => {
    const { client } = sdk();
    const { poolId } = await client.createPool({ image, maxContainers: 3, warmContainers: 2 });
    const warm = await eventually(
      () => client.getPool(poolId),
      pool => count(pool, ContainerState.IDLE) === 2,
    );
    assert.ok(warm.containers?.every(({ executorId }) => executorId !== ''));
    const claimed = await client.claim(poolId);
    assert.equal(claimed.status, SandboxStatus.RUNNING);
    const info = await client.get(claimed.sandboxId);
    assert.equal(info.poolId, poolId);
    const pool = await eventually(
      () => client.getPool(poolId),
      each => count(each, ContainerState.IDLE) === 2,
    );
    assert.equal(count(pool, ContainerState.RUNNING), 1);
    assert.ok(pool.containers?.some(({ sandboxId }) => sandboxId === claimed.sandboxId));
  });

  it('start a sandbox when none is warm', async () => {
    const { at, client } = sdk();
    const { poolId } = await client.createPool({ image });
    const sandbox = await Sandbox.create({ ...at, poolId });
    assert.equal((await sandbox.run('sh', script('echo claimed'))).stdout.trim(), 'claimed');
    assert.equal((await sandbox.info()).poolId, poolId);
  });

  it('are replaced as a whole', async () => {
    const { client } = sdk();
    const { poolId } = await client.createPool({ image, maxContainers: 5, warmContainers: 1 });
    const updated = await client.updatePool(poolId, { image, cpus: 4, memoryMb: 4096, maxContainers: 2 });
    assert.deepEqual([updated.poolId, updated.resources.cpus, updated.maxContainers], [poolId, 4, 2]);
    assert.ok(updated.updatedAt instanceof Date);
    const read = await client.getPool(poolId);
    assert.deepEqual([read.resources.memoryMb, read.warmContainers], [4096, undefined]);
  });

  it('are deleted once nobody uses them', async () => {
    const { client } = sdk();
    const { poolId } = await client.createPool({ image, warmContainers: 1 });
    const { sandboxId } = await client.claim(poolId);
    await assert.rejects(client.deletePool(poolId), (error: unknown) => {
      assert.ok(error instanceof PoolInUseError, String(error));
      assert.equal(error.poolId, poolId);
      return true;
    });
    await client.delete(sandboxId);
    await client.deletePool(poolId);
    await assert.rejects(client.getPool(poolId), PoolNotFoundError);
  });

  it('that do not exist are PoolNotFoundError', async () => {
    const { client } = sdk();
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['get', () => client.getPool(unknownId)],
      ['update', () => client.updatePool(unknownId, { image })],
      ['delete', () => client.deletePool(unknownId)],
      ['claim', () => client.claim(unknownId)],
    ];
    for (const [name, call] of calls) {
      await assert.rejects(call, (error: unknown) => {
        assert.ok(error instanceof PoolNotFoundError, `${name}: ${String(error)}`);
        assert.equal(error.poolId, unknownId);
        return true;
      });
    }
  });

  it('need an image', async () => {
    await assert.rejects(
      sdk().client.createPool({ image: '' }),
      (error: unknown) => error instanceof RemoteAPIError && error.statusCode === 400,
    );
  });
});
