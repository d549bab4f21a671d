import assert from 'node:assert/strict';
import { RemoteAPIError, Sandbox, SandboxStatus, SnapshotStatus } from 'tensorlake';
import { bytes, contract, eventually, soon, text } from '../support';

const status = (code: number) => (error: unknown) =>
  error instanceof RemoteAPIError && error.statusCode === code;

describe('SDK contract: snapshots', () => {
  const sdk = contract();

  it('are taken of a running sandbox, which goes on running', async () => {
    const box = await sdk().create();
    const snapshot = await box.checkpoint(soon);
    assert.ok(snapshot);
    assert.match(snapshot.snapshotId, /^[0-9a-z]{21}$/);
    assert.equal(snapshot.sandboxId, box.sandboxId);
    assert.equal(snapshot.status, SnapshotStatus.LOCAL_READY);
    assert.equal(snapshot.baseImage, 'tensorlake/ubuntu-minimal');
    assert.ok(snapshot.createdAt instanceof Date);
    await eventually(
      () => box.status(),
      state => state === SandboxStatus.RUNNING,
    );
  });

  it('are filesystem snapshots unless memory is asked for', async () => {
    const box = await sdk().create();
    const plain = await box.checkpoint(soon);
    assert.equal(plain?.snapshotType, 'filesystem');
    await eventually(
      () => box.status(),
      state => state === SandboxStatus.RUNNING,
    );
    const memory = await box.checkpoint({ ...soon, checkpointType: 'memory' });
    assert.equal(memory?.snapshotType, 'memory');
  });

  it('are durable when they are completed', async () => {
    const { client } = sdk();
    const { sandboxId } = await sdk().create();
    const begun = await client.snapshot(sandboxId);
    assert.equal(begun.status, SnapshotStatus.IN_PROGRESS);
    assert.equal((await client.get(sandboxId)).status, SandboxStatus.SNAPSHOTTING);
    const done = await eventually(
      () => client.getSnapshot(begun.snapshotId),
      snapshot => snapshot.status === SnapshotStatus.COMPLETED,
    );
    assert.ok(done.snapshotUri);
    assert.ok((done.sizeBytes ?? 0) > 0);
    assert.equal(done.rootfsDiskBytes, 10_240 * 1024 * 1024);
    const waited = await client.snapshotAndWait(sandboxId, { ...soon, waitUntil: 'completed' });
    assert.equal(waited.status, SnapshotStatus.COMPLETED);
  });

  it('bring the files back, /tmp only with the memory', async () => {
    for (const checkpointType of ['filesystem', 'memory'] as const) {
      const box = await sdk().create();
      await box.writeFile('/workspace/state', bytes('before'));
      await box.writeFile('/tmp/scratch', bytes('scratch'));
      const snapshot = await box.checkpoint({ ...soon, checkpointType });
      await box.writeFile('/workspace/state', bytes('after'));
      await box.terminate();
      const restored = await sdk().create({ snapshotId: snapshot?.snapshotId });
      assert.notEqual(restored.sandboxId, box.sandboxId);
      assert.equal(text(await restored.readFile('/workspace/state')), 'before');
      const scratch = restored.readFile('/tmp/scratch').then(text);
      if (checkpointType === 'memory') assert.equal(await scratch, 'scratch');
      else await assert.rejects(scratch, status(404));
    }
  });

  it('of the file system let resources change, disk only upwards', async () => {
    const box = await sdk().create({ cpus: 1, memoryMb: 1024, diskMb: 20_480 });
    const snapshotId = (await box.checkpoint(soon))?.snapshotId;
    const larger = await sdk().create({ snapshotId, cpus: 2, memoryMb: 4096, diskMb: 30_720 });
    const { resources } = await larger.info();
    assert.deepEqual([resources.cpus, resources.memoryMb], [2, 4096]);
    await assert.rejects(sdk().create({ snapshotId, diskMb: 10_240 }), status(400));
  });

  it('are listed for the project and for their sandbox, and deleted', async () => {
    const { at } = sdk();
    const one = await sdk().create();
    const other = await sdk().create();
    const kept = (await one.checkpoint(soon))?.snapshotId ?? '';
    const deleted = (await other.checkpoint(soon))?.snapshotId ?? '';
    const ids = async (): Promise<readonly string[]> =>
      (await Sandbox.listSnapshots(at)).map(({ snapshotId }) => snapshotId);
    assert.ok((await ids()).includes(kept) && (await ids()).includes(deleted));
    assert.deepEqual(
      (await one.listSnapshots()).map(({ snapshotId }) => snapshotId),
      [kept],
    );
    await Sandbox.deleteSnapshot(deleted, at);
    assert.ok(!(await ids()).includes(deleted));
    await assert.rejects(Sandbox.getSnapshot(deleted, at), status(404));
    await assert.rejects(Sandbox.deleteSnapshot(deleted, at), status(404));
  });

  it('cannot be restored when there are none', async () => {
    await assert.rejects(sdk().create({ snapshotId: 'nosuchsnapshot' }), status(404));
  });

  it('cannot be restored before they are ready', async () => {
    const { client } = sdk();
    const { sandboxId } = await sdk().create();
    const { snapshotId } = await client.snapshot(sandboxId);
    await assert.rejects(client.create({ snapshotId }), status(400));
  });

  it('are not taken of a suspended sandbox', async () => {
    const box = await sdk().create({ name: 'asleep' });
    await box.suspend(soon);
    await assert.rejects(box.checkpoint(soon), status(400));
  });
});
