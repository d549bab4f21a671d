import assert from 'node:assert/strict';
import { soon, waitFor } from '../support/waitFor';
import { runCommand, showContainer, TerminalView } from '../support/window/index';
import { usePanel } from './support/panel';

describe('a terminal in a sandbox', () => {
  const panel = usePanel({
    emulator: { sandboxes: 6, speed: 20 },
    settings: { 'terminal.integrated.gpuAcceleration': 'off' },
  });
  const view = (): TerminalView => new TerminalView(panel().page);

  /** What the shell holds to be the size of its terminal. */
  async function size(mark: string): Promise<string> {
    await view().run(`echo "${mark}=$(stty size)="`);
    await view().waitFor(new RegExp(`${mark}=\\d+ \\d+=`));
    return new RegExp(`${mark}=(\\d+ \\d+)=`).exec(await view().text())?.[1] ?? '';
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
    await view().focus();
    await panel().page.keyboard.press('Escape');
    let columns = 0;
    await soon(async () => {
      await view().run(':set columns?');
      await view().waitFor(/columns=\d+/);
      columns = Number(/columns=(\d+)/.exec(await view().text())?.[1]);
      assert.ok(columns < Number(before.split(' ')[1]), `${columns} columns after ${before}`);
    });
    await view().waitFor('written in a sandbox');
    await panel().picture('terminal-vim');
    await view().run(':q!');
    await soon(async () => assert.equal(Number((await size('after')).split(' ')[1]), columns));
    await panel().page.setViewportSize({ width: 1280, height: 800 });
  });

  it('asks what becomes of the shell when it is closed, and keeps a detached one below its sandbox', async () => {
    const { quick, tree, page } = panel();
    await view().focus();
    await runCommand(page, 'Terminal: Kill the Active Terminal Instance');
    await quick.waitFor('Terminal Closed: api-dev');
    await panel().picture('terminal-closed');
    await quick.pick('Detach');
    await tree.expand('api-dev');
    await tree.waitFor('bash');
    await panel().picture('terminal-detached');
    await soon(async () =>
      assert.match(await tree.description('bash'), /^detached < 1 min ago · opened < 1 min ago$/),
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

  it('waits while the sandbox is suspended and resumes it on Enter', async () => {
    const { tree } = panel();
    await tree.chooseFromContextMenu('api-dev', 'Suspend');
    await view().waitFor('Press Enter to resume it');
    await panel().picture('terminal-suspended');
    await view().run('');
    await view().waitFor('Connected again.');
    await view().run('echo "{$kept}"');
    await view().waitFor('{yes-2}');
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
});
