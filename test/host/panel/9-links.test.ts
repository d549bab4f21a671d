import assert from 'node:assert/strict';
import { commands, env, Uri, window } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { type Asked, replying, type Replies } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';

const extensionId = 'tensorlake-sandboxes.tensorlake-sandboxes';

/** Opens a link as a page does, and returns what was asked and told until `isOver`. */
async function follow(
  path: string,
  replies: Replies,
  isOver: (asked: readonly Asked[]) => boolean | Promise<boolean>,
): Promise<readonly Asked[]> {
  return await replying(replies, async asked => {
    await commands.executeCommand('vscode.open', Uri.parse(`${env.uriScheme}://${extensionId}${path}`));
    await waitFor(`the end of ${path}`, () => isOver(asked));
  });
}

async function copied(command: string, ...args: readonly unknown[]): Promise<string> {
  await env.clipboard.writeText('nothing');
  await commands.executeCommand(command, ...args);
  return await env.clipboard.readText();
}

describe('links to sandboxes', () => {
  let running = '';
  let asleep = '';
  before(async () => {
    await signIn();
    running = (await emulator.create({ name: 'linked', timeout_secs: 3600 })).id;
    asleep = (await emulator.create({ name: 'linked-asleep', timeout_secs: 3600 })).id;
    await waitFor('both to run', async () =>
      (await Promise.all([running, asleep].map(id => emulator.get(id)))).every(
        ({ status }) => status === 'running',
      ),
    );
    await commands.executeCommand(commandIds.suspend, asleep);
    await waitFor('it to sleep', async () => (await emulator.get(asleep)).status === 'suspended');
    await commands.executeCommand(commandIds.refresh);
  });
  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    for (const id of [running, asleep]) await emulator.terminate(id);
  });

  it('are copied, reveal the sandbox, and ask nothing', async () => {
    const link = await copied(commandIds.copyLink, running);
    assert.equal(link, `${env.uriScheme}://${extensionId}/sandbox/${running}`);
    await commands.executeCommand(commandIds.goTo, asleep);
    const asked = await follow(
      `/sandbox/${running}`,
      {},
      async () => (await copied(commandIds.copyId, { from: 'selection' })) === running,
    );
    assert.deepEqual(asked, []);
  });

  it('ask before they reach into one, and reach into none when that is declined', async () => {
    const before = (await emulator.counters()).proxyRequests;
    const terminals = window.terminals.length;
    for (const [path, question] of [
      [`/sandbox/${running}/terminal`, 'Open a terminal in linked?'],
      [`/sandbox/${running}/file/home/tl-user/linked.txt`, 'Open /home/tl-user/linked.txt of linked?'],
      [`/sandbox/${asleep}/terminal`, 'Open a terminal in linked-asleep?'],
    ] as const) {
      const asked = await follow(path, {}, all => all.length > 0);
      assert.deepEqual(
        asked.map(({ kind, text }) => [kind, text]),
        [['modal', question]],
      );
    }
    assert.equal((await emulator.counters()).proxyRequests, before);
    assert.equal(window.terminals.length, terminals);
  });

  it('open a file once that is agreed to', async () => {
    await new Inside(running).write('/home/tl-user/linked.txt', 'from a link\n');
    const path = `/sandbox/${running}/file/home/tl-user/linked.txt`;
    await follow(
      path,
      { modal: () => 'Open File' },
      () => window.activeTextEditor?.document.getText() === 'from a link\n',
    );
    const uri = window.activeTextEditor?.document.uri;
    assert.equal(await copied(commandIds.copyFileLink, uri), `${env.uriScheme}://${extensionId}${path}`);
  });

  it('ask before they wake one', async () => {
    const asked = await follow(
      `/sandbox/${asleep}/terminal`,
      { modal: question => (question.startsWith('Open') ? 'Open Terminal' : undefined) },
      all => all.length > 1,
    );
    assert.equal(asked[1]?.text, 'linked-asleep is suspended. Resume it?');
    assert.equal((await emulator.get(asleep)).status, 'suspended');
  });

  for (const [path, message] of [
    ['/sandbox/no-such-sandbox', 'The account in use has no sandbox with the id no-such-sandbox.'],
    ['/sandbox/linked', 'The account in use has no sandbox with the id linked.'],
    ['/sandbox/linked/terminate', 'It leads to no sandbox.'],
    ['/sandbox/%5Bx%5D(command:workbench.action.closeWindow)', 'It leads to no sandbox.'],
    ['/terminate', 'It leads to no sandbox.'],
    ['', 'It leads to no sandbox.'],
  ] as const)
    it(`say why they lead nowhere: ${path}`, async () => {
      const asked = await follow(path, {}, all => all.length > 0);
      assert.deepEqual(
        asked.map(({ kind, text }) => [kind, text]),
        [['message', `Could not open the link: ${message}`]],
      );
    });

  it('come one at a time', async () => {
    const link = Uri.parse(`${env.uriScheme}://${extensionId}/sandbox/${running}/terminal`);
    const asked = await replying({}, async all => {
      await Promise.all([1, 2, 3].map(() => commands.executeCommand('vscode.open', link)));
      await waitFor('a question', () => all.length > 0);
      await emulator.list();
    });
    assert.equal(asked.length, 1);
  });
});
