import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { commands } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

/** Programs in sandboxes of the emulator listen on this machine. */
const desktopPort = 5901;

describe('the desktop of a sandbox', () => {
  before(async () => await signIn());

  it('is waited for, and forwarded to this machine', async () => {
    const { id } = await emulator.create({ name: 'desktop', image: 'tensorlake/ubuntu-vnc' });
    await commands.executeCommand(commandIds.refresh);
    const opened = commands.executeCommand(commandIds.openDesktop, id);
    const server = createServer(socket => socket.end('RFB 003.008\n')).listen(desktopPort, '127.0.0.1');
    const localPort: unknown = await opened;
    assert.ok(typeof localPort === 'number');
    const socket = connect(localPort, '127.0.0.1');
    let greeting = '';
    socket.on('data', chunk => (greeting += chunk.toString()));
    await once(socket, 'end');
    assert.equal(greeting, 'RFB 003.008\n');
    socket.destroy();
    server.close();
    await commands.executeCommand('notifications.clearAll');
  });
});
