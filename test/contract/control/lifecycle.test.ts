import assert from 'node:assert/strict';
import { RemoteAPIError, SandboxNotFoundError, SandboxStatus } from 'tensorlake';
import { contract, eventually, script, soon } from '../support';

describe('SDK contract: lifecycle', () => {
  const sdk = contract();

  it('creates an ephemeral sandbox and reads it back', async () => {
    const before = Date.now();
    const sandbox = await sdk().create({ cpus: 2, memoryMb: 2048, timeoutSecs: 300 });
    assert.match(sandbox.sandboxId, /^[0-9a-z]{21}$/);
    assert.equal(sandbox.name, null);
    const info = await sandbox.info();
    assert.equal(info.sandboxId, sandbox.sandboxId);
    assert.equal(info.status, SandboxStatus.RUNNING);
    assert.equal(info.name, undefined);
    assert.equal(info.image, 'tensorlake/ubuntu-minimal');
    assert.equal(info.resources.cpus, 2);
    assert.equal(info.resources.memoryMb, 2048);
    assert.equal(info.timeoutSecs, 300);
    assert.equal(info.allowUnauthenticatedAccess, false);
    assert.equal(info.terminatedAt, undefined);
    const created = info.createdAt?.getTime() ?? 0;
    assert.ok(created >= before && created <= Date.now());
    await sandbox.terminate();
  });

  it('answers health and daemon information', async () => {
    const sandbox = await sdk().create();
    assert.equal((await sandbox.health()).healthy, true);
    await sandbox.startProcess('sleep', { args: ['600'] });
    const info = await sandbox.daemonInfo();
    assert.match(info.version, /^\d+\.\d+\.\d+/);
    assert.equal(info.runningProcesses, 1);
    assert.equal(info.totalProcesses, 1);
    assert.ok(info.uptimeSecs >= 0);
  });

  it('connects by name and by id, to the same sandbox', async () => {
    const sandbox = await sdk().create({ name: 'by-name' });
    assert.equal(sandbox.name, 'by-name');
    const byName = await sdk().connect('by-name');
    assert.equal((await byName.info()).sandboxId, sandbox.sandboxId);
    await sandbox.writeFile('/workspace/mark', Buffer.from('same'));
    assert.equal(Buffer.from(await byName.readFile('/workspace/mark')).toString(), 'same');
    const byId = await sdk().connect(sandbox.sandboxId);
    assert.equal((await byId.info()).name, 'by-name');
  });

  it('returns from create before the sandbox runs, and get tells when it does', async () => {
    const { client } = sdk();
    const created = await client.create({ name: 'polled' });
    const info = await eventually(
      () => client.get(created.sandboxId),
      ({ status }) => status === SandboxStatus.RUNNING,
    );
    assert.equal(info.name, 'polled');
  });

  it('terminates, once and again, and shows when and how it ended', async () => {
    const { client } = sdk();
    const sandbox = await sdk().create();
    await sandbox.terminate();
    const info = await client.get(sandbox.sandboxId);
    assert.equal(info.status, SandboxStatus.TERMINATED);
    assert.equal(info.outcome, 'Success(UserTerminated)');
    assert.ok(info.terminatedAt instanceof Date);
    await client.delete(sandbox.sandboxId);
    await assert.rejects(client.delete('nosuchsandbox'), SandboxNotFoundError);
  });

  it('suspends and resumes a named sandbox with its processes', async () => {
    const sandbox = await sdk().create({ name: 'sleeper' });
    const { pid } = await sandbox.startProcess('sleep', { args: ['600'] });
    await sandbox.suspend(soon);
    assert.equal(await sandbox.status(), SandboxStatus.SUSPENDED);
    assert.equal((await sandbox.info()).outcome, undefined);
    await sandbox.suspend(soon);
    await sandbox.resume(soon);
    assert.equal(await sandbox.status(), SandboxStatus.RUNNING);
    await sandbox.resume(soon);
    assert.equal((await sandbox.getProcess(pid)).status, 'running');
    assert.equal((await sandbox.run('sh', script('echo awake'))).stdout.trim(), 'awake');
  });

  it('wakes a suspended sandbox by a request to its inside', async () => {
    const sandbox = await sdk().create({ name: 'woken' });
    await sandbox.suspend(soon);
    assert.equal((await sandbox.run('sh', script('echo awake'))).stdout.trim(), 'awake');
    assert.equal(await sandbox.status(), SandboxStatus.RUNNING);
  });

  it('suspends and resumes without waiting', async () => {
    const sandbox = await sdk().create({ name: 'impatient' });
    const becomes = (wanted: SandboxStatus) =>
      eventually(
        () => sandbox.status(),
        status => status === wanted,
      );
    await sandbox.suspend({ wait: false });
    await becomes(SandboxStatus.SUSPENDED);
    await sandbox.resume({ wait: false });
    await becomes(SandboxStatus.RUNNING);
  });

  it('suspends no sandbox without a name, until it gets one', async () => {
    const sandbox = await sdk().create();
    await assert.rejects(
      sandbox.suspend(soon),
      (error: unknown) => error instanceof RemoteAPIError && error.statusCode === 400,
    );
    const info = await sandbox.update({ name: 'named-later' });
    assert.equal(info.sandboxId, sandbox.sandboxId);
    assert.equal(info.name, 'named-later');
    await sandbox.suspend(soon);
    assert.equal(await sandbox.status(), SandboxStatus.SUSPENDED);
  });

  it('exposes ports, adds to them, and takes them back', async () => {
    const { client } = sdk();
    const { sandboxId } = await sdk().create();
    assert.deepEqual((await client.getPortAccess(sandboxId)).exposedPorts, []);
    await client.exposePorts(sandboxId, [8080], { allowUnauthenticatedAccess: true });
    await client.exposePorts(sandboxId, [3000]);
    const { exposedPorts, allowUnauthenticatedAccess } = await client.getPortAccess(sandboxId);
    assert.deepEqual(exposedPorts, [3000, 8080]);
    assert.equal(allowUnauthenticatedAccess, true);
    const left = await client.unexposePorts(sandboxId, [8080]);
    assert.deepEqual(left.exposedPorts, [3000]);
    const none = await client.unexposePorts(sandboxId, [3000]);
    assert.deepEqual(none.exposedPorts, []);
    assert.equal(none.allowUnauthenticatedAccess, false);
  });

  it('says why a sandbox did not start', async () => {
    await assert.rejects(sdk().create({ image: 'missing/image' }), /ImageNotFound|not found/);
  });

  for (const urls of ['none', 'loopback'] as const) {
    describe(`with sandbox addresses '${urls}'`, () => {
      const other = contract({ dialect: { address: urls } });

      before(() => {
        if (urls === 'none') process.env['TENSORLAKE_SANDBOX_PROXY_URL'] = other().emulator.url;
      });
      after(() => {
        delete process.env['TENSORLAKE_SANDBOX_PROXY_URL'];
      });

      it('reaches the inside', async () => {
        const sandbox = await other().create();
        assert.equal((await sandbox.info()).sandboxUrl, urls === 'none' ? undefined : other().emulator.url);
        assert.equal((await sandbox.run('sh', script('echo inside'))).stdout.trim(), 'inside');
      });
    });
  }
});

