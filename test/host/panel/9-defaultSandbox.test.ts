import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, Uri, window } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { type Asked, replying, type Replies } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { pretendFolders } from '../support/folders';
import { signIn } from '../support/session';

async function run(replies: Replies, id: string, ...args: readonly unknown[]): Promise<readonly Asked[]> {
  return await replying(replies, async () => await commands.executeCommand(id, ...args));
}

const lists = (asked: readonly Asked[]): number => asked.filter(({ kind }) => kind === 'list').length;

describe('the default sandbox of a workspace', () => {
  const ids: string[] = [];
  before(async () => {
    await signIn();
    for (const name of ['usual', 'unusual'])
      ids.push((await emulator.create({ name, timeout_secs: 3600 })).id);
    await waitFor('both to run', async () =>
      (await Promise.all(ids.map(id => emulator.get(id)))).every(({ status }) => status === 'running'),
    );
    await commands.executeCommand(commandIds.refresh);
  });
  after(async () => {
    for (const terminal of window.terminals) terminal.dispose();
    for (const id of ids) await emulator.terminate(id);
  });

  async function opensTerminal(replies: Replies): Promise<{ readonly name: string; readonly lists: number }> {
    const before = new Set(window.terminals);
    const asked = await run(replies, commandIds.openTerminal);
    const terminal = await waitFor('a terminal', () => window.terminals.find(each => !before.has(each)));
    return { name: terminal.name, lists: lists(asked) };
  }

  it('is set on a row, and then nothing is asked about which', async () => {
    await run({}, commandIds.setDefault, { sandboxId: ids[0] });
    assert.deepEqual(await opensTerminal({}), { name: 'usual', lists: 0 });
  });

  it('is taken by runs and uploads too', async () => {
    const asked = await run(
      { list: () => undefined },
      commandIds.runCommand,
      undefined,
      undefined,
      'echo from the default',
    );
    assert.equal(lists(asked), 0);
    const folder = mkdtempSync(join(tmpdir(), 'default-'));
    const file = join(folder, 'to-the-default.txt');
    writeFileSync(file, 'x');
    const uploaded = await run({ list: () => undefined }, commandIds.uploadFiles, undefined, undefined, {
      sources: [Uri.file(file)],
    });
    rmSync(folder, { recursive: true });
    assert.equal(lists(uploaded), 0);
  });

  it('does not count where a sandbox is named', async () => {
    const before = new Set(window.terminals);
    await run({}, commandIds.openTerminal, { sandboxId: ids[1] });
    const terminal = await waitFor('a terminal', () => window.terminals.find(each => !before.has(each)));
    assert.equal(terminal.name, 'unusual');
  });

  it('is that of the folder whose file is open, where the workspace has several', async () => {
    const root = mkdtempSync(join(tmpdir(), 'folders-'));
    const [one, two] = ['one', 'two'].map(name => {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'file.txt'), name);
      return Uri.file(join(root, name));
    });
    assert.ok(one && two);
    const open = async (folder: Uri): Promise<void> => {
      await window.showTextDocument(Uri.joinPath(folder, 'file.txt'));
    };
    const restore = pretendFolders(one, two);
    try {
      for (const [folder, id] of [
        [one, ids[0]],
        [two, ids[1]],
      ] as const) {
        await open(folder);
        await run({}, commandIds.setDefault, { sandboxId: id });
      }
      await open(one);
      assert.deepEqual(await opensTerminal({}), { name: 'usual', lists: 0 });
      await open(two);
      assert.deepEqual(await opensTerminal({}), { name: 'unusual', lists: 0 });
      // What one folder has no default for is not taken from another, and clearing it leaves the other's.
      await run({}, commandIds.setDefault, { sandboxId: ids[0] });
      await run({}, commandIds.clearDefault);
      assert.deepEqual(lists(await run({ list: () => undefined }, commandIds.openTerminal)), 1);
      await open(one);
      assert.deepEqual(await opensTerminal({}), { name: 'usual', lists: 0 });
    } finally {
      await commands.executeCommand('workbench.action.closeAllEditors');
      restore();
      rmSync(root, { recursive: true });
    }
  });

  it('is asked before it is woken', async () => {
    await commands.executeCommand(commandIds.suspend, ids[0]);
    await waitFor('it to sleep', async () => (await emulator.get(ids[0] ?? '')).status === 'suspended');
    await commands.executeCommand(commandIds.refresh);
    const asked = await run({}, commandIds.openTerminal);
    assert.deepEqual(
      asked.map(({ kind, text }) => [kind, text]),
      [['modal', 'usual is suspended. Resume it?']],
    );
  });

  it('is none any more once it was cleared', async () => {
    await run({}, commandIds.clearDefault);
    const asked = await run({ list: () => undefined }, commandIds.openTerminal);
    assert.equal(lists(asked), 1);
  });
});
