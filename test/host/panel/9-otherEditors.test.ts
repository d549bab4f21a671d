import assert from 'node:assert/strict';
import { commands, window } from 'vscode';
import { showSettings, tryEditorCommand } from '../../../src/host/editor/editorCommands';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { messagesOf, replying } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

/** Lets the editor lack commands during `act`, as another one that runs the same extensions may. */
async function lacking(missing: readonly string[], act: () => PromiseLike<unknown>): Promise<void> {
  const { executeCommand, getCommands } = commands;
  Object.assign(commands, {
    executeCommand: async (command: string, ...args: readonly unknown[]) => {
      if (missing.includes(command)) throw new Error(`command '${command}' not found`);
      return await executeCommand(command, ...args);
    },
    getCommands: async (isFiltered?: boolean) =>
      (await getCommands(isFiltered)).filter(command => !missing.includes(command)),
  });
  try {
    await act();
  } finally {
    Object.assign(commands, { executeCommand, getCommands });
  }
}

describe('an editor that lacks a command of VS Code', () => {
  before(async () => await signIn());
  after(async () => await commands.executeCommand('workbench.action.closeAllEditors'));

  it('is found out by running it, and no failure of one that is there is taken for that', async () => {
    assert.equal(await tryEditorCommand('tensorlake.test.none'), false);
    const failing = commands.registerCommand('tensorlake.test.fails', () => {
      throw new Error('it broke');
    });
    await assert.rejects(tryEditorCommand('tensorlake.test.fails'), /it broke/);
    failing.dispose();
    assert.equal(await tryEditorCommand('setContext', 'tensorlake.test', true), true);
  });

  it('says what to search its settings for', async () => {
    await lacking(['workbench.action.openSettings'], async () => {
      await assert.rejects(showSettings('@id:x', 'x'), /Search them for "x"/);
      const messages = await messagesOf(() =>
        commands.executeCommand(commandIds.openSettings, 'tensorlake.apiUrl'),
      );
      assert.match(messages.join(' '), /Search them for "tensorlake\.apiUrl"/);
    });
  });

  it('shows the details of a snapshot as text without a preview of Markdown', async () => {
    const { id: sandboxId } = await emulator.create({ name: 'previewed' });
    await waitFor('it to run', async () => (await emulator.get(sandboxId)).status === 'running');
    await commands.executeCommand(commandIds.snapshot, sandboxId, undefined, 'filesystem');
    const taken = (await emulator.snapshots()).find(each => each.sandbox_id === sandboxId);
    await lacking(['markdown.showPreview'], async () => {
      await commands.executeCommand(commandIds.showSnapshotDetails, taken?.id);
    });
    await waitFor('the text', () => window.activeTextEditor?.document.getText().includes(sandboxId));
  });

  it('says what to search its extensions for where none opens folders over SSH', async () => {
    const { id } = await emulator.create({ name: 'over-ssh' });
    await commands.executeCommand(commandIds.refresh);
    await lacking(['workbench.extensions.search'], async () => {
      const asked = await replying({ modal: () => 'Find Extension' }, () =>
        commands.executeCommand(commandIds.openRemoteSsh, id),
      );
      const said = asked.map(({ text }) => text);
      assert.match(said[0] ?? '', /over SSH, such as Remote-SSH, is not installed/);
      assert.match(said[1] ?? '', /Search them for "remote ssh"/);
    });
  });
});
