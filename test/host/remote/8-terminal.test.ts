import assert from 'node:assert/strict';
import { commands, TerminalExitReason, window, workspace, type Terminal } from 'vscode';
import { waitFor } from '../../support/waitFor';
import { commandIds } from '../../../src/manifest';
import { messagesOf, pickingMany } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';
import { Screen } from '../support/screen';
import { TcpRelay } from '../support/tcpRelay';

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

/** Opens a terminal in a new sandbox of this name, types a line, and closes the terminal; the shell keeps running. */
async function leave(
  name: string,
  line?: string,
): Promise<{ readonly id: string; readonly sessionId: string }> {
  const { id, screen } = await openIn(name);
  const { pty, terminal } = screen;
  assert.ok('sessionId' in pty && typeof pty.sessionId === 'string');
  const { sessionId } = pty;
  if (line !== undefined) await typed(screen, `echo le""aving; ${line}`, 'leaving');
  terminal.dispose();
  await waitFor('the terminal to close', () => terminal.exitStatus);
  return { id, sessionId };
}

async function typed(screen: Screen, command: string, answer: string | RegExp): Promise<void> {
  screen.clear();
  screen.terminal.sendText(command);
  await screen.waitFor(answer);
}

/** Where two texts part, with what stands there in each; undefined where they are the same. */
function firstDifference(actual: string, expected: string): string | undefined {
  if (actual === expected) return undefined;
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at += 1;
  const shown = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 40), at + 200));
  return `${actual.length} of ${expected.length} characters; at ${at} ${shown(actual)} for ${shown(expected)}`;
}

/** The query that the extension sends to the terminal between pieces of output. */
const question = '\x1b[?7727$p';

