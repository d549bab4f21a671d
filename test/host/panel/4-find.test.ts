import assert from 'node:assert/strict';
import { commands, env } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

async function run(id: string, ...args: readonly unknown[]): Promise<unknown> {
  return await commands.executeCommand(id, ...args);
}

/** The id of the sandbox that is selected in the view. */
async function selectedId(): Promise<string> {
  await env.clipboard.writeText('nothing');
  await run(commandIds.copyId, { from: 'selection' });
  return await env.clipboard.readText();
}

describe('going to a sandbox', () => {
  const ids: string[] = [];

  before(async () => {
    await signIn();
    for (const name of ['host-find-a', 'host-find-b'])
      ids.push((await emulator.create({ name, timeout_secs: 3600 })).id);
    await run(commandIds.refresh);
  });

  after(async () => {
    await run(commandIds.clearFilter);
    await run(commandIds.sort, 'name');
  });

  it('selects it in the view, by name or id, from wherever the user is', async () => {
    await run('workbench.view.explorer');
    await run(commandIds.goTo, 'host-find-b');
    await waitFor('the selection', async () => (await selectedId()) === ids[1]);
    await run(commandIds.goTo, { sandboxId: ids[0] });
    await waitFor('the selection', async () => (await selectedId()) === ids[0]);
  });

  it('finds it under any filter that shows it, and in any order', async () => {
    await run(commandIds.filter, 'host-find');
    await run(commandIds.pin, ids[0]);
    for (const order of ['newest', 'oldest', 'stateChange'])
      for (const id of ids) {
        await run(commandIds.sort, order);
        await run(commandIds.goTo, id);
        await waitFor('the selection', async () => (await selectedId()) === id);
      }
    await run(commandIds.unpin, ids[0]);
  });

  it('says no more than that when there is none', async () => {
    const before = await selectedId();
    await run(commandIds.goTo, 'no-such-sandbox');
    assert.equal(await selectedId(), before);
  });
});
