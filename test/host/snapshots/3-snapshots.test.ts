import assert from 'node:assert/strict';
import { commands, env, window, type TextDocument } from 'vscode';
import * as z from 'zod';
import { commandIds, snapshotScheme } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

async function snapshotOf(name: string): Promise<string> {
  const { id } = await emulator.create({ name, timeout_secs: 3600 });
  await waitFor(`${name} to run`, async () => (await emulator.get(id)).status === 'running');
  await commands.executeCommand(commandIds.snapshot, id, undefined, 'filesystem');
  const taken = (await emulator.snapshots()).find(each => each.sandbox_id === id);
  assert.ok(taken);
  return taken.id;
}

async function rawOf(id: string): Promise<TextDocument> {
  await commands.executeCommand(commandIds.showSnapshotJson, id);
  return await waitFor('the document', () => {
    const document = window.activeTextEditor?.document;
    return document?.uri.scheme === snapshotScheme && document.uri.query === id && document;
  });
}

describe('snapshots', () => {
  before(async () => await signIn());
  after(async () => await commands.executeCommand('workbench.action.closeAllEditors'));

  it('are read when a command needs them, though no view shows them', async () => {
    const id = await snapshotOf('host-kept');
    await commands.executeCommand(commandIds.copySnapshotId, id);
    assert.equal(await env.clipboard.readText(), id);
    await commands.executeCommand(commandIds.copySnapshotId, { kind: 'snapshot', snapshotId: id }, [
      { kind: 'snapshot', snapshotId: id },
    ]);
    assert.equal(await env.clipboard.readText(), id);
  });

  it('are shown as the service sent them, and as a page', async () => {
    const id = await snapshotOf('host-shown');
    const document = await rawOf(id);
    const shown = z.record(z.string(), z.unknown()).parse(JSON.parse(document.getText()));
    assert.equal(shown['id'], id);
    assert.equal(shown['snapshot_type'], 'filesystem');
    await commands.executeCommand(commandIds.showSnapshotDetails, id);
    await waitFor('the page', () =>
      window.tabGroups.activeTabGroup.tabs.find(each => each.label.includes('snapshot-')),
    );
  });

  it('that do not exist are told of, and nothing else happens', async () => {
    const before = (await emulator.counters()).routes['DELETE /snapshots/{id}'];
    for (const id of ['no-such-snapshot', '../..'])
      for (const command of [
        commandIds.copySnapshotId,
        commandIds.deleteSnapshot,
        commandIds.restoreSnapshot,
        commandIds.showSnapshotJson,
      ])
        await commands.executeCommand(command, id);
    assert.equal((await emulator.counters()).routes['DELETE /snapshots/{id}'], before);
  });
});
