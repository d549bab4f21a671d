import { waitFor } from '../../test/support/waitFor';
import { movePointerAway, runCommand, Tree } from '../../test/support/window/index';
import { ask, home, write } from './ask';
import type { Scene } from './camera';

/** The list of sandboxes, and files below them. */
export const panelScenes: Readonly<Record<string, Scene>> = {
  panel: async camera => {
    const { panel } = camera;
    const { tree } = panel;
    await tree.waitFor('docs');
    await ask(panel, 'POST', '/sandboxes', {
      name: 'broken',
      image: 'missing/image',
      resources: { cpus: 1, memory_mb: 1024 },
      wait: false,
    });
    await waitFor(
      'its end',
      async () => {
        await tree.clickTitleAction('Refresh');
        return (await tree.row('Terminated').count()) > 0;
      },
      60_000,
    );
    await tree.expand('Terminated');
    await tree.waitFor('broken');
    await movePointerAway(panel.page);
    await camera.take('panel');
    await tree.collapse('Running');
    await tree.collapse('Terminated');
    await movePointerAway(panel.page);
    await camera.take('panel-folded');
    await tree.expand('Running');
    await panel.run('Show History');
    await tree.expand('Terminated');
    await camera.take('panel-history');
    await panel.run('Hide History');
    await tree.select('api-dev');
  },
  selection: async camera => {
    const { tree, page } = camera.panel;
    await tree.select('api-dev');
    await page.keyboard.down('Control');
    for (const name of ['inference', 'docs']) await tree.select(name);
    await page.keyboard.up('Control');
    await movePointerAway(page);
    await camera.take('selection-several');
    await tree.openContextMenu('inference');
    await camera.take('selection-menu');
    await page.keyboard.press('Escape');
    await tree.select('api-dev');
  },
  hover: async camera => {
    const { tree } = camera.panel;
    await tree.tooltip('api-dev');
    await camera.take('hover');
  },
  menu: async camera => {
    const { tree, page } = camera.panel;
    await tree.openContextMenu('api-dev');
    await camera.take('menu');
    for (const [submenu, entry] of [
      ['Change', 'Rename…'],
      ['Copy', 'Copy Id'],
      ['More', 'Show Raw JSON'],
    ] as const) {
      const label = page.locator('.monaco-menu .action-label');
      await label
        .filter({ hasText: new RegExp(`^${submenu}$`) })
        .first()
        .hover();
      await label.filter({ hasText: entry }).first().waitFor();
      await camera.take(`menu-${submenu.toLowerCase()}`);
    }
    for (let layer = 0; layer < 3; layer += 1) await page.keyboard.press('Escape');
    await tree.openContextMenu('Running');
    await camera.take('menu-group');
  },
  files: async camera => {
    const { panel } = camera;
    const { tree, page } = panel;
    await ask(panel, 'POST', '/sandboxes', { name: 'other', resources: { cpus: 1, memory_mb: 1024 } });
    await tree.rowByAriaLabel('other, running').first().waitFor();
    await write(panel, 'api-dev', `${home}/notes.txt`, 'notes of api-dev: the needle is here\n');
    await write(panel, 'api-dev', `${home}/src/main.py`, 'print("needle")\n');
    await write(panel, 'other', `${home}/notes.txt`, 'notes of other\n');
    await tree.collapse('api-dev');
    for (const name of ['other', 'api-dev']) {
      await tree.expand(name);
      await tree.expand('Files');
      await tree.expand(home);
      await tree.waitFor('notes.txt');
      await tree.select('notes.txt');
      await page.keyboard.press('Enter');
      await page
        .locator('.tab', { hasText: `notes.txt (${name})` })
        .first()
        .waitFor();
      if (name === 'other') await tree.collapse(name);
    }
    await movePointerAway(page);
    await camera.take('files-same-name');
    await page.locator('.tab', { hasText: 'notes.txt (other)' }).first().hover();
    await page.locator('.monaco-hover').filter({ visible: true }).first().waitFor();
    await camera.take('files-tab-hover');
    await movePointerAway(page);
    await tree.openContextMenu('notes.txt');
    await camera.take('files-menu');
  },
  search: async camera => {
    const { panel } = camera;
    const { tree, quick, page } = panel;
    await tree.chooseFromContextMenu(home, 'Find in Sandbox…');
    await quick.waitFor('Text to find');
    await quick.type('needle');
    await camera.take('search-question');
    await quick.accept();
    const results = new Tree(page, 'Sandbox Search');
    await results.waitFor('main.py');
    await results.select('print("needle")');
    await movePointerAway(page);
    await camera.take('search-results');
    await results.clickTitleAction('Clear Search Results');
    await runCommand(page, 'View: Hide Panel');
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Tensorlake: Focus on Sandboxes View');
    await tree.collapse('api-dev');
  },
};
