import assert from 'node:assert/strict';
import { freePort } from '../../support/freePort';
import { GitServer } from '../../support/servers/gitServer';
import { soon, waitFor } from '../../support/waitFor';
import { clipboardText, TerminalView } from '../../support/window/index';
import { Keyboard } from '../support/keyboard';
import { usePanel } from '../support/panel';

describe('the inside of a sandbox by keys alone', function () {
  this.timeout(240_000);
  const panel = usePanel({
    emulator: { sandboxes: 6, speed: 10 },
    settings: { 'terminal.integrated.gpuAcceleration': 'off' },
    isLeftClosed: true,
  });
  const view = (): TerminalView => new TerminalView(panel().page);
  let keys: Keyboard;

  before(async () => {
    keys = await Keyboard.take(panel());
    await panel().tree.rowByAriaLabel('api-dev, running').first().waitFor();
  });
  afterEach(async () => await keys.verify());

  async function typeLine(line: string): Promise<void> {
    await panel().page.locator('.terminal-wrapper.active .xterm-helper-textarea:focus').waitFor();
    await panel().page.keyboard.type(line);
    await keys.press('Enter');
  }

  it('has a terminal that opens by its key with the focus, and closes', async () => {
    const { notifications, tree } = panel();
    await keys.toRow('api-dev');
    await keys.press('Control+Alt+Backquote');
    await view().root.waitFor();
    await typeLine('echo "six times seven is $((6*7))"');
    await view().waitFor('six times seven is 42');
    await keys.command('Terminal: Kill the Active Terminal Instance');
    await view().root.waitFor({ state: 'detached' });
    await notifications.message('goes on without its terminal');
    await keys.command('Notifications: Clear All Notifications');
    await keys.unfold('api-dev', 'bash');
    await keys.toRow('bash');
    await keys.press('Enter');
    await view().waitFor('six times seven is 42');
    await tree.waitUntilGone('bash');
    // What is typed in the very moment of the attachment may meet a screen that is still drawn.
    await soon(async () => {
      if ((await view().root.count()) === 0) return;
      await keys.press('Control+u');
      await typeLine('exit');
      await view().root.waitFor({ state: 'detached', timeout: 10_000 });
    }, 60_000);
  });

  it('has processes that are started, followed, sent a signal and ended', async () => {
    const { tree, quick } = panel();
    await keys.menu('api-dev', 'More', 'Start Process…');
    await keys.answer(
      'Type a command line',
      'trap "echo caught $((6*7))" USR1; while true; do echo tick; sleep 1; done',
    );
    await quick.waitFor('Enter starts it');
    await keys.choose('Enter starts it', 'Name');
    await keys.answer('What it is called', 'ticker');
    await keys.choose('Enter starts it', 'Start');
    await keys.unfold('api-dev', 'Processes');
    await keys.unfold('Processes', 'ticker');
    await keys.toRow('ticker');
    await keys.press('Enter');
    await view().waitFor('tick');
    await keys.menu('ticker', 'Send Signal…');
    await keys.choose('Which signal?', 'SIGUSR1');
    await view().waitFor('caught 42');
    await keys.menu('ticker', 'Kill Process…');
    await keys.dialog(/^Kill ticker\?$/, 'Kill');
    await view().waitFor(/It ended: ended by SIGKILL/);
    await keys.toRow('Processes');
    await keys.press('ArrowLeft');
    await tree.waitUntilGone('ticker');
    await keys.command('View: Hide Panel');
  });

  it('has commands that are run, and their output', async () => {
    await keys.menu('api-dev', 'Run Command…');
    await keys.answer('Type a command line', 'echo run by keys');
    await view().waitFor('run by keys');
    await view().waitFor('exit code 0');
    await keys.command('View: Hide Panel');
  });

  it('has commands that are run again, and cancelled', async () => {
    await keys.menu('api-dev', 'Run Command…');
    await keys.answer('Type a command line', 'sleep 4000');
    await view().waitFor('sleep 4000');
    const ends = async (): Promise<number> =>
      (await view().text()).match(/killed|SIG(INT|KILL)/g)?.length ?? 0;
    await keys.command('Tensorlake: Cancel Run…');
    await waitFor('it to end', async () => (await ends()) > 0);
    const before = await ends();
    await keys.command('Tensorlake: Run Again');
    await waitFor('it to begin', async () => ((await view().text()).match(/sleep 4000/g)?.length ?? 0) > 1);
    await keys.command('Tensorlake: Cancel Run…');
    await waitFor('it to end again', async () => (await ends()) > before);
    await keys.command('View: Hide Panel');
  });

  it('has logs, with buttons in the title that are reached from the text', async () => {
    const { page, emulator } = panel();
    await keys.menu('api-dev', 'Show Logs');
    await page.locator('.view-line', { hasText: 'tick' }).first().waitFor();
    const reads = (): number => emulator.requests().filter(({ path }) => path.includes('/logs')).length;
    const toText = async (): Promise<void> => {
      await keys.command('View: Focus First Editor Group');
      await page.locator('.monaco-editor.focused').waitFor();
    };
    await toText();
    const before = reads();
    await keys.button('Refresh Logs');
    await waitFor('them to be read again', () => reads() > before);
    await toText();
    await keys.button('Load Older Logs');
    await panel().notifications.message('These are all the lines that were kept.');
    await keys.command('Notifications: Clear All Notifications');
    await toText();
    await keys.button('Filter Logs…');
    await keys.choose('By what?', 'Text');
    await keys.answer('Lines that hold this text', 'no such line');
    await page.locator('.view-line', { hasText: 'tick' }).first().waitFor({ state: 'detached' });
    await keys.command('View: Close All Editors');
  });

  it('has repositories that are cloned into it, and a terminal there', async () => {
    const server = await GitServer.start();
    try {
      await keys.menu('api-dev', 'More', 'Clone Repository into Sandbox…');
      await keys.answer('Address of the repository', `${server.url}/open.git`);
      await keys.answer('Branch or tag', 'side');
      await keys.notification('The repository is in', 'Open Terminal');
      await typeLine('ls');
      await view().waitFor('side.txt');
    } finally {
      await server.stop();
    }
    await keys.command('View: Hide Panel');
  });

  it('has ports that are forwarded, opened by Enter, copied, and stopped by Delete', async () => {
    const { page, tree } = panel();
    const port = await freePort();
    await keys.menu('api-dev', 'Forward Port…');
    await keys.answer('Forward a Port of api-dev', String(port));
    await keys.unfold('Ports', new RegExp(`^${port} → `));
    await keys.toRow(new RegExp(`^${port} → `));
    const row = await keys.row();
    const opened = page.context().waitForEvent('page');
    await keys.press('Enter');
    await (await opened).close();
    await page.bringToFront();
    await keys.toRow(row);
    await keys.press('Control+c');
    await soon(async () => assert.match(await clipboardText(page), /^https?:\/\//));
    await keys.press('Delete');
    await tree.waitUntilGone(row);
    await waitFor('the sandbox to be left alone', async () => (await tree.row('api-dev').count()) > 0);
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
  });
});
