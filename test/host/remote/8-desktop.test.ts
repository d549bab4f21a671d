import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { commands } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { messagesOf, replying, type Asked } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';
import { servedByWebsite } from '../support/website';

/** Programs in sandboxes of the emulator listen on this machine. */
const desktopPort = 5901;

describe('the desktop of a sandbox', () => {
  let id = '';
  let server: Server | undefined;

  before(async () => {
    await signIn();
    ({ id } = await emulator.create({ name: 'desktop', image: 'tensorlake/ubuntu-vnc' }));
    await commands.executeCommand(commandIds.refresh);
  });
  after(async () => {
    server?.close();
    await commands.executeCommand('notifications.clearAll');
  });

  it('is waited for, and forwarded to this machine', async () => {
    const opened = commands.executeCommand(commandIds.openDesktop, id);
    server = createServer(socket => socket.resume().end('RFB 003.008\n')).listen(desktopPort, '127.0.0.1');
    const localPort: unknown = await opened;
    assert.ok(typeof localPort === 'number');
    const socket = connect(localPort, '127.0.0.1');
    let greeting = '';
    socket.on('data', chunk => (greeting += chunk.toString()));
    await once(socket, 'end');
    assert.equal(greeting, 'RFB 003.008\n');
    socket.destroy();
  });

  it('is opened at the port that leads to it from the machine of the user', async () => {
    let said: readonly Asked[] = [];
    const opened = await servedByWebsite(
      async () => {
        said = await replying(
          { message: () => 'Open Viewer' },
          async () => await commands.executeCommand(commandIds.openDesktop, id),
        );
      },
      () => 'http://localhost:45017/',
    );
    assert.deepEqual(opened, ['vnc://localhost:45017']);
    assert.match(said.map(({ text }) => text).join(' '), /is at localhost:45017, for a VNC viewer\./);
  });

  it('is told, and not opened, where only a browser gets to it', async () => {
    let said: readonly string[] = [];
    const opened = await servedByWebsite(async () => {
      said = await messagesOf(async () => await commands.executeCommand(commandIds.openDesktop, id));
    });
    assert.deepEqual(opened, []);
    assert.match(said.join(' '), /is at 127\.0\.0\.1:\d+ of the machine that serves this window/);
  });
});
