import assert from 'node:assert/strict';
import { commands, window, workspace, type TextDocument } from 'vscode';
import * as z from 'zod';
import { commandIds, documentScheme } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

async function openRaw(id: string): Promise<TextDocument> {
  await commands.executeCommand(commandIds.showRawJson, id);
  return await waitFor('the document', () => {
    const document = window.activeTextEditor?.document;
    return document?.uri.scheme === documentScheme && document.uri.query === id && document;
  });
}

describe('documents about a sandbox', () => {
  before(async () => await signIn());
  after(async () => await commands.executeCommand('workbench.action.closeAllEditors'));

  it('show the object as the service sent it, read-only', async () => {
    const { id } = await emulator.create({ name: 'shown-raw' });
    const document = await openRaw(id);
    assert.equal(document.languageId, 'json');
    assert.match(document.uri.path, /^\/shown-raw\.json$/);
    const shown = z.record(z.string(), z.unknown()).parse(JSON.parse(document.getText()));
    const sent = await emulator.get(id);
    assert.equal(shown['id'], id);
    for (const key of ['name', 'namespace', 'created_at', 'timeout_secs'])
      assert.deepEqual(shown[key], sent[key], key);
    assert.equal(workspace.fs.isWritableFileSystem(documentScheme), undefined);
  });

  it('follow the sandbox while they are open', async () => {
    const { id } = await emulator.create({ name: 'shown-live' });
    const document = await openRaw(id);
    await commands.executeCommand(commandIds.rename, id, undefined, 'shown-anew');
    await waitFor('the new name', () => document.getText().includes('"shown-anew"'));
  });

  it('show a readable page', async () => {
    const { id } = await emulator.create({ name: 'shown-page' });
    await commands.executeCommand(commandIds.showDetails, id);
    const tab = await waitFor('the page', () =>
      window.tabGroups.activeTabGroup.tabs.find(each => each.label.includes('shown-page')),
    );
    assert.ok(tab.isActive);
  });
});
