import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { runCommand, TerminalView, webviewPage } from '../../support/window/index';
import { usePanel } from '../support/panel';

describe('commands, processes and logs of a sandbox', () => {
  const panel = usePanel({
    emulator: { sandboxes: 6, speed: 20 },
    settings: { 'terminal.integrated.gpuAcceleration': 'off' },
  });
  const view = (): TerminalView => new TerminalView(panel().page);

  async function ask(text: string): Promise<void> {
    const { quick } = panel();
    await quick.waitFor('Type a command line');
    await quick.type(text);
  }

  it('runs a command line and shows what it says on both streams, and how it ended', async () => {
    const { tree, quick } = panel();
    await tree.waitFor('api-dev');
    await tree.chooseFromContextMenu('api-dev', 'Run Command…');
    await ask('echo "unclosed');
    await quick.accept();
    await panel().picture('run-problem');
    await ask("printf '\\033[32mgreen\\033[0m \\033]0;pwned\\007plain\\n'; echo trouble >&2; exit 3");
    await panel().picture('run-ask');
    await quick.accept();
    await view().waitFor(/exit code 3/);
    await view().waitFor('green plain');
    await view().waitFor('┃ trouble');
    await panel().picture('run-output');
  });

  it('runs it again from its tab, and interrupts what goes on', async () => {
    const { quick, page } = panel();
    await view().focus();
    await page.keyboard.press('r');
    await waitFor(
      'the second end',
      async () => ((await view().text()).match(/exit code 3/g) ?? []).length === 2,
    );
    await panel().run('Run Command…');
    await quick.waitFor('Run a command in which sandbox?');
    await quick.pick('api-dev');
    await ask('sleep 4000');
    await quick.accept();
    await view().waitFor('sleep 4000');
    await view().focus();
    await waitFor('it to end', async () => {
      await page.keyboard.press('Control+c');
      return /SIGINT|killed/.test(await view().text());
    });
    await panel().picture('run-interrupted');
  });

  it('keeps a history, and options that are shown', async () => {
    const { quick, tree } = panel();
    await tree.chooseFromContextMenu('api-dev', 'Run Command…');
    await quick.waitFor('Type a command line');
    await soon(async () => assert.equal((await quick.items())[0], 'sleep 4000'));
    await quick.item('Options…').first().click();
    await quick.waitFor('Options of a Run');
    await quick.item('Working Directory').first().click();
    await quick.waitFor('An absolute path');
    await quick.type('src');
    await soon(async () => assert.match(await quick.validationMessage(), /absolute path/));
    await quick.type('/tmp');
    await quick.accept();
    await quick.waitFor('Choose what to change');
    await panel().picture('run-options');
    await quick.pick('Done');
    await ask('pwd');
    await quick.accept();
    await view().waitFor(/in \/tmp/);
    await view().waitFor(/exit code 0/);
  });

  it('runs in several sandboxes at once, in a table', async () => {
    const { tree, page } = panel();
    await tree.select('api-dev');
    await page.keyboard.down('Control');
    await tree.select('inference');
    await page.keyboard.up('Control');
    await tree.chooseFromContextMenu('api-dev', 'Run Command…');
    await ask('echo hello from $HOSTNAME; sleep 1; exit 2');
    await panel().quick.accept();
    const table = webviewPage(page);
    await table.locator('td', { hasText: 'running' }).first().waitFor();
    await panel().picture('run-table-going');
    await table.locator('td', { hasText: 'exit code 2' }).nth(1).waitFor();
    await table.getByRole('button', { name: 'Run Again' }).waitFor();
    await panel().picture('run-table');
    await table.getByRole('button', { name: 'Open the output of inference' }).click();
    await page.locator('.tab.active', { hasText: 'inference.log' }).waitFor();
    await page.locator('.view-line', { hasText: 'exit code 2' }).first().waitFor();
    await panel().picture('run-table-output');
    await runCommand(page, 'View: Close All Editors');
  });

  it('starts a process in the background, shown below its sandbox', async () => {
    const { tree, quick, notifications } = panel();
    await tree.select('docs');
    await tree.chooseFromContextMenu('api-dev', 'More', 'Start Process…');
    await ask('i=0; while true; do i=$((i+1)); echo tick $i; echo tock $i >&2; sleep 1; done');
    await quick.accept();
    await quick.waitFor('Enter starts it');
    await quick.item('Name').first().click();
    await quick.waitFor('What it is called');
    await quick.type('a/b');
    await soon(async () => assert.match(await quick.validationMessage(), /no slash/));
    await quick.type('ticker');
    await quick.accept();
    await quick.waitFor('Enter starts it');
    await quick.item('Restart').first().click();
    await quick.waitFor('never, failure or always');
    await quick.type('always');
    await quick.accept();
    await quick.waitFor('Enter starts it');
    await quick.item('Most Restarts').waitFor();
    await panel().picture('process-start');
    await quick.pick('Start');
    await notifications.message('ticker was started');
    await notifications.dismiss('ticker was started');
    await tree.expand('api-dev');
    await tree.expand('Processes');
    await tree.waitFor('ticker');
    await panel().picture('processes');
    await soon(async () => assert.match(await tree.description('ticker'), /^pid \d+ · .* · sh -lc /));
  });

  it('shows what the editor runs there for itself on request only', async () => {
    const { tree } = panel();
    const helpers = async (): Promise<number> =>
      (await tree.labels()).filter(label => label.includes('Tensorlake Sandboxes for VS Code')).length;
    await tree.expand('Files');
    await tree.waitFor('/home/tl-user');
    await tree.chooseFromContextMenu('Processes', 'Show All Processes');
    await waitFor('the helper that looks for the home folder', async () => (await helpers()) > 0);
    await panel().picture('processes-all');
    await tree.chooseFromContextMenu('Processes', "Hide the Editor's Own Processes");
    await waitFor('it to be hidden', async () => (await helpers()) === 0);
    await tree.waitFor('ticker');
    await tree.collapse('Files');
  });

  it('asks the sandbox nothing by itself, however much of it is unfolded', async () => {
    const { tree, emulator } = panel();
    await tree.expand('Ports');
    const listings = (): number => emulator.routeCounts()['GET /sandboxes'] ?? 0;
    const before = { inside: emulator.proxyRequests(), listings: listings() };
    for (const more of [1, 2]) {
      await panel().run('Refresh Sandboxes');
      await waitFor('a listing', () => listings() >= before.listings + more);
    }
    assert.equal(emulator.proxyRequests(), before.inside);
  });

  it('follows its output with the streams told apart, also after a restart', async () => {
    const { tree } = panel();
    await tree.clickInlineAction('ticker', 'Follow Output');
    await view().waitFor(/tick \d/);
    await view().waitFor(/┃ tock \d/);
    await tree.chooseFromContextMenu('ticker', 'Restart Process');
    await view().waitFor(/Started again as process \d+/);
    await view().waitFor(/^tick 1$/);
    await panel().picture('process-follow');
  });

  it('goes on following after the connection broke off', async () => {
    const { tree, emulator } = panel();
    emulator.faults.add({
      fault: 'drop-before',
      plane: 'proxy',
      route: '/api/v1/processes/*/output/follow',
    });
    await tree.clickInlineAction('ticker', 'Follow Output');
    await view().waitFor(/The connection broke off; trying again in 1 s/);
    emulator.faults.clear();
    await view().waitFor('Connected again.');
    await view().waitFor(/tick \d/);
    await panel().picture('process-follow-again');
  });

  it('ends it after a question', async () => {
    const { tree, dialog } = panel();
    await tree.chooseFromContextMenu('ticker', 'Kill Process…');
    await soon(async () => assert.equal(await dialog.message(), 'Kill ticker?'));
    await soon(async () => assert.match(await dialog.detail(), /not started again/));
    await panel().picture('process-kill');
    await dialog.press('Kill');
    await view().waitFor(/It ended: ended by SIGKILL/);
  });

  it('shows the logs of a sandbox', async () => {
    const { tree, page, quick } = panel();
    await tree.chooseFromContextMenu('api-dev', 'Show Logs');
    await page.locator('.view-line', { hasText: 'tick' }).first().waitFor();
    const asked = panel()
      .emulator.requests()
      .filter(({ path }) => path.includes('/logs'));
    assert.ok(asked.length > 0 && asked.every(({ path }) => path.startsWith('/v1/namespaces/project_')));
    await panel().picture('logs');
    await page.keyboard.press('Control+Home');
    await page.locator('.codelens-decoration a', { hasText: 'Filter…' }).click();
    await quick.waitFor('By what?');
    await quick.item('Levels').first().click();
    await quick.waitFor('Which levels?');
    await quick.pickMany(['error']);
    await page.locator('.view-line', { hasText: '· error ·' }).waitFor();
    await panel().picture('logs-errors');
  });
});
