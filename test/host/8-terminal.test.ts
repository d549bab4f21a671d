import assert from 'node:assert/strict';
import { commands, window, type Terminal } from 'vscode';
import { waitFor } from '../support/waitFor';
import { commandIds } from '../../src/manifest';
import { emulator } from './support/emulatorClient';
import { signIn } from './support/session';
import { Screen } from './support/screen';

/** Opens a terminal in a new sandbox of this name and waits for its prompt. */
async function openIn(name: string): Promise<{ readonly id: string; readonly screen: Screen }> {
  const { id } = await emulator.create({ name });
  await commands.executeCommand(commandIds.refresh);
  return { id, screen: await openAgain(id) };
}

async function openAgain(id: string): Promise<Screen> {
  const before = new Set<Terminal>(window.terminals);
  await commands.executeCommand(commandIds.openTerminal, id);
  const terminal = await waitFor('the terminal', () => window.terminals.find(each => !before.has(each)));
  const screen = new Screen(terminal);
  terminal.sendText('echo rea""dy');
  await screen.waitFor('ready');
  return screen;
}

describe('a terminal in a sandbox', () => {
  before(async () => await signIn());

  it('runs what is typed, is named after the sandbox, and tells how the shell ended', async () => {
    const { screen } = await openIn('terminal-basic');
    assert.equal(screen.terminal.name, 'terminal-basic');
    screen.terminal.sendText('echo "[$TERM $COLORTERM]"; tty');
    await screen.waitFor('[xterm-256color truecolor]');
    await screen.waitFor('/dev/pts/');
    screen.terminal.sendText('exit 3');
    await waitFor('the terminal to close', () => screen.terminal.exitStatus);
    assert.equal(screen.terminal.exitStatus?.code, 3);
  });
});
