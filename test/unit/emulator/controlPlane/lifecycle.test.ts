import assert from 'node:assert/strict';
import { small, timings, withEmulator, type Client } from '../harness';

describe('emulator: suspend, resume, terminate', () => {
  it(
    'suspends after a while and answers 202, 202, 200',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'nap' });
      await client.expect(202, 'POST', '/sandboxes/nap/suspend');
      await client.expect(202, 'POST', '/sandboxes/nap/suspend');
      client.clock.advance(timings.suspend - 1);
      await client.is(id, 'suspending');
      client.clock.advance(1);
      assert.equal((await client.is(id, 'suspended')).outcome, null);
      await client.expect(200, 'POST', '/sandboxes/nap/suspend');
    }),
  );

  it(
    'resumes only suspended sandboxes',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'nap' });
      await client.expect(200, 'POST', '/sandboxes/nap/resume');
      await client.expect(202, 'POST', '/sandboxes/nap/suspend');
      assert.match(await client.refused(400, 'POST', '/sandboxes/nap/resume'), /suspending/);
      client.clock.advance(timings.suspend);
      await client.expect(202, 'POST', '/sandboxes/nap/resume');
      await client.is(id, 'pending');
      client.clock.advance(timings.resume);
      await client.is(id, 'running');
    }),
  );

  it(
    'lets a resume wait for capacity without a limit',
    withEmulator({ maxRunning: 1 }, async client => {
      const nap = await client.create({ name: 'nap', max_pending_secs: 1 });
      await client.expect(202, 'POST', '/sandboxes/nap/suspend');
      client.clock.advance(timings.suspend);
      const other = await client.create({ timeout_secs: 80_000 });
      await client.expect(202, 'POST', '/sandboxes/nap/resume');
      client.clock.advance(70_000 * timings.second);
      assert.equal((await client.is(nap, 'pending')).pending_reason, 'no_resources_available');
      await client.expect(200, 'DELETE', `/sandboxes/${other}`);
      client.clock.advance(timings.resume);
      await client.is(nap, 'running');
    }),
  );

  it(
    'refuses to suspend an ephemeral sandbox until it has a name',
    withEmulator({}, async client => {
      const id = await client.create();
      assert.match(await client.refused(400, 'POST', `/sandboxes/${id}/suspend`), /ephemeral/);
      await client.expect(200, 'PATCH', `/sandboxes/${id}`, { name: 'kept' });
      await client.expect(202, 'POST', `/sandboxes/${id}/suspend`);
    }),
  );

  it(
    'terminates from any state, and gives the same answer again',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'gone' });
      await client.expect(200, 'DELETE', `/sandboxes/${id}`);
      await client.expect(200, 'DELETE', `/sandboxes/${id}`);
      const ended = await client.sandbox(id);
      assert.equal(ended.status, 'terminated');
      assert.equal(ended.outcome, 'Success(UserTerminated)');
      assert.ok((ended.terminated_at ?? 0) >= ended.created_at);
      assert.equal(ended.sandbox_url, undefined);
      assert.match(await client.refused(400, 'POST', `/sandboxes/${id}/suspend`), /terminated/);
      assert.match(await client.refused(400, 'PATCH', `/sandboxes/${id}`, { name: 'new' }), /terminated/);
    }),
  );

  it(
    'moves a terminated sandbox to the archive',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'old' });
      await client.expect(200, 'DELETE', `/sandboxes/${id}`);
      client.clock.advance(timings.archive - 1);
      assert.equal((await client.page()).sandboxes[0]?.status, 'terminated');
      client.clock.advance(1);
      await client.refused(404, 'GET', `/sandboxes/${id}`);
      await client.refused(404, 'GET', '/sandboxes/old');
      await client.refused(404, 'DELETE', `/sandboxes/${id}`);
      assert.deepEqual((await client.page()).sandboxes, []);
      const { sandboxes } = await client.page('', '/archived-sandboxes');
      assert.equal(sandboxes[0]?.id, id);
      const archived = await client.expect(200, 'GET', `/archived-sandboxes/${id}`);
      assert.equal(archived['status'], 'terminated');
      assert.equal(archived['archived_at'], client.clock.now());
    }),
  );
});

