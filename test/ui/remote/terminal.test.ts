import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { runCommand, showContainer, TerminalView } from '../../support/window/index';
import { usePanel } from '../support/panel';
import { ageDetachedTerminals, waitForKeptTerminals } from '../support/storedState';

describe('a terminal in a sandbox', () => {
  const panel = usePanel({
    emulator: { sandboxes: 6, speed: 20 },
    settings: {
      'terminal.integrated.gpuAcceleration': 'off',
      // After a reload VS Code opens a terminal of its own in an open panel, and restores it at the next one.
      'terminal.integrated.hideOnStartup': 'always',
      'terminal.integrated.enablePersistentSessions': false,
    },
  });
  const view = (): TerminalView => new TerminalView(panel().page);

  /** The terminal size that the shell reports. */
  async function size(mark: string): Promise<string> {
    await view().run(`echo "${mark}=$(stty size)="`);
    await view().waitFor(new RegExp(`${mark}=\\d+ \\d+=`));
    return new RegExp(`${mark}=(\\d+ \\d+)=`).exec(await view().text())?.[1] ?? '';
  }

  const told = 'goes on without its terminal';

  async function closeTerminal(): Promise<void> {
    await view().focus();
    await runCommand(panel().page, 'Terminal: Kill the Active Terminal Instance');
  }

  /** A request to the terminals of api-dev, without the extension. */
  async function daemon(method: string, path = ''): Promise<Response> {
    const { url, apiKey } = panel().emulator;
    const headers = { authorization: `Bearer ${apiKey}` };
    const { id } = (await (await fetch(`${url}/sandboxes/api-dev`, { headers })).json()) as { id: string };
    return await fetch(`${url}/api/v1/pty${path}`, {
      method,
      headers: { ...headers, 'x-tensorlake-sandbox-id': id },
    });
  }

  /** Ids of the running shells in api-dev. */
  async function shells(): Promise<readonly string[]> {
    const { sessions } = (await (await daemon('GET')).json()) as {
      sessions: readonly { session_id: string; is_alive: boolean }[];
    };
    return sessions.filter(session => session.is_alive).map(session => session.session_id);
  }

  it('opens from the row and runs what is typed', async () => {
    const { tree } = panel();
    await tree.waitFor('api-dev');
    await tree.clickInlineAction('api-dev', 'Open Terminal');
    await view().root.waitFor();
    await view().run('echo "six times seven is $((6*7))"; kept=yes-$((1+1))');
    await view().waitFor('six times seven is 42');
    await panel().picture('terminal');
  });

  it('runs a program for the whole screen, which follows its size', async () => {
    const before = await size('before');
    await view().run('vim -u NONE -N');
    await view().waitFor(/^~/);
    await view().type('iwritten in a sandbox');
    await view().waitFor('written in a sandbox');
    await panel().page.setViewportSize({ width: 1000, height: 800 });
    const columns = await waitFor('vim to have the new width', async () => {
      // Repeated, because redrawing the screen in its new size erases the output, and a key that comes while the window
      // is laid out anew may go elsewhere.
      await view().focus();
      await panel().page.keyboard.press('Escape');
      await view().run(':set columns?');
      const width = Number(/columns=(\d+)/.exec(await view().text())?.[1]);
      return width < Number(before.split(' ')[1]) && width;
    });
    await view().waitFor('written in a sandbox');
    await panel().picture('terminal-vim');
    await view().run(':q!');
    // Until vim has exited it would receive the input.
    await view().waitFor('six times seven is 42');
    await soon(async () => assert.equal(Number((await size('after')).split(' ')[1]), columns));
    await panel().page.setViewportSize({ width: 1280, height: 800 });
  });

  it('detaches the shell without a question when it is closed, says so once, and keeps it below its sandbox', async () => {
    const { quick, tree, notifications } = panel();
    await closeTerminal();
    assert.match(await notifications.message(told), /ends after 5 minutes/);
    assert.equal(await quick.widget.isVisible(), false);
    await panel().picture('terminal-closed');
    await notifications.dismiss(told);
    await tree.expand('api-dev');
    await tree.waitFor('bash');
    await panel().picture('terminal-detached');
    await soon(async () =>
      assert.match(await tree.description('bash'), /^5 min left · detached < 1 min ago$/),
    );
    await soon(async () =>
      assert.deepEqual(await tree.contextMenu('bash'), ['Reattach Terminal…', 'End Detached Terminal…']),
    );
    await tree.select('bash');
    await view().root.waitFor();
    await view().waitFor('six times seven is 42');
    await view().run('echo "<$kept>"');
    await view().waitFor('<yes-2>');
    await tree.waitUntilGone('bash');
  });

  it('says it once only', async () => {
    const { quick, tree, notifications } = panel();
    await closeTerminal();
    await tree.waitFor('bash');
    await tree.select('bash');
    await tree.waitUntilGone('bash');
    await view().root.waitFor();
    assert.ok(!(await notifications.messages()).some(message => message.includes(told)));
    assert.equal(await quick.widget.isVisible(), false);
    await view().run('echo "/$kept/"');
    await view().waitFor('/yes-2/');
  });

  it('connects again by itself when the network breaks, and says so', async () => {
    const { emulator } = panel();
    emulator.cutConnections();
    await view().waitFor('Connected again.');
    await view().run('echo "~$kept~"');
    await view().waitFor('~yes-2~');
    await panel().picture('terminal-healed');
  });

  it('draws 50 MB and is there for keys and clicks meanwhile', async () => {
    const { tree } = panel();
    const last = 6_300_000;
    const startedAt = Date.now();
    await view().run(`clear; seq 1 ${last}; echo "al""l drawn"`);
    await view().waitFor(/^\d{5,}$/);
    const answersIn: number[] = [];
    const isDrawn = async (): Promise<boolean> => (await view().text()).includes('all drawn');
    while (!(await isDrawn())) {
      const askedAt = Date.now();
      await tree.collapse('api-dev');
      await tree.expand('api-dev');
      answersIn.push(Date.now() - askedAt);
      assert.ok(askedAt - startedAt < 90_000, 'it takes too long');
    }
    assert.ok(answersIn.length > 0, 'the output was there before anything could be asked of the window');
    const seconds = (Date.now() - startedAt) / 1000;
    console.log(
      `      50 MB in ${seconds.toFixed(1)} s, longest wait for the tree ${Math.max(...answersIn)} ms`,
    );
    await view().waitFor(String(last));
    await view().run('clear; echo "st""ill here"');
    await view().waitFor('still here');
  });

  it('offers it again after a reload of the window', async () => {
    const { window, page, quick } = panel();
    await window.reload();
    await showContainer(page, 'Tensorlake');
    const item = page.locator('.statusbar-item', { hasText: 'Reattach 1 terminal' });
    await item.waitFor();
    await panel().picture('terminal-after-reload');
    await item.locator('a').click();
    await quick.waitFor('Reattach to which terminal?');
    await quick.pick('bash');
    await view().root.waitFor();
    await view().run('echo "[$kept]"');
    await view().waitFor('[yes-2]');
    await item.waitFor({ state: 'detached' });
    await panel().picture('terminal-reattached');
  });

  it('is there again by itself after a reload where the setting says so', async () => {
    const { window, page } = panel();
    await window.changeSettings({
      'tensorlake.terminal.reviveOnReload': 'always',
      'tensorlake.terminal.onClose': 'ask',
    });
    const { emulator } = panel();
    const before = emulator.requests().length;
    await window.reload();
    await waitFor('the shell is attached to again', () =>
      emulator
        .requests()
        .slice(before)
        .some(({ path }) => path.endsWith('/ws')),
    );
    // The setting above hides the panel at startup, possibly after the terminal is shown.
    await soon(async () => {
      if (!(await view().root.isVisible())) await runCommand(page, 'Terminal: Focus Terminal');
      await view().root.waitFor({ timeout: 2_000 });
      await view().run('echo "<$kept>"');
      await view().waitFor('<yes-2>', 3_000);
    }, 30_000);
    await showContainer(page, 'Tensorlake');
    await panel().tree.waitFor('api-dev');
    assert.equal(await page.locator('.statusbar-item', { hasText: 'Reattach' }).count(), 0);
    assert.equal(await panel().tree.row('bash').count(), 0);
    await panel().picture('terminal-revived');
  });

  it('asks what becomes of the shell where the setting says so, and not where the answer was for good', async () => {
    const { quick, tree, window } = panel();
    await closeTerminal();
    await quick.waitFor('Terminal Closed: api-dev');
    await panel().picture('terminal-closed-asks');
    await quick.pick('Always Detach');
    await soon(async () => assert.equal((await window.settings())['tensorlake.terminal.onClose'], 'detach'));
    await tree.expand('api-dev');
    await tree.select('bash');
    await tree.waitUntilGone('bash');
    await view().root.waitFor();
    await closeTerminal();
    await tree.waitFor('bash');
    await tree.select('bash');
    await tree.waitUntilGone('bash');
    assert.equal(await quick.widget.isVisible(), false);
  });

  it('is offered after a reload when it could not be opened again by itself', async () => {
    const { window, page, emulator } = panel();
    emulator.faults.add({ fault: '500', method: 'GET', plane: 'proxy', route: '/api/v1/pty/*' });
    const item = page.locator('.statusbar-item', { hasText: 'Reattach 1 terminal' });
    try {
      await window.reload();
      await item.waitFor();
      assert.equal(await view().root.count(), 0);
    } finally {
      emulator.faults.clear();
    }
    await item.locator('a').click();
    await panel().quick.waitFor('Reattach to which terminal?');
    await panel().quick.pick('bash');
    await view().waitFor('yes-2');
  });

  it('is left to its line after a reload where the setting says so', async () => {
    const { window, page, tree } = panel();
    await window.changeSettings({
      'tensorlake.terminal.reviveOnReload': 'never',
      'tensorlake.terminal.onClose': 'ask',
    });
    await window.reload();
    await showContainer(page, 'Tensorlake');
    await tree.expand('api-dev');
    await soon(async () =>
      assert.match(await tree.description('bash'), /^at most \d min left · left by a window that closed$/),
    );
    await panel().picture('terminal-left-behind');
    assert.equal(await page.locator('.statusbar-item', { hasText: 'Reattach' }).count(), 0);
    assert.equal(await view().root.count(), 0);
    await tree.select('bash');
    await view().waitFor('yes-2');
    await view().run('echo "{$kept}"');
    await view().waitFor('{yes-2}');
    await tree.waitUntilGone('bash');
  });

  it('waits while the sandbox is suspended and resumes it on Enter', async () => {
    const { tree } = panel();
    await tree.chooseFromContextMenu('api-dev', 'Suspend');
    await view().waitFor('Press Enter to resume it');
    await panel().picture('terminal-suspended');
    await view().run('');
    await view().waitFor('Connected again.');
    await view().run('echo "|$kept|"');
    await view().waitFor('|yes-2|');
    await panel().picture('terminal-resumed');
  });

  it('opens from the list of terminal profiles', async () => {
    const { quick, page } = panel();
    await runCommand(page, 'Create New Terminal (With Profile)');
    await quick.waitFor('Select the terminal profile to create');
    await quick.pick('Tensorlake Sandbox');
    await quick.waitFor('Open a terminal in which sandbox?');
    await quick.pick('api-dev');
    await waitFor('a shell of its own', async () => !(await view().text()).includes('kept'));
    await view().run('echo "($kept)"');
    await view().waitFor('()');
  });

  it('opens in a folder, and says when the shell that it left there is over', async () => {
    const { quick, tree, notifications } = panel();
    const before = await shells();
    await tree.chooseFromContextMenu('api-dev', 'More', 'Open Terminal in Folder…');
    await quick.waitFor('Absolute path of a folder');
    await quick.type('tmp');
    await soon(async () => assert.match(await quick.validationMessage(), /begins with \//));
    await quick.type('/tmp');
    await quick.accept();
    await waitFor('its shell', async () => (await shells()).length > before.length);
    await waitFor('a screen of its own', async () => !(await view().text()).includes('kept'));
    await view().run('echo "at=$PWD="');
    await view().waitFor('at=/tmp=');
    await closeTerminal();
    await quick.waitFor('Terminal Closed: api-dev');
    await quick.pick('Detach');
    await tree.expand('api-dev');
    await tree.waitFor('bash');
    for (const id of await shells()) if (!before.includes(id)) await daemon('DELETE', `/${id}`);
    await waitFor('it to end', async () => (await shells()).length === before.length);
    await tree.select('bash');
    await notifications.message('The shell in api-dev has ended');
    await panel().picture('terminal-ended');
    await tree.waitUntilGone('bash');
    await notifications.press('The shell in api-dev has ended', 'Open New Terminal');
    await waitFor('another shell', async () => (await shells()).length > before.length);
    await waitFor('a screen of its own', async () => !(await view().text()).includes('kept'));
    await view().run('echo "at=$PWD="');
    await view().waitFor('at=/home/tl-user=');
  });

  it('ends the shell, and without a question where that answer was for good', async () => {
    const { quick, tree, window } = panel();
    const before = await shells();
    await closeTerminal();
    await quick.waitFor('Terminal Closed: api-dev');
    await quick.pick('Always End');
    await soon(async () => assert.equal((await window.settings())['tensorlake.terminal.onClose'], 'end'));
    await waitFor('it to end', async () => (await shells()).length === before.length - 1);
    await closeTerminal();
    await waitFor('the next to end', async () => (await shells()).length === before.length - 2);
    await tree.waitUntilGone('bash');
    assert.equal(await quick.widget.isVisible(), false);
  });

  it('says of a detached shell that it has probably ended, and takes its line away by key', async function () {
    const { window, page, tree, editor } = panel();
    if (editor.kind !== 'server') this.skip();
    const before = await shells();
    assert.equal(before.length, 1);
    await waitForKeptTerminals(page, 1);
    await window.reload();
    await showContainer(page, 'Tensorlake');
    await tree.expand('api-dev');
    await soon(async () => assert.match(await tree.description('bash'), /^at most 5 min left/));
    await ageDetachedTerminals(page, 300_000);
    await window.reload();
    await showContainer(page, 'Tensorlake');
    await tree.expand('api-dev');
    await soon(async () =>
      assert.equal(await tree.description('bash'), 'probably ended · left by a window that closed'),
    );
    await soon(async () =>
      assert.deepEqual(await tree.contextMenu('bash'), ['Reattach Terminal…', 'Remove Ended Terminals']),
    );
    await soon(async () =>
      assert.match(await tree.tooltip('bash', 'The service ends'), /so this one has probably ended/),
    );
    await panel().picture('terminal-probably-ended');
    await tree.row('api-dev').first().focus();
    await tree.select('api-dev');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await tree.waitUntilGone('bash');
    await tree.waitFor('api-dev');
    // Only the node was removed; no request was made about the shell.
    assert.deepEqual(await shells(), before);
  });
});
