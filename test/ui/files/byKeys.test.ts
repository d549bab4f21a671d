import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soon, waitFor } from '../../support/waitFor';
import { clipboardText } from '../../support/window/index';
import { Keyboard } from '../support/keyboard';
import { usePanel } from '../support/panel';

const home = '/home/tl-user';

describe('files of a sandbox by keys alone', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 3 }, isLeftClosed: true });
  const folder = mkdtempSync(join(tmpdir(), 'tl-keys-'));
  let keys: Keyboard;
  let id = '';

  async function call(method: string, path: string, body?: string): Promise<Response> {
    const { url, apiKey } = panel().emulator;
    return await fetch(`${url}/api/v1/files?path=${encodeURIComponent(path)}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'x-tensorlake-sandbox-id': id },
      ...(body !== undefined && { body }),
    });
  }

  before(async () => {
    const { url, apiKey } = panel().emulator;
    const answer = await fetch(`${url}/sandboxes/api-dev`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    ({ id } = (await answer.json()) as { readonly id: string });
    await call('PUT', `${home}/main.py`, 'print("hello")\n');
    keys = await Keyboard.take(panel());
    await panel().tree.rowByAriaLabel('api-dev, running').first().waitFor();
  });
  afterEach(async () => await keys.verify());
  after(() => rmSync(folder, { recursive: true }));

  it('are unfolded to, opened, edited and saved', async () => {
    const { page } = panel();
    await keys.unfold('api-dev', 'Files');
    await keys.unfold('Files', home);
    await keys.unfold(home, 'main.py');
    await keys.toRow('main.py');
    await keys.press('Enter');
    await page.locator('.tab.active', { hasText: 'main.py (api-dev)' }).waitFor();
    await keys.command('View: Focus First Editor Group');
    await page.locator('.monaco-editor.focused').waitFor();
    await keys.press('Control+Home');
    await page.keyboard.type('# by keys ');
    await keys.press('Control+s');
    await waitFor('the sandbox to have it', async () =>
      (await (await call('GET', `${home}/main.py`)).text()).startsWith('# by keys print'),
    );
  });

  it('are made, renamed by F2, copied as a path and deleted', async () => {
    const { tree, page } = panel();
    await keys.menu(home, 'New File in Sandbox…');
    await keys.answer(`Name in ${home}`, 'made.txt');
    await page.locator('.tab.active', { hasText: 'made.txt' }).waitFor();
    await page.locator('.monaco-editor.focused').waitFor();
    await keys.toRow('made.txt');
    await keys.press('F2');
    await keys.answer('Rename made.txt', 'renamed.txt');
    await tree.waitFor('renamed.txt');
    await keys.toRow('renamed.txt');
    await keys.press('Control+c');
    await soon(async () => assert.equal(await clipboardText(page), `${home}/renamed.txt`));
    await keys.press('Delete');
    await keys.dialog(/renamed\.txt/, 'Delete');
    await tree.waitUntilGone('renamed.txt');
    assert.equal((await call('GET', `${home}/renamed.txt`)).status, 404);
  });

  it('are uploaded and downloaded, through the dialogs of the editor', async () => {
    const { quick, tree } = panel();
    const local = join(folder, 'local.txt');
    writeFileSync(local, 'of this machine\n');
    await keys.menu(home, 'Upload…');
    await quick.waitFor(`Upload to ${home} in api-dev`);
    // Until its list is loaded, the dialog puts the path of the workspace before what is typed.
    await quick.waitFor('notes.md');
    await keys.type(local);
    await quick.waitFor('local.txt');
    await keys.press('Enter');
    await tree.waitFor('local.txt');
    await keys.menu('main.py', 'Download…');
    await quick.waitFor('Download to which folder?');
    await quick.item('..').first().waitFor();
    await keys.type(`${folder}/`);
    await soon(async () => assert.equal(await quick.value(), `${folder}/`));
    // The dialog takes no answer while it reads the folder that was typed.
    await soon(async () => {
      await keys.press('Enter');
      await quick.widget.waitFor({ state: 'hidden', timeout: 3_000 });
    }, 40_000);
    const target = join(folder, 'main.py');
    await waitFor('the file', () => existsSync(target) && readFileSync(target, 'utf8').includes('by keys'));
  });

  it('are searched, and a line of the results is opened', async () => {
    const { page } = panel();
    await keys.menu(home, 'Find in Sandbox…');
    await keys.answer(`Text to find in the files of ${home}`, 'by keys');
    const row = page.locator('[role=tree][aria-label="Sandbox Search"] .monaco-list-row');
    await row.filter({ hasText: 'main.py' }).first().waitFor();
    await keys.command('View: Close All Editors');
    await keys.command('Sandbox Search: Focus on Sandbox Search View');
    await keys.inTree('Sandbox Search', '# by keys print("hello")', 'main.py');
    await keys.press('Enter');
    await page.locator('.tab.active', { hasText: 'main.py (api-dev)' }).waitFor();
  });

  it('are searched again and their results cleared, from the title of the view', async () => {
    const { page } = panel();
    const rows = page.locator('[role=tree][aria-label="Sandbox Search"] .monaco-list-row');
    await call('PUT', `${home}/later.txt`, 'also by keys\n');
    await keys.command('Sandbox Search: Focus on Sandbox Search View');
    await keys.inTree('Sandbox Search', '# by keys print("hello")', 'main.py');
    await keys.button('Search Again');
    await rows.filter({ hasText: 'later.txt' }).first().waitFor();
    await keys.command('Sandbox Search: Focus on Sandbox Search View');
    await keys.button('Clear Search Results');
    await page
      .locator('.composite-bar .action-item', { hasText: 'Sandbox Search' })
      .waitFor({ state: 'detached' });
  });
});