describe('a terminal in a sandbox', () => {
  before(async () => {
    await signIn();
    await workspace.getConfiguration('tensorlake').update('terminal.onClose', 'detach', true);
  });
  afterEach(() => {
    for (const terminal of window.terminals) terminal.dispose();
  });

  it('runs what is typed, is named after the sandbox, and tells how the shell ended', async () => {
    const { screen } = await openIn('terminal-basic');
    assert.equal(screen.terminal.name, 'terminal-basic');
    await typed(screen, 'echo "[$TERM $COLORTERM]"; tty', '[xterm-256color truecolor]');
    await screen.waitFor('/dev/pts/');
    screen.terminal.sendText('exit 3');
    await waitFor('the terminal to close', () => screen.terminal.exitStatus);
    assert.equal(screen.terminal.exitStatus?.code, 3);
  });

  it('has a UTF-8 locale where the image sets none', async () => {
    const { id, screen } = await openIn('terminal-locale');
    await typed(screen, 'echo "<$LC_ALL|$LC_CTYPE|$LANG>"; locale charmap; echo "[$0]"', '<||C.UTF-8>');
    await screen.waitFor('UTF-8\r\n');
    await screen.waitFor('[/bin/bash]');
    assert.equal(await new Inside(id).sh('echo "<$LANG>"'), '<>', 'the emulator sets one by itself');
  });

  it('tells how the shell ended where only the close says it', async () => {
    await emulator.addFault({
      fault: 'legacy-pty-exit',
      next: 1,
      method: 'GET',
      plane: 'proxy',
      route: '/api/v1/pty/*',
    });
    const { screen } = await openIn('terminal-legacy');
    screen.terminal.sendText('exit 4');
    await waitFor('the terminal to close', () => screen.terminal.exitStatus);
    assert.equal(screen.terminal.exitStatus?.code, 4);
  });

  it('opens sh where there is no bash, and a folder that is asked for', async () => {
    const { id } = await emulator.create({ name: 'terminal-sh' });
    await commands.executeCommand(commandIds.refresh);
    await emulator.addFault({ fault: '500', next: 1, method: 'POST', plane: 'proxy', route: '/api/v1/pty' });
    const screen = await openAgain(id);
    await typed(screen, 'echo "<$0>"', '</bin/sh>');
    await emulator.inside(id, 'GET', '/pty');
    const before = new Set<Terminal>(window.terminals);
    await commands.executeCommand(commandIds.openTerminalInFolder, { sandboxId: id, path: '/tmp' });
    const terminal = await waitFor('the terminal', () => window.terminals.find(each => !before.has(each)));
    await typed(new Screen(terminal), 'echo "<$PWD>"', '</tmp>');
  });

  it('tells the shell its size', async () => {
    const { screen } = await openIn('terminal-size');
    screen.pty.setDimensions?.({ rows: 23, columns: 91 });
    await typed(screen, 'stty size', '23 91');
    screen.pty.setDimensions?.({ rows: 40, columns: 133 });
    await typed(screen, 'stty size', '40 133');
  });

  it('decodes characters that come in pieces', async () => {
    const { screen } = await openIn('terminal-pieces');
    await typed(screen, "printf '<\\360\\237'; sleep 0.2; printf '\\230\\200>'", '<\u{1f600}>');
  });

  // Five times as much is drawn by the window suite, and counted by the bench.
  it('carries 10 MB without losing a byte, and answers meanwhile', async function () {
    this.timeout(120_000);
    const { screen } = await openIn('terminal-burst');
    const last = 1_300_000;
    const recorded = screen.record();
    const started = Date.now();
    screen.terminal.sendText(`stty -opost; printf 'BE''GIN'; seq 1 ${last}; printf 'EN''D'; stty opost`);
    let longestMs = 0;
    let lookedAt = Date.now();
    const timer = setInterval(() => {
      longestMs = Math.max(longestMs, Date.now() - lookedAt);
      lookedAt = Date.now();
    }, 10);
    await screen.waitFor('END', 100_000);
    clearInterval(timer);
    const seconds = (Date.now() - started) / 1000;
    const text = recorded().replaceAll(question, '');
    const output = text.slice(text.indexOf('BEGIN') + 5, text.lastIndexOf('END'));
    let expected = '';
    for (let line = 1; line <= last; line += 1) expected += `${line}\n`;
    assert.equal(firstDifference(output, expected), undefined);
    console.log(
      `      ${(output.length / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s, longest pause ${longestMs} ms`,
    );
    assert.ok(longestMs < 1_000, `The extension host stood still for ${longestMs} ms`);
    await typed(screen, 'echo st""ill', 'still');
  });

  it('stops `yes` when told to, after drawing what it has written', async function () {
    this.timeout(120_000);
    const { screen } = await openIn('terminal-yes');
    screen.terminal.sendText('yes');
    await screen.waitForChars(4_000_000, 45_000);
    const started = Date.now();
    screen.terminal.sendText('\x03', false);
    screen.clear();
    screen.terminal.sendText('echo st""opped');
    // Nothing is left out: tens of MiB may be waiting here and at the server, and a busy machine draws a few a second.
    await screen.waitFor('stopped', 60_000);
    console.log(`      stopped after ${Date.now() - started} ms`);
  });

  it('waits where the sandbox is suspended, and resumes it on Enter only', async () => {
    const { id, screen } = await openIn('terminal-suspend');
    await typed(screen, 'kept=value-$((6*7)); echo $kept', 'value-42');
    screen.clear();
    await emulator.suspend(id);
    await waitFor('the sandbox to sleep', async () => (await emulator.get(id)).status === 'suspended');
    await screen.waitFor('Press Enter to resume');
    screen.terminal.sendText('x', false);
    await commands.executeCommand(commandIds.refresh);
    assert.equal((await emulator.get(id)).status, 'suspended');
    screen.terminal.sendText('\r', false);
    await screen.waitFor('Connected again');
    await typed(screen, 'echo "<$kept>"', '<value-42>');
  });

  it('ends with its sandbox, and says so', async () => {
    const { id, screen } = await openIn('terminal-ended');
    await emulator.terminate(id);
    await screen.waitFor('The sandbox was terminated');
    screen.terminal.sendText('\r', false);
    await waitFor('the terminal to close', () => screen.terminal.exitStatus);
  });

  it('lets the shell of a closed terminal live, and shows it again once', async () => {
    const { id, screen } = await openIn('terminal-detach');
    await typed(screen, 'kept=value-$((6*7)); echo $kept', 'value-42');
    const { pty } = screen;
    screen.terminal.dispose();
    await waitFor('the terminal to close', () => screen.terminal.exitStatus);
    assert.notEqual(screen.terminal.exitStatus?.reason, TerminalExitReason.Shutdown);
    assert.ok('sessionId' in pty);
    const before = new Set<Terminal>(window.terminals);
    await commands.executeCommand(commandIds.reattachTerminal, { sessionId: pty.sessionId });
    const terminal = await waitFor('the terminal', () => window.terminals.find(each => !before.has(each)));
    const again = new Screen(terminal);
    await typed(again, 'echo "<$kept>"', '<value-42>');
    again.terminal.dispose();
    await waitFor('the terminal to close', () => again.terminal.exitStatus);
    await commands.executeCommand(commandIds.endTerminal, { sessionId: pty.sessionId });
    await waitFor('the shell to end', async () =>
      JSON.stringify(await emulator.inside(id, 'GET', '/pty')).includes('"is_alive":true') ? undefined : true,
    );
  });

  it('shows a shell in one terminal, though it is asked for twice at once', async () => {
    const { sessionId } = await leave('terminal-twice');
    const before = new Set<Terminal>(window.terminals);
    const ask = (): Thenable<unknown> => commands.executeCommand(commandIds.reattachTerminal, { sessionId });
    await Promise.all([ask(), ask()]);
    const opened = await waitFor('the terminal', () => window.terminals.find(each => !before.has(each)));
    await typed(new Screen(opened), 'echo th""ere', 'there');
    assert.equal(window.terminals.filter(each => !before.has(each)).length, 1);
  });

  it('makes room where a sandbox has all the terminals it can have', async () => {
    const { id } = await emulator.create({ name: 'terminal-full' });
    await commands.executeCommand(commandIds.refresh);
    for (let count = 0; count < 64; count += 1)
      await emulator.inside(id, 'POST', '/pty', { command: '/bin/cat' });
    const opened = commands.executeCommand(commandIds.openTerminal, id);
    // The list of terminals to end waits for the user; cancelling it opens no terminal.
    const before = window.terminals.length;
    await waitFor('the question', async () => {
      await commands.executeCommand('workbench.action.closeQuickOpen');
      return await Promise.race([
        opened.then(() => true),
        new Promise<false>(resolve => setTimeout(resolve, 200, false)),
      ]);
    });
    assert.equal(window.terminals.length, before);
  });

  it('ends the terminals that are chosen where a sandbox has all it can have, and opens another', async () => {
    const { id, sessionId } = await leave('terminal-room');
    for (let count = 0; count < 63; count += 1)
      await emulator.inside(id, 'POST', '/pty', { command: '/bin/cat' });
    const [asked] = await pickingMany(
      items => items.slice(0, 2),
      async () => await typed(await openAgain(id), 'echo fo""und', 'found'),
    );
    assert.equal(asked?.title, 'terminal-room Has All of the 64 Terminals a Sandbox Can Have');
    assert.equal(asked.items.length, 64);
    // Shells without a client come first.
    assert.deepEqual(
      asked.items.slice(0, 2).map(({ label, description }) => [label, description]),
      [
        ['/bin/bash', 'nobody is attached · opened < 1 min ago'],
        ['/bin/cat', 'opened < 1 min ago'],
      ],
    );
    const shells = await emulator.shells(id);
    assert.equal(shells.filter(({ isAlive }) => isAlive).length, 63);
    assert.equal(
      shells.some(shell => shell.id === sessionId),
      false,
    );
  });

  it('says when to try again where terminals that have ended are in the way', async () => {
    const { id } = await emulator.create({ name: 'terminal-dead' });
    await commands.executeCommand(commandIds.refresh);
    for (let count = 0; count < 64; count += 1)
      await emulator.inside(id, 'POST', '/pty', { command: '/bin/true' });
    await waitFor('them to end', async () =>
      (await emulator.shells(id)).every(({ isAlive }) => !isAlive) ? true : undefined,
    );
    const messages = await messagesOf(() => commands.executeCommand(commandIds.openTerminal, id));
    assert.deepEqual(messages, [
      'Could not open a terminal: terminal-dead has all of the 64 terminals that a sandbox can have. ' +
        'One that has ended counts for a minute more: try again then.',
    ]);
  });

  it('says of a detached shell that it has ended, and how, and forgets it', async () => {
    for (const [name, script, sentence] of [
      ['terminal-gone', undefined, 'the service ends one that nobody is attached to for 5 minutes.'],
      // Ends only once its terminal is closed, however long that takes.
      [
        'terminal-exited',
        'until [ -e ~/closed ]; do sleep 0.05; done; exit 5',
        'has ended with exit code 5.',
      ],
    ] as const) {
      const { id, sessionId } = await leave(name, script);
      if (script === undefined) await emulator.inside(id, 'DELETE', `/pty/${sessionId}`);
      else await new Inside(id).sh('touch ~/closed');
      // One that was ended on request is listed a little longer, and one that ended by itself for a minute.
      await waitFor('the shell to end', async () => {
        const left = await emulator.shells(id);
        return (
          (script === undefined ? left.length === 0 : left.every(({ isAlive }) => !isAlive)) || undefined
        );
      });
      const before = window.terminals.length;
      const reattach = (): PromiseLike<unknown> =>
        commands.executeCommand(commandIds.reattachTerminal, { sessionId });
      const [message = ''] = await messagesOf(reattach);
      assert.ok(message.startsWith(`The shell in ${name} has ended`) && message.includes(sentence), message);
      assert.equal(window.terminals.length, before);
      assert.deepEqual(await messagesOf(reattach), []);
    }
  });
});

