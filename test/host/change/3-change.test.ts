import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { Relay, type Verdict } from '../support/relay';
import { signIn } from '../support/session';

const patchRoute = 'PATCH /sandboxes/{id}';

async function patches(): Promise<number> {
  return (await emulator.counters()).routes[patchRoute] ?? 0;
}

/** Creates a sandbox and waits until the extension knows that it is running. */
async function running(name: string, body: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { id } = await emulator.create({ name, ...body });
  await commands.executeCommand(commandIds.refresh);
  return id;
}

describe('changing a sandbox', () => {
  before(async () => await signIn());

  it('sets, replaces and removes a network policy', async () => {
    const id = await running('net-policy');
    const policy = { allowInternetAccess: true, allowOut: ['api.github.com', '10.0.0.0/8'], denyOut: [] };
    await commands.executeCommand(commandIds.editNetwork, id, undefined, policy);
    assert.deepEqual((await emulator.get(id))['network_policy'], {
      allow_internet_access: true,
      allow_out: policy.allowOut,
      deny_out: [],
    });
    await commands.executeCommand(commandIds.editNetwork, id, undefined, null);
    assert.equal((await emulator.get(id))['network_policy'], null);
  });

  it('sends nothing when nothing differs', async () => {
    const id = await running('net-same');
    const before = await patches();
    await commands.executeCommand(commandIds.editNetwork, id, undefined, null);
    await commands.executeCommand(commandIds.editPorts, id, undefined, []);
    await commands.executeCommand(commandIds.resize, id, undefined, { cpus: 1 });
    assert.equal(await patches(), before);
  });

  it('does not overwrite what somebody else changed meanwhile', async () => {
    const id = await running('net-conflict');
    await emulator.patch(id, { network: { allow_internet_access: false } });
    const before = await patches();
    await commands.executeCommand(commandIds.editNetwork, id, undefined, {
      allowInternetAccess: true,
      allowOut: [],
      denyOut: ['example.com'],
    });
    assert.equal(await patches(), before);
    await emulator.patch(id, { exposed_ports: [3000] });
    await commands.executeCommand(commandIds.editPorts, id, undefined, [8080]);
    assert.deepEqual((await emulator.get(id))['exposed_ports'], [3000]);
  });

  it('refuses what breaks a rule before any request', async () => {
    const id = await running('refused-here');
    const before = await patches();
    const refused: readonly (readonly [string, unknown])[] = [
      [commandIds.editNetwork, { allowOut: ['http://example.com'] }],
      [commandIds.editNetwork, { allowOut: 'example.com' }],
      [commandIds.editNetwork, 'open'],
      [commandIds.editPorts, [9501]],
      [commandIds.editPorts, [0]],
      [commandIds.editPorts, ['8080']],
      [commandIds.resize, { cpus: 1.5 }],
      [commandIds.resize, { memoryMb: 100 }],
      [commandIds.resize, { diskMb: 100 }],
      [commandIds.resize, {}],
    ];
    for (const [command, wanted] of refused)
      assert.equal(await commands.executeCommand(command, id, undefined, wanted), undefined);
    assert.equal(await patches(), before);
  });

  it('exposes ports, and closes public access with the last of them', async () => {
    const id = await running('port-owner', { exposed_ports: [3000], allow_unauthenticated_access: true });
    await commands.executeCommand(commandIds.editPorts, id, undefined, []);
    const closed = await emulator.get(id);
    assert.deepEqual(closed['exposed_ports'], []);
    assert.equal(closed['allow_unauthenticated_access'], false);
    await commands.executeCommand(commandIds.editPorts, id, undefined, [9000, 8080]);
    const opened = await emulator.get(id);
    assert.deepEqual(opened['exposed_ports'], [8080, 9000]);
    assert.equal(opened['allow_unauthenticated_access'], false);
  });

  it('turns public access off without a question', async () => {
    const id = await running('once-public', { exposed_ports: [3000], allow_unauthenticated_access: true });
    await commands.executeCommand(commandIds.setPublicAccess, id, undefined, false);
    const closed = await emulator.get(id);
    assert.equal(closed['allow_unauthenticated_access'], false);
    assert.deepEqual(closed['exposed_ports'], [3000]);
  });

  it('resizes and follows to the end', async () => {
    const id = await running('grows');
    await commands.executeCommand(commandIds.resize, id, undefined, { cpus: 2, memoryMb: 4096 });
    const { resources } = await emulator.get(id);
    assert.deepEqual([resources.cpus, resources.memory_mb], [2, 4096]);
  });

  it('mounts a file system and takes it out again', async () => {
    const id = await running('has-files');
    const [fileSystemId] = await emulator.fileSystems();
    assert.ok(fileSystemId);
    const mount = { fileSystemId, mountPath: '/data', readOnly: true };
    await commands.executeCommand(commandIds.attachFileSystem, id, undefined, mount);
    const mounted = [{ file_system_id: fileSystemId, mount_path: '/data', read_only: true }];
    assert.deepEqual((await emulator.get(id))['file_systems'], mounted);
    await commands.executeCommand(commandIds.attachFileSystem, id, undefined, mount);
    await commands.executeCommand(commandIds.attachFileSystem, id, undefined, {
      ...mount,
      mountPath: 'data',
    });
    await commands.executeCommand(commandIds.attachFileSystem, id, undefined, {
      fileSystemId: 'nowhere',
      mountPath: '/other',
    });
    await commands.executeCommand(commandIds.detachFileSystem, id, undefined, '/other');
    assert.deepEqual((await emulator.get(id))['file_systems'], mounted);
    await commands.executeCommand(commandIds.detachFileSystem, id, undefined, '/data');
    assert.deepEqual((await emulator.get(id))['file_systems'], []);
  });

  describe('on a server that does not know how', () => {
    let verdict: Verdict = 'pass';
    let relay: Relay;
    before(async () => {
      relay = await Relay.start(method => (method === 'PATCH' ? verdict : 'pass'));
      await signIn(relay.url);
      await waitFor('the extension to use the relay', () => relay.listingCount > 0);
    });
    after(async () => {
      await signIn();
      await relay.stop();
    });

    for (const [what, status, message] of [
      ['has no such method', 405, 'Method Not Allowed'],
      ['does not know the field', 400, "unknown field 'resources'"],
      ['implements nothing', 501, 'Not Implemented'],
      ['has no such route', 404, 'Not Found'],
    ] as const)
      it(`${what}: the row is as it was, and can be acted on again`, async () => {
        const id = await running(`no-resize-${status}`);
        verdict = { status, body: JSON.stringify({ message }) };
        await commands.executeCommand(commandIds.resize, id, undefined, { cpus: 2, memoryMb: 2048 });
        assert.equal((await emulator.get(id)).resources.cpus, 1);
        verdict = 'pass';
        await commands.executeCommand(commandIds.resize, id, undefined, { cpus: 2, memoryMb: 2048 });
        assert.equal((await emulator.get(id)).resources.cpus, 2);
      });

    it('takes the request and changes nothing', async () => {
      const id = await running('ignored-change');
      const before = await emulator.get(id);
      verdict = { status: 200, body: JSON.stringify(before) };
      await commands.executeCommand(commandIds.editPorts, id, undefined, [8080]);
      verdict = 'pass';
      await commands.executeCommand(commandIds.editPorts, id, undefined, [8080]);
      assert.deepEqual((await emulator.get(id))['exposed_ports'], [8080]);
    });
  });
});
