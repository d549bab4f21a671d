import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { messagesOf } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Relay } from '../support/relay';
import { signIn } from '../support/session';

describe('a server that has all but the resume', () => {
  let relay: Relay;
  let id: string;
  let sent = 0;
  before(async () => {
    relay = await Relay.start((method, path) => {
      if (method !== 'POST' || !path.endsWith('/resume')) return 'pass';
      sent += 1;
      return { status: 404, body: '' };
    });
    await signIn(relay.url);
    ({ id } = await emulator.create({ name: 'kept-asleep' }));
    await commands.executeCommand(commandIds.refresh);
    await commands.executeCommand(commandIds.suspend, id);
    await waitFor('its suspend', async () => (await emulator.get(id)).status === 'suspended');
    await commands.executeCommand(commandIds.refresh);
  });
  after(async () => {
    await emulator.terminate(id);
    await signIn();
    await relay.stop();
  });

  it('says that it does not offer that, and is not asked again', async () => {
    const resume = async (): Promise<string> =>
      (await messagesOf(() => commands.executeCommand(commandIds.resume, id))).join('\n');
    const words = /This server does not offer resuming a sandbox\./;
    assert.match(await resume(), words);
    const before = sent;
    assert.ok(before > 0);
    assert.match(await resume(), words);
    assert.equal(sent, before);
    assert.equal((await emulator.get(id)).status, 'suspended');
  });
});
