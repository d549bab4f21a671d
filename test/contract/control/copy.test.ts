import assert from 'node:assert/strict';
import { RemoteAPIError, SandboxNotFoundError, SandboxStatus } from 'tensorlake';
import { bytes, contract, soon, text } from '../support';

describe('SDK contract: copy', () => {
  const sdk = contract({ plan: { maxConcurrent: 6 } });

  it('makes running sandboxes with the same files and a life of their own', async () => {
    const source = await sdk().create({ name: 'original', cpus: 2, memoryMb: 2048 });
    await source.writeFile('/workspace/file', bytes('shared'));
    const answer = await source.copy({ times: 2 });
    assert.equal(answer.sourceSandboxId, source.sandboxId);
    assert.equal(answer.sandboxes.length, 2);
    const ids = new Set([source.sandboxId, ...answer.sandboxes.map(({ sandboxId }) => sandboxId)]);
    assert.equal(ids.size, 3);
    for (const copied of answer.sandboxes) {
      assert.equal(copied.status, 'running');
      const copy = await sdk().connect(copied.sandboxId);
      const info = await copy.info();
      assert.equal(info.status, SandboxStatus.RUNNING);
      assert.deepEqual([info.name, info.resources.cpus], [undefined, 2]);
      assert.equal(text(await copy.readFile('/workspace/file')), 'shared');
      await copy.writeFile('/workspace/file', bytes('changed'));
      await copy.terminate();
    }
    assert.equal(text(await source.readFile('/workspace/file')), 'shared');
    await source.terminate();
  });

  it('makes one unless told otherwise', async () => {
    const { client } = sdk();
    const { sandboxId } = await sdk().create();
    const { sandboxes } = await client.copy(sandboxId);
    assert.equal(sandboxes.length, 1);
    for (const { sandboxId: id } of [...sandboxes, { sandboxId }]) await client.delete(id);
  });

  it('tells which copies failed', async () => {
    const { client } = sdk();
    const { sandboxId } = await sdk().create();
    const { sandboxes } = await client.copy(sandboxId, { times: 7 });
    const states = sandboxes.map(({ status }) => status).toSorted();
    assert.deepEqual(states, ['failed', 'failed', 'running', 'running', 'running', 'running', 'running']);
    assert.ok(sandboxes.filter(({ status }) => status === 'failed').every(({ reason }) => reason));
  });

  it('needs a source that runs', async () => {
    const { client } = sdk();
    for (const { sandboxId } of await client.list()) await client.delete(sandboxId);
    const box = await sdk().create({ name: 'sleeping' });
    await box.suspend(soon);
    await assert.rejects(
      box.copy(),
      (error: unknown) => error instanceof RemoteAPIError && error.statusCode === 400,
    );
    await assert.rejects(client.copy('nosuchsandbox'), SandboxNotFoundError);
  });
});