describe('a terminal over a network that fails', () => {
  let relay: TcpRelay;
  before(async () => {
    relay = await TcpRelay.start();
    await signIn(relay.url);
  });
  after(async () => {
    for (const terminal of window.terminals) terminal.dispose();
    await signIn();
    await relay.stop();
  });

  it('connects again by itself, says so, and shows nothing twice', async () => {
    const { screen } = await openIn('terminal-heal');
    await typed(screen, 'kept=value-$((6*7)); echo "<$kept>"', '<value-42>');
    screen.clear();
    relay.cut();
    await screen.waitFor('Connected again');
    await typed(screen, 'echo "[$kept]"', '[value-42]');
    assert.equal(screen.shown.includes('<value-42>'), false);
  });

  it('goes on with what came meanwhile, when the network is back', async () => {
    const { screen } = await openIn('terminal-away');
    screen.terminal.sendText('for i in 1 2 3 4 5 6 7 8 9; do echo "line-$i"; sleep 0.3; done');
    await screen.waitFor('line-2');
    const recorded = screen.record();
    relay.goDown();
    await screen.waitFor('The connection broke');
    relay.comeUp();
    await screen.waitFor('line-9', 30_000);
    const text = recorded();
    for (const line of [4, 5, 6, 7, 8, 9])
      assert.equal(text.split(`line-${line}`).length, 2, `line ${line} once in ${text}`);
    assert.equal(text.includes('line-1\r'), false);
  });
});