describe('emulator: idle timeout', () => {
  const tenSeconds = { timeout_secs: 10 };

  it(
    'suspends a named sandbox and terminates an ephemeral one',
    withEmulator({}, async client => {
      const named = await client.create({ name: 'idle', ...tenSeconds });
      client.clock.advance(9 * timings.second);
      const ephemeral = await client.create(tenSeconds);
      client.clock.advance(timings.second);
      await client.is(named, 'suspended');
      await client.is(ephemeral, 'running');
      client.clock.advance(9 * timings.second);
      assert.equal((await client.is(ephemeral, 'terminated')).outcome, 'Success(Timeout)');
    }),
  );

  it(
    'suspends one that was named while running',
    withEmulator({}, async client => {
      const id = await client.create(tenSeconds);
      await client.expect(200, 'PATCH', `/sandboxes/${id}`, { name: 'kept' });
      client.clock.advance(10 * timings.second);
      await client.is(id, 'suspending');
    }),
  );

  it(
    'counts from the creation where it is a lifetime, and 0 is no limit',
    withEmulator({ dialect: { timeout: 'lifetime' } }, async client => {
      const id = await client.create({ name: 'kept', ...tenSeconds });
      const unlimited = await client.create({ timeout_secs: 0 });
      client.clock.advance(9 * timings.second);
      client.emulator.touch(id);
      await client.is(id, 'running');
      client.clock.advance(timings.second);
      assert.equal((await client.is(id, 'terminated')).outcome, 'Success(Timeout)');
      client.clock.advance(1_000 * timings.second);
      await client.is(unlimited, 'running');
    }),
  );

  it(
    'restarts with each use of the sandbox',
    withEmulator({}, async client => {
      const id = await client.create(tenSeconds);
      client.clock.advance(9 * timings.second);
      client.emulator.touch(id);
      client.clock.advance(9 * timings.second);
      await client.is(id, 'running');
      client.clock.advance(timings.second);
      await client.is(id, 'terminated');
    }),
  );
});

describe('emulator: snapshots', () => {
  it(
    'go from in_progress to local_ready to completed while the sandbox returns to running',
    withEmulator({}, async client => {
      const id = await client.create();
      const snapshotId = await client.snapshot(id);
      assert.equal((await client.snapshotInfo(snapshotId)).status, 'in_progress');
      await client.is(id, 'snapshotting');
      const early = { snapshot_id: snapshotId };
      assert.equal(await client.refused(400, 'POST', '/sandboxes', early), 'Snapshot is not completed');
      assert.match(await client.refused(400, 'POST', `/sandboxes/${id}/snapshot`), /already/);
      client.clock.advance(timings.snapshot);
      const ready = await client.snapshotInfo(snapshotId);
      assert.equal(ready.status, 'local_ready');
      assert.equal(ready['snapshot_uri'], null);
      assert.equal(typeof ready['size_bytes'], 'number');
      await client.is(id, 'running');
      client.clock.advance(timings.upload);
      const completed = await client.snapshotInfo(snapshotId);
      assert.equal(completed.status, 'completed');
      assert.equal(typeof completed['snapshot_uri'], 'string');
      assert.equal(completed['snapshot_type'], 'filesystem');
    }),
  );

  it(
    'fail when the sandbox terminates first, and are refused for one that is not running',
    withEmulator({}, async client => {
      await client.queue({ name: 'slow' });
      assert.match(await client.refused(400, 'POST', '/sandboxes/slow/snapshot'), /not yet running/);
      client.clock.advance(timings.boot);
      const snapshotId = await client.snapshot('slow');
      await client.expect(200, 'DELETE', '/sandboxes/slow');
      assert.equal((await client.snapshotInfo(snapshotId)).status, 'failed');
      assert.match(await client.refused(400, 'POST', '/sandboxes/slow/snapshot'), /terminated/);
    }),
  );

  it(
    'can be listed, deleted, and restored within their rules',
    withEmulator({}, async client => {
      const id = await client.create({ resources: { cpus: 1, memory_mb: 2048, disk_mb: 20_480 } });
      const disk = await client.snapshot(id);
      client.clock.advance(timings.snapshot);
      const memory = await client.snapshot(id, { snapshot_type: 'memory' });
      client.clock.advance(timings.snapshot);
      const { snapshots } = await client.expect(200, 'GET', '/snapshots');
      assert.ok(Array.isArray(snapshots) && snapshots.length === 2);

      const bigger = { cpus: 2, memory_mb: 4096, disk_mb: 30_720 };
      const fromDisk = await client.create({ snapshot_id: disk, resources: bigger });
      assert.deepEqual((await client.sandbox(fromDisk)).resources, bigger);
      const fromMemory = await client.create({ snapshot_id: memory, resources: undefined });
      assert.deepEqual((await client.sandbox(fromMemory)).resources, (await client.sandbox(id)).resources);

      const refusals: readonly (readonly [object, RegExp])[] = [
        [{ snapshot_id: memory, resources: bigger }, /fixed by the memory snapshot/],
        [{ snapshot_id: disk, resources: { disk_mb: 10_240 } }, /cannot shrink/],
        [{ snapshot_id: disk, image: 'other' }, /^image: /],
      ];
      for (const [body, message] of refusals) {
        assert.match(await client.refused(400, 'POST', '/sandboxes', body), message);
      }
      await client.expect(200, 'DELETE', `/snapshots/${disk}`);
      await client.refused(404, 'GET', `/snapshots/${disk}`);
      await client.refused(404, 'DELETE', `/snapshots/${disk}`);
      const message = await client.refused(404, 'POST', '/sandboxes', { ...small, snapshot_id: disk });
      assert.equal(message, 'Snapshot not found');
    }),
  );
});

