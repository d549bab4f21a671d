import assert from 'node:assert/strict';
import { startEmulator } from '../../../../emulator/server';
import { small, timings, withEmulator, type Client } from '../harness';

describe('emulator: create', () => {
  it(
    'blocks until the sandbox is running and answers with its address',
    withEmulator({}, async client => {
      const { answer } = await client.held('POST', '/sandboxes', { ...small, name: 'one' });
      client.clock.advance(timings.boot);
      const { status, body } = await answer;
      assert.equal(status, 200);
      assert.equal(body['status'], 'running');
      assert.equal(body['name'], 'one');
      const { id, sandbox_url } = await client.is('one', 'running');
      assert.match(id, /^[0-9a-z]{21}$/);
      assert.equal(body['sandbox_id'], id);
      assert.equal(sandbox_url, `http://${id}.localhost:${client.emulator.port}`);
      assert.equal(body['sandbox_url'], sandbox_url);
    }),
  );

  it('uses the clock of the machine by default', async () => {
    const emulator = await startEmulator({ timings: { boot: 10 } });
    const response = await fetch(`${emulator.url}/sandboxes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.apiKey}` },
      body: JSON.stringify(small),
    });
    assert.equal(response.status, 200);
    await emulator.stop();
  });

  it(
    'acknowledges at once with wait:false, and has no address while pending',
    withEmulator({}, async client => {
      const answer = await client.expect(202, 'POST', '/sandboxes', { ...small, wait: false });
      assert.equal(answer['state'], 'pending');
      assert.equal(answer['pending_reason'], 'scheduling');
      const id = String(answer['sandbox_id']);
      const pending = await client.is(id, 'pending');
      assert.equal(pending.sandbox_url, undefined);
      assert.equal(pending.pending_reason, 'waiting_for_container');
      client.clock.advance(timings.boot);
      assert.equal((await client.is(id, 'running')).pending_reason, null);
    }),
  );

  it(
    'answers 504 with the sandbox when the wait of the server times out',
    withEmulator({ timings: { createWait: 10 } }, async client => {
      const { answer } = await client.held('POST', '/sandboxes', small);
      client.clock.advance(10);
      const { status, body } = await answer;
      assert.equal(status, 504);
      assert.equal(body['status'], 'timeout');
      assert.equal(body['pending_reason'], 'waiting_for_container');
      client.clock.advance(timings.boot);
      await client.is(String(body['sandbox_id']), 'running');
    }),
  );

  it(
    'waits at most X-Tensorlake-Request-Timeout-Ms',
    withEmulator({}, async client => {
      const headers = { 'x-tensorlake-request-timeout-ms': '15' };
      const { answer } = await client.held('POST', '/sandboxes', small, headers);
      client.clock.advance(15);
      assert.equal((await answer).status, 504);
    }),
  );

  it(
    'gives up after max_pending_secs without capacity',
    withEmulator({ maxRunning: 0 }, async client => {
      const { answer } = await client.held('POST', '/sandboxes', { ...small, max_pending_secs: 0 });
      client.clock.advance(0);
      const { status, body } = await answer;
      assert.equal(status, 422);
      assert.equal(body['status'], 'failed');
      assert.equal(body['termination_reason'], 'no_capacity');
      const id = await client.queue({ max_pending_secs: 2 });
      client.clock.advance(2 * timings.second - 1);
      await client.is(id, 'pending');
      client.clock.advance(1);
      const ended = await client.is(id, 'terminated');
      assert.equal(ended.termination_reason, 'no_capacity');
      assert.equal(ended.pending_reason, 'no_resources_available');
    }),
  );

  it(
    'keeps sandboxes pending while the hosts are full and schedules them in order',
    withEmulator({ maxRunning: 1 }, async client => {
      const first = await client.create();
      const second = await client.queue();
      const third = await client.queue();
      client.clock.advance(timings.boot);
      assert.equal((await client.is(second, 'pending')).pending_reason, 'no_resources_available');
      await client.expect(200, 'DELETE', `/sandboxes/${first}`);
      client.clock.advance(timings.boot);
      await client.is(second, 'running');
      await client.is(third, 'pending');
      await client.expect(200, 'DELETE', `/sandboxes/${third}`);
      const cancelled = await client.is(third, 'terminated');
      assert.equal(cancelled.termination_reason, 'cancelled');
      assert.equal(cancelled.pending_reason, null);
    }),
  );

  it(
    'reports missing images and images that do not start',
    withEmulator({}, async client => {
      const missing = await failedStart(client, 'missing/x');
      assert.equal(missing['reason'], 'ImageNotFound');
      const broken = await failedStart(client, 'broken/x');
      assert.equal(broken['reason'], 'ConfigurationError');
      assert.ok(broken['error_details']);
      const ended = await client.is(String(missing['sandbox_id']), 'terminated');
      assert.equal(ended.termination_reason, 'ImageNotFound');
    }),
  );

  it(
    'refuses what the plan does not allow',
    withEmulator({ plan: { maxMemoryMb: 1024, maxConcurrent: 1, maxTimeoutSecs: 3600 } }, async client => {
      const tooBig = { resources: { cpus: 1, memory_mb: 2048 } };
      const ram = 'Per-sandbox RAM limit exceeded (max 1024 MB)';
      assert.equal(await client.refused(400, 'POST', '/sandboxes', tooBig), ram);
      assert.equal(await client.refused(400, 'POST', '/sandboxes', {}), ram);
      const slow = { ...small, timeout_secs: 3601 };
      assert.match(await client.refused(400, 'POST', '/sandboxes', slow), /timeout_secs/);
      const id = await client.create({ timeout_secs: 0 });
      assert.equal((await client.sandbox(id)).timeout_secs, 3600);
      assert.match(await client.refused(400, 'POST', '/sandboxes', small), /limit exceeded \(max 1\)/);
    }),
  );

  it(
    'refuses CPUs and disk over the plan, and enforces its number of sandboxes for a claim, a copy and a resume too',
    withEmulator({ plan: { maxCpus: 2, maxDiskMb: 20_480, maxConcurrent: 1 } }, async client => {
      const cpus = { resources: { cpus: 3, memory_mb: 4096 } };
      assert.match(await client.refused(400, 'POST', '/sandboxes', cpus), /CPU limit exceeded \(max 2\)/);
      const disk = { resources: { ...small.resources, disk_mb: 20_481 } };
      assert.match(await client.refused(400, 'POST', '/sandboxes', disk), /disk limit exceeded/);
      const pool = { image: 'x', ...small };
      assert.match(await client.refused(400, 'POST', '/sandbox-pools', { ...pool, ...cpus }), /CPU limit/);
      const { pool_id } = await client.expect(200, 'POST', '/sandbox-pools', pool);

      const sleeper = await client.create({ name: 'sleeper' });
      await client.expect(202, 'POST', `/sandboxes/${sleeper}/suspend`);
      client.clock.advance(timings.suspend);
      const awake = await client.create();
      const full = /Concurrent sandbox limit exceeded \(max 1\)/;
      assert.match(await client.refused(400, 'POST', `/sandbox-pools/${String(pool_id)}/sandboxes`), full);
      assert.match(await client.refused(400, 'POST', `/sandboxes/${sleeper}/resume`), full);
      const copies = await client.expect(422, 'POST', `/sandboxes/${awake}/copy`);
      assert.match(JSON.stringify(copies), full);
      await client.expect(200, 'DELETE', `/sandboxes/${awake}`);
      await client.expect(202, 'POST', `/sandboxes/${sleeper}/resume`);
    }),
  );

  it(
    'names the invalid field',
    withEmulator({}, async client => {
      const wrong: readonly (readonly [object, RegExp])[] = [
        [{ resources: { cpus: 0.5 } }, /^resources\.cpus: /],
        [{ resources: { cpus: 1, memory_mb: 512 } }, /^resources\.memory_mb: /],
        [{ resources: { cpus: 1, memory_mb: 1024.5 } }, /^resources\.memory_mb: /],
        [{ resources: { gpus: [{ count: 0, model: 'H100' }] } }, /^resources\.gpus\.0\.count: /],
        [{ resources: { gpus: [{ count: 1, model: 'H9000' }] } }, /^resources\.gpus\.0\.model: /],
        [{ ...small, timeout_secs: -1 }, /^timeout_secs: /],
        [{ ...small, exposed_ports: [9501] }, /^exposed_ports\.0: port 9501 is reserved/],
        [{ ...small, exposed_ports: [70_000] }, /^exposed_ports\.0: /],
        [{ ...small, network: { allow_out: ['300.1.1.1'] } }, /^network\.allow_out\.0: /],
        [{ ...small, file_systems: [{ file_system_id: 'f', mount_path: 'rel' }] }, /mount_path: /],
        [
          { ...small, file_systems: [{ file_system_id: 'f', mount_path: '/m', snapshot_id: 's' }] },
          /snapshot_id: a pinned snapshot/,
        ],
      ];
      for (const [body, message] of wrong) {
        assert.match(await client.refused(400, 'POST', '/sandboxes', body), message);
      }
    }),
  );

  it(
    'accepts older spellings and nulls',
    withEmulator({}, async client => {
      const id = await client.create({
        name: null,
        image: null,
        resources: {
          cpus: 1,
          memory_mb: 1024,
          ephemeral_disk_mb: 20_480,
          gpu_configs: [{ count: 1, model: 'A10' }],
        },
        allow_unauthenticated_proxy_access: true,
      });
      const sandbox = await client.sandbox(id);
      assert.equal(sandbox.resources.disk_mb, 20_480);
      assert.deepEqual(sandbox.resources['gpus'], [{ count: 1, model: 'A10' }]);
      assert.equal(sandbox['allow_unauthenticated_access'], true);
      assert.equal(sandbox['image'], 'tensorlake/ubuntu-minimal');
    }),
  );
});

