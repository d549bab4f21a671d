import assert from 'node:assert/strict';
import { commands, Uri, window, workspace } from 'vscode';
import * as z from 'zod';
import { commandIds, fileScheme } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { messagesOf } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { signIn } from '../support/session';

const processes = z.object({
  processes: z.array(z.object({ pid: z.number(), command: z.string(), args: z.array(z.string()) })),
});
const logStreams = z.object({ processes: z.array(z.object({ processCommand: z.string() })) });

describe('what the extension runs in a sandbox for itself', () => {
  let id = '';
  const isOurs = (script: string | undefined): boolean =>
    script?.startsWith('# Tensorlake Sandboxes for VS Code\n') === true;
  const text = (): string => window.activeTextEditor?.document.getText() ?? '';

  before(async () => {
    await signIn();
    ({ id } = await emulator.create({ name: 'helped' }));
    await commands.executeCommand(commandIds.refresh);
    const at = (path: string): Uri => Uri.from({ scheme: fileScheme, authority: id, path });
    const { fs } = workspace;
    await fs.createDirectory(at('/workspace/a'));
    await fs.writeFile(at('/workspace/a/b'), Buffer.from('x'));
    await fs.readFile(at('/workspace/a/b'));
    await fs.readDirectory(at('/workspace'));
    await fs.copy(at('/workspace/a'), at('/workspace/c'));
    await fs.rename(at('/workspace/c'), at('/workspace/d'));
    await fs.delete(at('/workspace/d'), { recursive: true });
    await commands.executeCommand(commandIds.runCommand, id, undefined, 'echo of-the-user');
  });
  after(async () => {
    await commands.executeCommand(commandIds.hideOwnProcesses);
    await commands.executeCommand('workbench.action.closeAllEditors');
    await emulator.terminate(id);
  });

  it('carries a mark in its arguments, each process of it', async () => {
    const list = processes.parse(await emulator.inside(id, 'GET', '/processes')).processes;
    const others = list.filter(({ args }) => !isOurs(args[1]));
    assert.deepEqual(
      others.map(({ command, args }) => [command, ...args]),
      [['echo', 'of-the-user']],
    );
    assert.ok(list.length > 8, String(list.length));
  });

  it('is left out of the logs until all is shown', async () => {
    await waitFor('its lines to be kept', async () =>
      logStreams
        .parse(await emulator.logProcesses(id))
        .processes.some(({ processCommand }) => /^sh -c # Tensorlake/.test(processCommand)),
    );
    await waitFor('the line of the user', async () => {
      await commands.executeCommand(commandIds.showLogs, id);
      return /of-the-user/.test(text());
    });
    assert.match(text(), /^# helped · 1 line · from the beginning · without \d+ of the editor itself\n/);
    await commands.executeCommand(commandIds.showAllProcesses);
    await waitFor('all lines', () => /^# helped · \d+ lines · from the beginning\n/.test(text()));
    await commands.executeCommand(commandIds.hideOwnProcesses);
    await waitFor('the line alone', () => /^# helped · 1 line /.test(text()));
  });

  it('does not count as a process when the health of the sandbox is checked', async () => {
    const { pid } = z.object({ pid: z.number() }).parse(
      await emulator.inside(id, 'POST', '/processes', {
        command: 'sh',
        args: ['-c', '# Tensorlake Sandboxes for VS Code\nsleep 3650'],
      }),
    );
    await emulator.inside(id, 'POST', '/processes', { command: 'sleep', args: ['3651'] });
    const messages = await messagesOf(() => commands.executeCommand(commandIds.checkHealth, id));
    assert.match(messages.join(), /helped is healthy: up for .*, 1 processes\./);
    await emulator.inside(id, 'DELETE', `/processes/${pid}`);
  });
});