describe('emulator: restore', () => {
  const access = async (client: Client, id: string) => {
    const { exposed_ports, allow_unauthenticated_access } = await client.expect(
      200,
      'GET',
      `/sandboxes/${id}`,
    );
    return { exposed_ports, allow_unauthenticated_access };
  };

  for (const snapshot_type of ['filesystem', 'memory'])
    it(
      `inherits ports and access from a ${snapshot_type} snapshot unless they are set`,
      withEmulator({}, async client => {
        const open = { exposed_ports: [3000], allow_unauthenticated_access: true };
        const id = await client.create(open);
        const snapshot_id = await client.snapshot(id, { snapshot_type });
        client.clock.advance(timings.snapshot);
        // Later changes of the source do not matter.
        await client.expect(200, 'PATCH', `/sandboxes/${id}`, { allow_unauthenticated_access: false });
        const restore = { snapshot_id, resources: undefined };
        assert.deepEqual(await access(client, await client.create(restore)), open);
        const closed = { exposed_ports: [], allow_unauthenticated_access: false };
        assert.deepEqual(await access(client, await client.create({ ...restore, ...closed })), closed);
        const other = { exposed_ports: [8080], allow_unauthenticated_proxy_access: false };
        assert.deepEqual(await access(client, await client.create({ ...restore, ...other })), {
          exposed_ports: [8080],
          allow_unauthenticated_access: false,
        });
      }),
    );
});

describe('emulator: copy', () => {
  it(
    'clones a running sandbox',
    withEmulator({}, async client => {
      const id = await client.create({ name: 'source', exposed_ports: [8080] });
      const { answer } = await client.held('POST', '/sandboxes/source/copy?times=2');
      client.clock.advance(timings.resume);
      const { status, body } = await answer;
      assert.equal(status, 200);
      assert.equal(body['source_sandbox_id'], id);
      const { sandboxes } = await client.page('?status=running');
      assert.equal(sandboxes.length, 3);
      const clone = sandboxes.find(sandbox => sandbox.id !== id);
      assert.equal(clone?.name, null);
      assert.deepEqual(clone.exposed_ports, [8080]);
    }),
  );

  it(
    'can succeed in part, fail, or succeed later',
    withEmulator({ plan: { maxConcurrent: 2 } }, async client => {
      const source = `/sandboxes/${await client.create()}/copy`;
      const partly = await client.held('POST', `${source}?times=3`);
      client.clock.advance(timings.resume);
      assert.equal((await partly.answer).status, 207);
      const items = statuses((await partly.answer).body);
      assert.deepEqual(items, ['running', 'failed', 'failed']);
      assert.deepEqual(statuses(await client.expect(422, 'POST', source)), ['failed']);
      const [copy] = (await client.page('?status=running')).sandboxes;
      await client.expect(200, 'DELETE', `/sandboxes/${copy?.id ?? ''}`);

      const late = await client.held('POST', source, undefined, { 'x-tensorlake-request-timeout-ms': '5' });
      client.clock.advance(5);
      assert.equal((await late.answer).status, 504);
      assert.deepEqual(statuses((await late.answer).body), ['timeout']);
      await client.refused(400, 'POST', `${source}?times=0`);
    }),
  );
});

function statuses(body: Record<string, unknown>): readonly unknown[] {
  const items: unknown = body['sandboxes'];
  assert.ok(Array.isArray(items));
  return items.map((item: unknown) =>
    typeof item === 'object' && item !== null && 'status' in item ? item.status : undefined,
  );
}
