import assert from 'node:assert/strict';
import { commands, env } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

async function run(id: string, ...args: readonly unknown[]): Promise<unknown> {
  return await commands.executeCommand(id, ...args);
}

async function running(name?: string): Promise<string> {
  const { id } = await emulator.create({ timeout_secs: 3600, ...(name !== undefined && { name }) });
  await waitFor(`${id} to run`, async () => (await emulator.get(id)).status === 'running');
  return id;
}

describe('lifecycle commands', () => {
  before(async () => await signIn());

  it('suspend and resume follow the sandbox until it has settled', async () => {
    const id = await running('host-suspend');
    await run(commandIds.suspend, id);
    assert.equal((await emulator.get(id)).status, 'suspended');
    await run(commandIds.resume, id);
    assert.equal((await emulator.get(id)).status, 'running');
  });

  it('take a name, a row and several rows', async () => {
    const ids = [await running('host-many-a'), await running('host-many-b')];
    await run(commandIds.suspend, 'host-many-a');
    await run(
      commandIds.resume,
      { kind: 'sandbox', sandboxId: ids[0] },
      ids.map(sandboxId => ({ kind: 'sandbox', sandboxId })),
    );
    assert.equal((await emulator.get('host-many-a')).status, 'running');
    assert.equal((await emulator.get('host-many-b')).status, 'running');
  });

  it('resume waits for a sandbox that is still being suspended', async () => {
    const id = await running('host-hasty');
    const suspended = run(commandIds.suspend, id);
    await waitFor('suspending', async () => (await emulator.get(id)).status !== 'running');
    await run(commandIds.refresh);
    await suspended;
    await run(commandIds.resume, id);
    assert.equal((await emulator.get(id)).status, 'running');
  });

  it('snapshot comes back when it can be restored from', async () => {
    const id = await running('host-snapshot');
    await run(commandIds.snapshot, id, undefined, 'memory');
    const taken = (await emulator.snapshots()).filter(each => each.sandbox_id === id);
    assert.equal(taken.length, 1);
    assert.equal(taken[0]?.snapshot_type, 'memory');
    assert.notEqual(taken[0].status, 'in_progress');
    assert.equal((await emulator.get(id)).status, 'running');
  });

  it('rename makes an ephemeral sandbox a named one with the same id', async () => {
    const id = await running();
    await run(commandIds.rename, id, undefined, 'host-renamed');
    assert.equal((await emulator.get('host-renamed')).id, id);
  });

  it('rename refuses a bad name and a taken one before any request', async () => {
    const id = await running('host-named');
    await run(commandIds.refresh);
    const before = (await emulator.counters()).routes['PATCH /sandboxes/{id}'];
    for (const name of ['Upper', '-x', 'x-', 'a'.repeat(64), 'abcdefghijklmnopqrstu', 'host-renamed'])
      await run(commandIds.rename, id, undefined, name);
    assert.equal((await emulator.counters()).routes['PATCH /sandboxes/{id}'], before);
    assert.equal((await emulator.get(id)).name, 'host-named');
  });

  it('copy puts id, name and address on the clipboard', async () => {
    const id = await running('host-copied');
    await run(commandIds.copyId, id);
    assert.equal(await env.clipboard.readText(), id);
    await run(commandIds.copyName, id);
    assert.equal(await env.clipboard.readText(), 'host-copied');
    await run(commandIds.copyUrl, id);
    assert.match(await env.clipboard.readText(), new RegExp(`^http://${id}\\.`));
  });

  it('say nothing and do nothing for a sandbox whose state does not allow it', async () => {
    const id = await running('host-running');
    const before = (await emulator.counters()).routes['POST /sandboxes/{id}/resume'];
    await run(commandIds.resume, id);
    assert.equal((await emulator.counters()).routes['POST /sandboxes/{id}/resume'], before);
  });

  it('survive arguments of any kind', async () => {
    for (const argument of [
      { sandboxId: 7 },
      ['x'],
      42,
      'no-such-sandbox',
      { sandboxId: '../../..' },
      Symbol.iterator,
    ])
      for (const id of [commandIds.suspend, commandIds.copyUrl])
        if (isSpecific(argument)) await run(id, argument);
  });
});

/** Whether an argument names a sandbox, so that the command opens no pick list, which nobody would answer. */
function isSpecific(argument: unknown): boolean {
  return typeof argument === 'string' || JSON.stringify(argument) === '{"sandboxId":"../../.."}';
}
