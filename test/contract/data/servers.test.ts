import assert from 'node:assert/strict';
import { RemoteAPIError, SandboxNotFoundError, SandboxStatus } from 'tensorlake';
import { bytes, contract, eventually, script, soon } from '../support';

const status = (code: number) => (error: unknown) =>
  error instanceof RemoteAPIError && error.statusCode === code;

// Points on which sources disagree are emulator options (API reference section 7): the SDK has to work with both
// variants.

for (const [name, options] of [
  ['the older server', { ages: ['older'] }],
  ['a server that insists on Content-Length', { dialect: { emptyPost: 'strict' } }],
  ['a server that checks mounts strictly', { dialect: { mounts: 'strict' } }],
] as const) {
  describe(`SDK contract: ${name}`, () => {
    const sdk = contract(options);

    it('is used from create to terminate', async function () {
      // With this variant the SDK polls, twice a second.
      this.timeout(20_000);
      const box = await sdk().create({ name: 'whole-life' });
      assert.equal((await box.run('sh', script('echo inside'))).stdout.trim(), 'inside');
      await box.suspend(soon);
      await box.resume(soon);
      const snapshot = await box.checkpoint(soon);
      assert.ok(snapshot);
      const { poolId } = await sdk().client.createPool({ image: 'tensorlake/ubuntu-minimal' });
      const claimed = await sdk().client.claim(poolId);
      await sdk().client.delete(claimed.sandboxId);
      await sdk().client.updatePool(poolId, { image: 'tensorlake/ubuntu-minimal', maxContainers: 1 });
      await sdk().client.deletePool(poolId);
      await box.terminate();
      assert.equal((await sdk().client.get(box.sandboxId)).status, SandboxStatus.TERMINATED);
    });
  });
}

describe('SDK contract: the open-source server', () => {
  const sdk = contract({ ages: ['openSource'] });

  it('is used from create to terminate', async function () {
    // The SDK polls, twice a second.
    this.timeout(20_000);
    const box = await sdk().create();
    await box.writeFile('/tmp/note', bytes('inside'));
    assert.equal(Buffer.from(await box.readFile('/tmp/note')).toString(), 'inside');
    const { poolId } = await sdk().client.createPool({ image: 'tensorlake/ubuntu-minimal' });
    const claimed = await sdk().client.claim(poolId);
    await sdk().client.delete(claimed.sandboxId);
    await sdk().client.deletePool(poolId);
    assert.ok(await box.checkpoint(soon));
    await eventually(
      () => sdk().client.get(box.sandboxId),
      ({ status }) => status === SandboxStatus.TERMINATED,
    );
  });

  it('has no run, suspend and rename', async function () {
    this.timeout(20_000);
    const box = await sdk().create();
    await assert.rejects(box.run('sh', script('true')), status(405));
    await assert.rejects(box.update({ name: 'later' }), status(405));
  });
});

describe('SDK contract: a server that knows ids only', () => {
  const sdk = contract({ dialect: { identifiers: 'idOnly' } });

  it('finds nothing by name', async () => {
    const { sandboxId } = await sdk().create({ name: 'by-id' });
    assert.equal((await sdk().client.get(sandboxId)).name, 'by-id');
    await assert.rejects(sdk().client.get('by-id'), SandboxNotFoundError);
  });
});

describe('SDK contract: a server without rename', () => {
  const sdk = contract({ dialect: { rename: 'refused' } });

  it('refuses a name afterwards', async () => {
    const box = await sdk().create();
    await assert.rejects(
      box.update({ name: 'later' }),
      (error: unknown) =>
        error instanceof RemoteAPIError && error.statusCode >= 400 && error.statusCode < 500,
    );
  });
});

for (const code of [400, 409] as const) {
  describe(`SDK contract: a server that answers ${code} for the name of a suspended sandbox`, () => {
    const sdk = contract({ dialect: { suspendedName: String(code) } });

    it('refuses the name with that status', async () => {
      const box = await sdk().create({ name: 'asleep' });
      await box.suspend(soon);
      await assert.rejects(sdk().create({ name: 'asleep' }), status(code));
    });
  });
}

describe('SDK contract: a server that suspends idle sandboxes without a name', () => {
  const sdk = contract({ dialect: { ephemeralIdle: 'suspend' }, timings: { second: 20 } });

  it('shows them suspended', async () => {
    const box = await sdk().create({ timeoutSecs: 1 });
    await eventually(
      () => box.status(),
      state => state === SandboxStatus.SUSPENDED,
    );
  });
});

describe('SDK contract: a server that archives at once', () => {
  const sdk = contract({ dialect: { history: 'archived' } });

  it('lists the living only', async () => {
    const { client } = sdk();
    const { sandboxId } = await sdk().create();
    await client.delete(sandboxId);
    await eventually(
      () => client.list(),
      list => !list.some(each => each.sandboxId === sandboxId),
    );
    assert.equal((await client.getArchived(sandboxId)).sandboxId, sandboxId);
  });
});
