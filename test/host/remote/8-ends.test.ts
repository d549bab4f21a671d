import assert from 'node:assert/strict';
import { commands, window, workspace, type QuickPickItem } from 'vscode';
import { fileUri } from '../../../src/host/editor/documentUris';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { replying, type Asked, type Replies } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';

async function running(name: string): Promise<string> {
  const { id } = await emulator.create({ name, timeout_secs: 3600 });
  await waitFor(`${name} to run`, async () => (await emulator.get(id)).status === 'running');
  await commands.executeCommand(commandIds.refresh);
  return id;
}

async function pinned(name: string): Promise<string> {
  const id = await running(name);
  await commands.executeCommand(commandIds.pin, id);
  return id;
}

function warnings(asked: readonly Asked[]): readonly string[] {
  return asked.filter(({ kind, text }) => kind === 'message' && /ended/.test(text)).map(({ text }) => text);
}

/** Ends sandboxes as another client would, and returns what the extension says then. */
async function endingElsewhere(ids: readonly string[], replies: Replies = {}): Promise<readonly Asked[]> {
  return await replying(replies, async asked => {
    for (const id of ids) await emulator.terminate(id);
    await commands.executeCommand(commandIds.refresh);
    await waitFor('a warning', () => warnings(asked).length > 0);
  });
}

describe('the end of a sandbox that is in use', () => {
  before(async () => await signIn());
  after(async () => await commands.executeCommand('workbench.action.closeAllEditors'));

  it('is told for a pin, with its details', async () => {
    const id = await pinned('ends-pinned');
    const asked = await endingElsewhere([id], { message: () => 'Show Details' });
    assert.deepEqual(warnings(asked), [
      'ends-pinned, which is in use here, has ended. Somebody terminated it.',
    ]);
    await waitFor('the page', () =>
      window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'ends-pinned')),
    );
  });

  it('is told for an open terminal', async () => {
    const id = await running('ends-terminal');
    await commands.executeCommand(commandIds.openTerminal, id);
    await waitFor('the shell', async () => (await emulator.shells(id)).some(({ isAlive }) => isAlive));
    const asked = await endingElsewhere([id]);
    assert.match(warnings(asked).join(), /^ends-terminal, which is in use here, has ended/);
    for (const terminal of window.terminals) terminal.dispose();
  });

  it('is told for an open file', async () => {
    const id = await running('ends-file');
    await new Inside(id).write('/tmp/ends.txt', 'here');
    await window.showTextDocument(await workspace.openTextDocument(fileUri(id, '/tmp/ends.txt')), {
      preview: false,
    });
    const asked = await endingElsewhere([id]);
    assert.match(warnings(asked).join(), /^ends-file, which is in use here, has ended/);
  });

  it('is told for a forward', async () => {
    const id = await running('ends-forward');
    await replying(
      {},
      async () => await commands.executeCommand(commandIds.forwardPort, id, undefined, 8080),
    );
    const asked = await endingElsewhere([id]);
    assert.match(warnings(asked).join(), /^ends-forward, which is in use here, has ended/);
  });

  it('is one warning for several, which asks for which of them to create again', async () => {
    const ids = [await pinned('ends-first'), await pinned('ends-second')];
    const replies: Replies = {
      message: () => 'Create Again',
      list: ({ title, items }) =>
        title === 'Create Again' ? items.find(({ label }) => label === 'ends-second') : undefined,
    };
    const wizard = ({ items }: { readonly items: readonly QuickPickItem[] }): boolean =>
      items.some(({ label }) => label === 'Review…');
    const asked = await replying(replies, async shown => {
      for (const id of ids) await emulator.terminate(id);
      await commands.executeCommand(commandIds.refresh);
      await waitFor('the wizard', () => shown.some(wizard));
    });
    assert.deepEqual(warnings(asked), [
      '2 sandboxes that are in use here have ended: ends-first, ends-second.',
    ]);
    assert.equal(asked.find(wizard)?.items[0]?.label, 'Create ends-second');
  });

  it('is not told where this window ended it, or nobody uses it', async () => {
    const here = await pinned('ends-here');
    const unused = await running('ends-unused');
    const witness = await pinned('ends-witness');
    const asked = await replying({ modal: () => 'Terminate' }, async shown => {
      await commands.executeCommand(commandIds.terminate, here);
      await emulator.terminate(unused);
      await emulator.terminate(witness);
      await commands.executeCommand(commandIds.refresh);
      await waitFor('a warning', () => warnings(shown).length > 0);
    });
    assert.deepEqual(warnings(asked), [
      'ends-witness, which is in use here, has ended. Somebody terminated it.',
    ]);
  });
});
