import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { movePointerAway, runCommand, type Tree } from '../../support/window/index';
import { usePanel } from '../support/panel';

/** The most entries of a menu, its submenus counted, and the most commands in the palette. */
const mostEntries = 12;
const mostCommands = 60;

const submenus = ['Change', 'Copy', 'More'];

describe('what is offered', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 12, speed: 0.01 } });

  async function menuOf(label: string, name: string): Promise<readonly string[]> {
    const entries = await panel().tree.contextMenu(label);
    assert.ok(entries.length <= mostEntries, `${label}: ${entries.join(', ')}`);
    assert.ok(entries.filter(entry => submenus.includes(entry)).length <= submenus.length);
    await panel().tree.openContextMenu(label);
    await panel().picture(`menu-${name}`);
    await panel().page.keyboard.press('Escape');
    return entries;
  }

  /** The key that stands beside an entry of the open menu; empty without one. */
  async function keyOf(entry: string): Promise<string> {
    const item = panel()
      .page.locator('.monaco-menu .action-item')
      .filter({ has: panel().page.locator('.action-label', { hasText: entry }) });
    const key = item.last().locator('.keybinding');
    return (await key.count()) === 0 ? '' : await key.first().innerText();
  }

  before(async () => {
    await panel().tree.waitFor('api-dev');
    await panel().tree.waitFor('docs');
  });

  it('are at most twelve entries on each kind of row', async () => {
    const { tree } = panel();
    assert.equal((await menuOf('api-dev', 'running')).at(-1), 'Terminate…');
    assert.ok((await menuOf('docs', 'suspended')).includes('Resume'));
    assert.deepEqual(await menuOf('gpu-train', 'pending'), [
      'Show Details',
      'Show Logs',
      'Change',
      'Copy',
      'More',
      'Terminate…',
    ]);
    await menuOf('Running', 'group');
    await tree.expand('api-dev');
    await tree.waitFor('Files');
    await menuOf('Files', 'files');
    await menuOf('Processes', 'processes');
    await tree.expand('Files');
    await tree.waitFor('/home/tl-user');
    await menuOf('/home/tl-user', 'folder');
  });

  it('is less often needed in a submenu, with the keys beside the entries', async () => {
    const { tree, page } = panel();
    await tree.openContextMenu('api-dev');
    assert.match(await keyOf('Terminate…'), /^Del/);
    assert.match(await keyOf('Open Terminal'), /Ctrl\+Alt/);
    for (const [submenu, entry, key] of [
      ['Change', 'Rename…', /F2/],
      ['Copy', 'Copy Id', /Ctrl\+C/],
      ['More', 'Show Raw JSON', /^$/],
    ] as const) {
      await page
        .locator('.monaco-menu .action-label', { hasText: new RegExp(`^${submenu}$`) })
        .first()
        .hover();
      await page.locator('.monaco-menu .action-label', { hasText: entry }).first().waitFor();
      assert.match(await keyOf(entry), key, entry);
      await panel().picture(`menu-${submenu.toLowerCase()}`);
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.locator('.monaco-menu').first().waitFor({ state: 'detached' });
  });

  it('is what all of several selected rows have', async () => {
    const { tree, page } = panel();
    await movePointerAway(page);
    await tree.select('api-dev');
    await page.keyboard.down('Control');
    await tree.select('inference');
    await page.keyboard.up('Control');
    await soon(async () =>
      assert.deepEqual(await tree.contextMenu('inference'), [
        'Run Command…',
        'Suspend',
        'Create Snapshot…',
        'Copy',
        'More',
        'Terminate…',
      ]),
    );
    await tree.openContextMenu('inference');
    await panel().picture('menu-several');
    await page.keyboard.press('Escape');
  });

  it('has a button on a row of the history that creates it again', async () => {
    const { tree, quick } = panel();
    await panel().run('Show History');
    const name = await waitFor('the history', () => firstOfHistory(tree));
    // Its menu lacks what takes one row only while others are selected.
    await tree.select('docs');
    assert.ok((await tree.contextMenu(name)).includes('Create Again…'));
    await menuOf(name, 'terminated');
    assert.deepEqual(await tree.inlineActions(name), ['Create Again…']);
    await tree.clickInlineAction(name, 'Create Again…');
    await quick.waitFor('Create Again');
    await quick.cancel();
    await panel().run('Hide History');
    await tree.waitUntilGone('Terminated');
  });

  it('takes the selected row from the palette, and asks where it cannot', async () => {
    const { tree, quick, page } = panel();
    await tree.select('docs');
    await panel().run('Show Logs');
    await panel().picture('palette-selected');
    await page.locator('.tab', { hasText: 'docs' }).first().waitFor();
    assert.equal(await quick.widget.isVisible(), false);
    await runCommand(page, 'View: Close All Editors');
    await tree.select('docs');
    await panel().run('Suspend');
    await quick.waitFor('Suspend which sandbox?');
    await panel().picture('palette-asks');
    await quick.cancel();
  });

  it('takes the sandbox whose files are selected, for what goes inside it, and asks else', async () => {
    const { tree, quick, page } = panel();
    await tree.expand('api-dev');
    await tree.expand('Files');
    await tree.waitFor('/home/tl-user');
    await tree.select('/home/tl-user');
    await panel().run('Run Command…');
    await quick.waitFor('Run in api-dev');
    await quick.cancel();
    await tree.select('/home/tl-user');
    await panel().run('Suspend');
    await quick.waitFor('Suspend which sandbox?');
    await quick.cancel();
    await tree.select('api-dev');
    await panel().run('Open File');
    await quick.waitFor('Open a File of api-dev');
    assert.equal(await quick.value(), '/home/tl-user/');
    await quick.type('/home/tl-user/notes.txt');
    await quick.accept();
    await page.locator('.tab', { hasText: 'notes.txt (api-dev)' }).first().waitFor();
    await runCommand(page, 'View: Close All Editors');
    await tree.select('api-dev');
    await panel().run('Download…');
    await quick.waitFor('Download from api-dev');
    await quick.cancel();
    await tree.collapse('api-dev');
  });

  it('is at most sixty commands in the palette, and none that needs a row', async () => {
    const { page } = panel();
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget .quick-input-filter input');
    await input.fill('>Tensorlake: ');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    const seen = new Set<string>();
    await panel().picture('palette');
    for (let pressed = 0; pressed < 200; pressed++) {
      for (const label of await rows.evaluateAll(elements =>
        (elements as readonly { getAttribute(name: string): string | null }[]).map(
          element => element.getAttribute('aria-label') ?? '',
        ),
      ))
        if (label.startsWith('Tensorlake: ')) seen.add(label.replace(/,.*/, ''));
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Escape');
    // The editor's own, one for each view.
    const own = [...seen].filter(title => !/: Focus on .* View$/.test(title));
    assert.ok(own.length <= mostCommands && own.length > 30, `${own.length}: ${own.join(', ')}`);
    for (const title of ['Show Raw JSON', 'Kill Process…', 'Rename Selected…', 'Copy Id'])
      assert.ok(!own.includes(`Tensorlake: ${title}`), title);
  });

  it('is for the row under the keyboard, whichever is selected', async () => {
    const { tree, page, dialog } = panel();
    const focused = tree.root.locator('.monaco-list-row.focused .label-name');
    await tree.expand('api-dev');
    await tree.expand('Files');
    await tree.waitFor('/home/tl-user');
    // A folder is selected, so that the key is bound to deleting it.
    await tree.select('/home/tl-user');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await soon(async () => assert.equal(await focused.innerText(), 'api-dev'));
    await page.keyboard.press('Delete');
    await soon(async () => assert.equal(await dialog.message(), 'Terminate api-dev?'));
    await dialog.press('Cancel');
  });
});

async function firstOfHistory(tree: Tree): Promise<string | undefined> {
  const labels = await tree.labels();
  const at = labels.indexOf('Terminated');
  if (at < 0) return undefined;
  if (labels[at + 1] === undefined) await tree.expand('Terminated');
  return labels[at + 1];
}