describe('SDK contract: idle timeout and archive', () => {
  const sdk = contract({ timings: { second: 20, archive: 20 } });

  it('ends an idle sandbox without a name, and archives it', async () => {
    const { client } = sdk();
    const { sandboxId } = await sdk().create({ timeoutSecs: 1 });
    const archived = await eventually(
      () => client.getArchived(sandboxId).catch((error: unknown) => error),
      answer => !(answer instanceof Error),
    );
    assert.ok(typeof archived === 'object' && archived !== null && 'archivedAt' in archived);
    assert.ok(archived.archivedAt instanceof Date);
    const { sandboxes } = await client.listArchived();
    assert.deepEqual(
      sandboxes.map(sandbox => [sandbox.sandboxId, sandbox.status, sandbox.outcome]),
      [[sandboxId, SandboxStatus.TERMINATED, 'Success(Timeout)']],
    );
    await assert.rejects(client.get(sandboxId), SandboxNotFoundError);
  });

  it('suspends an idle sandbox with a name', async () => {
    const sandbox = await sdk().create({ name: 'idle', timeoutSecs: 1 });
    await eventually(
      () => sandbox.status(),
      status => status === SandboxStatus.SUSPENDED,
    );
  });
});

describe('SDK contract: a daemon that is not up yet when its sandbox is', () => {
  const sdk = contract({ dataPlane: { readyAfterBootMs: 300 } });

  it('is waited for by the SDK', async () => {
    const box = await sdk().create();
    assert.equal((await box.health()).healthy, true);
  });
});

describe('SDK contract: a proxy that wakes nobody', () => {
  const sdk = contract({ dialect: { autoResume: 'off' } });

  it('refuses requests to a suspended sandbox', async () => {
    const box = await sdk().create({ name: 'deep-sleep' });
    await box.suspend(soon);
    await assert.rejects(
      box.run('true'),
      (error: unknown) => error instanceof RemoteAPIError && error.statusCode === 503,
    );
    await box.resume(soon);
    assert.equal((await box.run('true')).exitCode, 0);
  });
});