describe('emulator: names', () => {
  it(
    'enforces the rules',
    withEmulator({}, async client => {
      for (const name of ['', 'Big', '1st', 'a_b', 'end-', `a${'b'.repeat(63)}`, 'a'.repeat(21)]) {
        assert.match(await client.refused(400, 'POST', '/sandboxes', { ...small, name }), /^name: must /);
      }
      for (const name of ['a', 'a-b', 'a--b', `a${'b'.repeat(62)}`, `a-${'b'.repeat(19)}`]) {
        await client.queue({ name });
      }
    }),
  );

  it(
    'are unique among sandboxes that have not terminated: 409 for a running one, 400 for a suspended one, free afterwards',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'solo' });
      const body = { ...small, name: 'solo' };
      assert.match(await client.refused(409, 'POST', '/sandboxes', body), /already in use/);
      await client.expect(202, 'POST', '/sandboxes/solo/suspend');
      client.clock.advance(timings.suspend);
      assert.match(await client.refused(400, 'POST', '/sandboxes', body), /suspended/);
      await client.expect(200, 'DELETE', '/sandboxes/solo');
      assert.equal((await client.sandbox('solo')).id, id);
      const successor = await client.create({ name: 'solo' });
      assert.equal((await client.sandbox('solo')).id, successor);
      await client.is(id, 'terminated');
    }),
  );
});

async function failedStart(client: Client, image: string): Promise<Record<string, unknown>> {
  const { answer } = await client.held('POST', '/sandboxes', { ...small, image });
  client.clock.advance(timings.boot);
  const { status, body } = await answer;
  assert.equal(status, 422);
  assert.equal(body['status'], 'failed');
  return body;
}
