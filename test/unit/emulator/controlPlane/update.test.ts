import assert from 'node:assert/strict';
import { timings, withEmulator } from '../harness';

describe('emulator: update', () => {
  it(
    'keeps, replaces and removes the network policy',
    withEmulator({}, async client => {
      const path = `/sandboxes/${await client.create({ network: { allow_out: ['example.com'] } })}`;
      const policy = async () => (await client.sandbox(path.slice('/sandboxes/'.length))).network_policy;
      const first = { allow_internet_access: true, allow_out: ['example.com'], deny_out: [] };
      assert.deepEqual(await policy(), first);
      await client.expect(200, 'PATCH', path, { exposed_ports: [8080] });
      assert.deepEqual(await policy(), first);
      await client.expect(200, 'PATCH', path, { network: { deny_out: ['10.0.0.0/8'] } });
      assert.deepEqual(await policy(), {
        allow_internet_access: true,
        allow_out: [],
        deny_out: ['10.0.0.0/8'],
      });
      const unresolvable = { network: { allow_out: ['nowhere.invalid'] } };
      assert.match(await client.refused(400, 'PATCH', path, unresolvable), /cannot resolve/);
      assert.deepEqual((await policy())?.allow_out, []);
      await client.expect(200, 'PATCH', path, { network: null });
      assert.equal(await policy(), null);
    }),
  );

  it(
    'sets and clears ports and public access',
    withEmulator({}, async client => {
      const id = await client.create();
      assert.equal((await client.sandbox(id)).exposed_ports, null);
      const open = { exposed_ports: [80, 8080], allow_unauthenticated_access: true };
      const opened = await client.expect(200, 'PATCH', `/sandboxes/${id}`, open);
      assert.deepEqual(opened['exposed_ports'], [80, 8080]);
      assert.equal(opened['allow_unauthenticated_access'], true);
      const shut = { exposed_ports: [], allow_unauthenticated_access: false };
      assert.deepEqual((await client.expect(200, 'PATCH', `/sandboxes/${id}`, shut))['exposed_ports'], []);
      assert.match(await client.refused(400, 'PATCH', `/sandboxes/${id}`, { exposed_ports: [9501] }), /9501/);
    }),
  );

  it(
    'renames by the rules for names and frees the old name',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'before' });
      await client.create({ name: 'taken' });
      await client.refused(409, 'PATCH', '/sandboxes/before', { name: 'taken' });
      await client.refused(400, 'PATCH', '/sandboxes/before', { name: 'Bad Name' });
      await client.expect(200, 'PATCH', '/sandboxes/before', { name: 'before' });
      await client.expect(200, 'PATCH', '/sandboxes/before', { name: 'after' });
      assert.equal((await client.sandbox('after')).id, id);
      await client.refused(404, 'GET', '/sandboxes/before');
      await client.create({ name: 'before' });
    }),
  );
});

describe('emulator: resize', () => {
  it(
    'reports the confirmed resources until the generation succeeds',
    withEmulator({}, async client => {
      const id = await client.create();
      const path = `/sandboxes/${id}`;
      await client.expect(200, 'PATCH', path, { resources: { cpus: 2, memory_mb: 4096 } });
      const pending = await client.sandbox(id);
      assert.equal(pending.resources.cpus, 1);
      assert.deepEqual(pending.resource_resize, {
        generation: 1,
        status: 'pending',
        requested: { cpus: 2, memory_mb: 4096, disk_mb: 10_240 },
        error_message: null,
      });
      client.clock.advance(timings.resize - 1);
      await client.expect(200, 'PATCH', path, { resources: { cpus: 4, memory_mb: 4096 } });
      client.clock.advance(timings.resize - 1);
      assert.equal((await client.sandbox(id)).resource_resize?.status, 'pending');
      client.clock.advance(1);
      const resized = await client.sandbox(id);
      assert.equal(resized.resource_resize?.generation, 2);
      assert.equal(resized.resource_resize.status, 'succeeded');
      assert.deepEqual(resized.resources, { cpus: 4, memory_mb: 4096, disk_mb: 10_240 });
    }),
  );

  it(
    'is interrupted when the sandbox stops running',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'busy' });
      await client.expect(200, 'PATCH', '/sandboxes/busy', { resources: { disk_mb: 20_480 } });
      await client.expect(202, 'POST', '/sandboxes/busy/suspend');
      const sandbox = await client.sandbox(id);
      assert.equal(sandbox.resource_resize?.status, 'failed');
      assert.match(
        await client.refused(400, 'PATCH', '/sandboxes/busy', { resources: { cpus: 1 } }),
        /running/,
      );
    }),
  );

  it(
    'refuses mixed updates, empty ones, smaller disks and what the plan does not allow',
    withEmulator({ plan: { maxDiskMb: 20_480 } }, async client => {
      const path = `/sandboxes/${await client.create()}`;
      const mixed = { resources: { cpus: 1 }, name: 'x' };
      assert.match(await client.refused(400, 'PATCH', path, mixed), /combined/);
      assert.match(await client.refused(400, 'PATCH', path, { resources: {} }), /at least one/);
      assert.match(await client.refused(400, 'PATCH', path, { resources: { cpus: 1.5 } }), /cpus/);
      assert.match(await client.refused(400, 'PATCH', path, { resources: { disk_mb: 5_000 } }), /shrink/);
      const { status, body } = await client.call('PATCH', path, { resources: { disk_mb: 30_720 } });
      assert.equal(status, 422);
      assert.equal(body['error'], 'requested disk exceeds project entitlement');
    }),
  );
});
