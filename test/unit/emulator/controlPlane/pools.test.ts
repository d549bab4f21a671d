import assert from 'node:assert/strict';
import { z } from 'zod';
import { small, timings, withEmulator, type Client } from '../harness';

const poolBody = { image: 'tensorlake/ubuntu-minimal', ...small, timeout_secs: 600 };

const detailShape = z.looseObject({
  pool_id: z.string(),
  network_policy: z.unknown(),
  containers: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      sandbox_id: z.string().nullable(),
      executor_id: z.string(),
    }),
  ),
});

async function makePool(client: Client, body: object = {}): Promise<string> {
  const made = await client.expect(200, 'POST', '/sandbox-pools', { ...poolBody, ...body });
  return z.string().parse(made['pool_id']);
}

async function detail(client: Client, id: string): Promise<z.output<typeof detailShape>> {
  return detailShape.parse(await client.expect(200, 'GET', `/sandbox-pools/${id}`));
}

async function states(client: Client, id: string): Promise<readonly string[]> {
  return (await detail(client, id)).containers.map(({ state }) => state);
}

describe('emulator: pools', () => {
  it(
    'keeps warm sandboxes, assigns one at once and refills',
    withEmulator({}, async client => {
      const pool = await makePool(client, { warm_containers: 2 });
      assert.deepEqual(await states(client, pool), []);
      client.clock.advance(timings.boot);
      const [warm] = (await detail(client, pool)).containers;
      assert.deepEqual(await states(client, pool), ['Idle', 'Idle']);
      assert.deepEqual((await client.page()).sandboxes, [], 'warm ones belong to nobody');

      const claim = await client.expect(200, 'POST', `/sandbox-pools/${pool}/sandboxes`);
      assert.equal(claim['status'], 'running');
      assert.equal(claim['claim_configuration_applied'], undefined);
      const sandbox = await client.is(String(claim['sandbox_id']), 'running');
      assert.equal(sandbox['pool_id'], pool);
      assert.equal(sandbox['container_id'], warm?.id);
      assert.equal(sandbox.name, null);
      assert.deepEqual((await states(client, pool)).toSorted(), ['Idle', 'Running']);
      client.clock.advance(timings.boot);
      assert.deepEqual((await states(client, pool)).toSorted(), ['Idle', 'Idle', 'Running']);

      client.clock.advance(600 * timings.second);
      assert.equal((await client.is(sandbox.id, 'terminated')).outcome, 'Success(Timeout)');
      assert.deepEqual(await states(client, pool), ['Idle', 'Idle'], 'warm ones have no idle clock');
    }),
  );

  it(
    'boots a sandbox when none is warm, and answers 504 with it while the pool is full',
    withEmulator({}, async client => {
      const pool = await makePool(client, { max_containers: 1 });
      const claimPath = `/sandbox-pools/${pool}/sandboxes`;
      const first = await client.held('POST', claimPath, {});
      client.clock.advance(timings.boot);
      const claimed = await first.answer;
      assert.equal(claimed.status, 200);

      const second = await client.held('POST', claimPath, { name: 'ignored' });
      client.clock.advance(timings.createWait);
      const { status, body } = await second.answer;
      assert.equal(status, 504);
      assert.equal(body['status'], 'timeout');
      assert.equal(body['pending_reason'], 'pool_at_capacity');
      const waiting = String(body['sandbox_id']);
      assert.equal((await client.is(waiting, 'pending')).name, null);

      await client.expect(200, 'DELETE', `/sandboxes/${String(claimed.body['sandbox_id'])}`);
      client.clock.advance(timings.boot);
      await client.is(waiting, 'running');
    }),
  );

  it(
    'schedules warm sandboxes on the hosts like any other',
    withEmulator({ maxRunning: 1 }, async client => {
      const pool = await makePool(client, { warm_containers: 1 });
      client.clock.advance(timings.boot);
      const id = await client.queue();
      client.clock.advance(timings.boot);
      assert.equal((await client.is(id, 'pending')).pending_reason, 'no_resources_available');
      await client.expect(200, 'DELETE', `/sandbox-pools/${pool}`);
      client.clock.advance(timings.boot);
      await client.is(id, 'running');
    }),
  );

  it(
    'fails a claim whose image does not start',
    withEmulator({}, async client => {
      const pool = await makePool(client, { image: 'missing/tool', warm_containers: 1 });
      client.clock.advance(timings.boot);
      const { answer } = await client.held('POST', `/sandbox-pools/${pool}/sandboxes`);
      client.clock.advance(timings.boot);
      const { status, body } = await answer;
      assert.equal(status, 422);
      assert.equal(body['reason'], 'ImageNotFound');
    }),
  );

  it(
    'applies mounts of a claim and reports them, unless the server is older',
    withEmulator({}, async client => {
      const file_systems = [{ file_system_id: await client.fileSystem(), mount_path: '/data' }];
      const pool = await makePool(client, { warm_containers: 1 });
      client.clock.advance(timings.boot);
      const path = `/sandbox-pools/${pool}/sandboxes`;
      const claim = await client.expect(200, 'POST', path, { file_systems });
      assert.equal(claim['claim_configuration_applied'], true);
      const sandbox = await client.sandbox(String(claim['sandbox_id']));
      assert.deepEqual(sandbox['file_systems'], file_systems);
      await withEmulator({ ages: ['older'] }, async older => {
        const old = await makePool(older, { warm_containers: 1 });
        older.clock.advance(timings.boot);
        const answer = await older.expect(200, 'POST', `/sandbox-pools/${old}/sandboxes`, { file_systems });
        assert.equal(answer['claim_configuration_applied'], undefined);
        assert.deepEqual((await older.sandbox(String(answer['sandbox_id'])))['file_systems'], []);
      })();
    }),
  );

  it(
    'replaces a pool, recycles its warm sandboxes, and keeps or clears an absent policy',
    withEmulator({}, async client => {
      const network = { allow_internet_access: false, allow_out: [], deny_out: [] };
      const pool = await makePool(client, { warm_containers: 1, network });
      client.clock.advance(timings.boot);
      const before = await detail(client, pool);
      await client.expect(200, 'PUT', `/sandbox-pools/${pool}`, { ...poolBody, warm_containers: 1 });
      assert.deepEqual((await detail(client, pool)).containers, []);
      client.clock.advance(timings.boot);
      const after = await detail(client, pool);
      assert.notEqual(after.containers[0]?.id, before.containers[0]?.id);
      assert.deepEqual(after.network_policy, network);
      const cleared = await client.expect(200, 'PUT', `/sandbox-pools/${pool}`, {
        ...poolBody,
        network: null,
      });
      assert.equal(cleared['network_policy'], null);
      assert.equal(typeof cleared['updated_at'], 'number');
      await withEmulator({ dialect: { poolNetwork: 'clear' } }, async older => {
        const old = await makePool(older, { network });
        const put = await older.expect(200, 'PUT', `/sandbox-pools/${old}`, poolBody);
        assert.equal(put['network_policy'], null);
      })();
    }),
  );

  it(
    'lists pools, and deletes those without active sandboxes',
    withEmulator({}, async client => {
      const pool = await makePool(client, { warm_containers: 1 });
      client.clock.advance(timings.boot);
      const listed = await client.expect(200, 'GET', '/sandbox-pools');
      assert.deepEqual(
        z
          .array(z.looseObject({ pool_id: z.string() }))
          .parse(listed['pools'])
          .map(({ pool_id }) => pool_id),
        [pool],
      );
      const claim = await client.expect(200, 'POST', `/sandbox-pools/${pool}/sandboxes`);
      const path = `/sandbox-pools/${pool}`;
      assert.match(await client.refused(409, 'DELETE', path), /Cannot delete pool '.*': .*active sandbox/);
      assert.match(await client.refused(409, 'DELETE', `${path}?force=true`), /active/);
      await client.expect(200, 'DELETE', `/sandboxes/${String(claim['sandbox_id'])}`);
      await client.expect(200, 'DELETE', path);
      assert.equal(await client.refused(404, 'GET', path), 'Sandbox pool not found');
      await client.refused(404, 'POST', `${path}/sandboxes`);
    }),
  );

  it(
    'deletes with force where the server supports it',
    withEmulator({ dialect: { poolForce: 'honoured' } }, async client => {
      const pool = await makePool(client, { warm_containers: 1 });
      client.clock.advance(timings.boot);
      const claim = await client.expect(200, 'POST', `/sandbox-pools/${pool}/sandboxes`);
      await client.expect(200, 'DELETE', `/sandbox-pools/${pool}?force=true`);
      const ended = await client.is(String(claim['sandbox_id']), 'terminated');
      assert.equal(ended.outcome, 'Failure(PoolDeleted)');
    }),
  );

  it(
    'refuses invalid pools, and other projects',
    withEmulator({ apiKeys: ['one', 'two'] }, async client => {
      const wrong: readonly (readonly [object, RegExp])[] = [
        [{ image: undefined }, /image is required/],
        [{ image: '' }, /image is required/],
        [{ resources: { cpus: 0, memory_mb: 1024 } }, /resources\.cpus: must be above 0/],
        [{ resources: { cpus: 1, memory_mb: -1 } }, /resources\.memory_mb: /],
        [{ resources: { cpus: 64, memory_mb: 1024 } }, /CPU limit/],
        [{ max_containers: 1, warm_containers: 2 }, /^warm_containers: must not be greater/],
        [{ max_containers: 1, min_containers: 2 }, /^min_containers: must not be greater/],
      ];
      for (const [body, message] of wrong) {
        assert.match(await client.refused(400, 'POST', '/sandbox-pools', { ...poolBody, ...body }), message);
      }
      const pool = await makePool(client);
      const other = client.as('two');
      assert.deepEqual((await other.expect(200, 'GET', '/sandbox-pools'))['pools'], []);
      for (const method of ['GET', 'DELETE']) await other.refused(404, method, `/sandbox-pools/${pool}`);
      await other.refused(404, 'PUT', `/sandbox-pools/${pool}`, poolBody);
      await other.refused(404, 'POST', `/sandbox-pools/${pool}/sandboxes`);
      await client.refused(405, 'PATCH', `/sandbox-pools/${pool}`);
    }),
  );
});
