import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { soon } from '../../support/waitFor';
import { Tree, runCommand } from '../../support/window/index';
import { usePanel } from '../support/panel';

describe('search in a sandbox', () => {
  const panel = usePanel({ emulator: { sandboxes: 2 }, settings: { 'files.autoSave': 'off' } });

  async function write(path: string, body: string): Promise<void> {
    const { url, apiKey } = panel().emulator;
    const found = await fetch(`${url}/sandboxes/api-dev`, { headers: { authorization: `Bearer ${apiKey}` } });
    const { id } = (await found.json()) as { id: string };
    const response = await fetch(`${url}/api/v1/files?path=${encodeURIComponent(path)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${apiKey}`, 'x-tensorlake-sandbox-id': id },
      body,
    });
    assert.ok(response.ok);
  }

  before(async () => {
    const lines = Array.from({ length: 80 }, (_, index) => `line ${index + 1}\n`);
    lines[59] = '    the needle is here\n';
    await write('/home/tl-user/src/main.py', lines.join(''));
    await write('/home/tl-user/src/deep/other.txt', 'Needle one\n[needle](command:x) $(zap) two\n');
    await write('/home/tl-user/quiet.txt', 'nothing\n');
  });

  const results = (): Tree => new Tree(panel().page, 'Sandbox Search');

  it('unfolds the home folder below the root too', async () => {
    const { tree } = panel();
    await tree.waitFor('api-dev');
    await soon(async () => assert.match(await tree.description('Running'), /^2\b/));
    for (const name of ['api-dev', 'Files', '/home/tl-user']) await tree.expand(name);
    await tree.waitFor('quiet.txt');
    await tree.collapse('/home/tl-user');
    for (const name of ['/', 'home', 'tl-user']) await tree.expand(name);
    await tree.waitFor('quiet.txt');
    await tree.collapse('/');
  });

  it('shows lines by file, and opens one at its line, in a tab that names the sandbox', async () => {
    const { tree, quick, page } = panel();
    await tree.chooseFromContextMenu('/home/tl-user', 'Find in Sandbox…');
    await quick.waitFor('Text to find in the files of /home/tl-user');
    assert.equal(await quick.title(), 'Find in api-dev');
    await quick.type('needle');
    await panel().picture('search-question');
    await quick.accept();
    await results().waitFor('main.py');
    await results().waitFor('other.txt');
    await results().waitForMessage(/3 results in 2 files · needle · \/home\/tl-user in api-dev/);
    // Only ripgrep leaves out what .gitignore names.
    const hasRipgrep = spawnSync('sh', ['-c', 'command -v rg']).status === 0;
    await results().waitForMessage(hasRipgrep ? /in api-dev\s*$/ : /with the files that \.gitignore names/);
    assert.equal(await results().description('the needle is here'), '60');
    await results().waitFor('[needle](command:x) $(zap) two');
    for (const [theme, name, mark] of [
      ['Light Modern', 'light', 'vs'],
      ['Dark High Contrast', 'high-contrast', 'hc-black'],
      ['Dark Modern', 'dark', 'vs-dark'],
    ] as const) {
      await runCommand(page, 'Preferences: Color Theme');
      await quick.waitFor('Select Color Theme');
      await quick.type(theme);
      await quick
        .item(theme)
        .or(quick.item(`Default ${theme}`))
        .first()
        .click();
      await quick.waitUntilClosed();
      await page.locator(`.monaco-workbench.${mark}`).waitFor();
      await panel().picture(`search-results-${name}`);
    }
    await results().select('the needle is here');
    await page.locator('.tab.active', { hasText: 'main.py (api-dev)' }).waitFor();
    await page.locator('.monaco-editor .view-line', { hasText: 'the needle is here' }).waitFor();
    await panel().picture('search-opened');
  });

  it('says that nothing was found, and leaves when it is cleared', async () => {
    const { quick, page } = panel();
    await panel().run('Find in Sandbox…');
    await quick.waitFor('In which sandbox?');
    await quick.item('api-dev').first().click();
    await quick.waitFor('Text to find');
    await quick.type('no such text anywhere');
    await quick.accept();
    await results().waitForMessage(/No results · no such text anywhere/);
    await results().clickTitleAction('Clear Search Results');
    await page
      .locator('.composite-bar .action-item', { hasText: 'Sandbox Search' })
      .waitFor({ state: 'detached' });
  });

  it('is offered by the New File of the editor too, beside text files', async () => {
    const { quick, page } = panel();
    await runCommand(page, 'Create: New File...');
    await page.locator('.quick-input-list-row', { hasText: 'File in Sandbox…' }).waitFor();
    await panel().picture('new-file');
    await quick.cancel();
  });
});
