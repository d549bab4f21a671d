import assert from 'node:assert/strict';
import { commands, window, workspace, type QuickPickItem } from 'vscode';
import { fileUri } from '../../../src/host/editor/documents/documentUris';
import { commandIds } from '../../../src/manifest';
import { SandboxStore } from '../../../src/core/list/store';
import { IdleEnds } from '../../../src/remote/files/editors/idleEnds';
import { FakeClock } from '../../support/fakeClock';
import { sandbox } from '../../support/sandboxBuilder';
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

  it('is told ahead for an open file of an ephemeral one that nothing uses, once, and not while it is held', async () => {
    const { id } = await emulator.create({ timeout_secs: 3600 });
    await waitFor(`${id} to run`, async () => (await emulator.get(id)).status === 'running');
    await commands.executeCommand(commandIds.refresh);
    await new Inside(id).write('/tmp/idle.txt', 'here');
    await window.showTextDocument(await workspace.openTextDocument(fileUri(id, '/tmp/idle.txt')), {
      preview: false,
    });
    const clock = new FakeClock();
    const store = new SandboxStore();
    const list = (image: string): void =>
      store.applyListing([sandbox({ id, name: undefined, image })], clock.now(), clock.now(), 0);
    list('first');
    let lastTraffic = clock.now();
    let held: readonly string[] = [];
    const ends = new IdleEnds({ store, clock }, { lastTraffic: () => lastTraffic, held: () => held });
    const told = (asked: readonly Asked[]): number =>
      asked.filter(({ text }) => /may end for good at .*nothing uses it/.test(text)).length;
    const asked = await replying({ message: () => 'Name It…', box: () => 'idle-named' }, async shown => {
      await clock.advance(400_000);
      assert.equal(told(shown), 0);
      await clock.advance(30_000);
      await waitFor('the notice', () => told(shown) === 1);
      list('second');
      await clock.advance(60_000);
      assert.equal(told(shown), 1);
      held = [id];
      lastTraffic = clock.now() - 590_000;
      list('third');
      assert.equal(told(shown), 1);
      await waitFor('its name', async () => (await emulator.get(id)).name === 'idle-named');
    });
    assert.ok(asked.some(({ kind }) => kind === 'box'));
    ends.dispose();
    assert.equal(clock.pending, 0);
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
