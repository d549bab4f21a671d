import assert from 'node:assert/strict';
import { runCommand, webviewPage } from '../../support/window/index';
import { Panel, usePanel } from '../support/panel';
import { ScriptedService } from '../support/scriptedService';

const link = '(command:workbench.action.files.newUntitledFile)';
const name = `[Go On]${link} $(trash)`;

/** The text of an element without what has no width. */
function seen(text: string): string {
  return text.replaceAll('\u200b', '');
}

describe('names and errors that look like links and icons', () => {
  const service = new ScriptedService();
  let panel: Panel;

  before(async () => {
    service.put({
      id: 'sbx-worst',
      name,
      status: 'running',
      created_at: '2026-01-02T03:04:05Z',
      image: '$(trash)',
      timeout_secs: 600,
      resources: { cpus: 1e308, memory_mb: 1e308, ephemeral_disk_mb: 1e308 },
      exposed_ports: Array.from({ length: 60_000 }, (_, index) => index + 1),
      allow_unauthenticated_access: false,
      outcome: null,
    });
    service.refusal = `Quota reached. [Retry]${link}`;
    panel = await Panel.open({ settings: { 'tensorlake.apiUrl': await service.start() } });
    await panel.tree.waitFor(name);
  });
  afterEach(async () => {
    // What a failed case left open would fail the next ones too.
    for (let layer = 0; layer < 2; layer += 1) await panel.page.keyboard.press('Escape');
  });
  after(async () => {
    await panel.close();
    await service.stop();
  });

  /** Nothing in the window can be clicked to run a command that a stranger named. */
  async function assertNoLink(): Promise<void> {
    for (const text of ['Go On', 'Retry'])
      assert.equal(await panel.page.locator('a:not(.label-name)', { hasText: text }).count(), 0, text);
    assert.equal(await panel.page.locator('a[href^="command:workbench"]').count(), 0);
  }

  it('are text in the tree and its tooltip, and no longer than a row', async () => {
    const { tree } = panel;
    assert.equal(await tree.ariaLabel(name).then(label => label.startsWith(`${name}, running`)), true);
    assert.ok((await tree.description(name)).length < 400);
    assert.match(await tree.tooltip(name, 'sbx-worst'), /newUntitledFile/);
    await assertNoLink();
    await panel.picture('strangers-tree');
  });

  it('are text in a notification', async () => {
    const { tree, notifications } = panel;
    await tree.chooseFromContextMenu(name, 'Suspend');
    const message = seen(await notifications.message('Quota reached'));
    assert.ok(message.includes(`Quota reached. [Retry]${link}`), message);
    await assertNoLink();
    await panel.picture('strangers-notification');
    await notifications.dismiss('Quota reached');
  });

  it('are text in a question', async () => {
    const { tree, dialog } = panel;
    await tree.chooseFromContextMenu(name, 'Terminate…');
    assert.ok(`${await dialog.message()} ${await dialog.detail()}`.includes(`[Go On]${link}`));
    await assertNoLink();
    await panel.picture('strangers-question');
    await panel.page.keyboard.press('Escape');
  });

  it('are text in a pick list', async () => {
    const { status, quick } = panel;
    await status.click();
    const items = (await quick.items()).map(seen);
    assert.ok(items.includes(name), items.join('\n'));
    assert.equal(await panel.page.locator('.quick-input-list .codicon-trash').count(), 0);
    await panel.picture('strangers-list');
    await quick.cancel();
  });

  it('are text below an input box, when a change is refused', async () => {
    const { tree, quick, page } = panel;
    await tree.chooseFromContextMenu(name, 'Change', 'Rename…');
    await quick.type('other');
    await quick.accept();
    await page.getByText('Quota reached').first().waitFor();
    await assertNoLink();
    await panel.picture('strangers-input');
    await page.keyboard.press('Escape');
  });

  it('are text on the page and in its tab', async () => {
    const { tree, page } = panel;
    await tree.chooseFromContextMenu(name, 'Show Details');
    await webviewPage(page).getByRole('heading', { level: 1, name }).waitFor();
    const tab = page.locator('.tabs-container .tab', { hasText: 'Go On' });
    assert.equal(seen(await tab.innerText()).trim(), name);
    assert.equal(await tab.locator('.codicon-trash').count(), 0);
    await assertNoLink();
    await panel.picture('strangers-page');
  });
});

describe('files and commands that look like links and icons', () => {
  const panel = usePanel({ emulator: { sandboxes: 6, speed: 20 } });

  async function inside(script: string): Promise<void> {
    const { url, apiKey } = panel().emulator;
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const { id } = (await (await fetch(`${url}/sandboxes/api-dev`, { headers })).json()) as { id: string };
    const response = await fetch(`${url}/api/v1/processes/run`, {
      method: 'POST',
      headers: { ...headers, 'x-tensorlake-sandbox-id': id },
      body: JSON.stringify({ command: 'sh', args: ['-c', script] }),
    });
    assert.match(await response.text(), /"exit_code":0/);
  }

  it('are text when a terminal cannot be opened in a folder that is gone', async () => {
    const { tree, page, notifications } = panel();
    const folder = `[Show Log]${link}`;
    await inside(`mkdir -p '/workspace/a/${folder}'; printf one > '/workspace/a/[Open It]${link}'`);
    for (const label of ['api-dev', 'Files', '/', 'workspace', 'a']) await tree.expand(label);
    await tree.waitFor(folder);
    await panel().picture('strangers-files');
    await inside(`rmdir '/workspace/a/${folder}'`);
    await tree.chooseFromContextMenu(folder, 'Open Terminal in Folder…');
    const message = seen(await notifications.message('No shell could be started'));
    assert.ok(message.includes(folder), message);
    assert.equal(await page.locator('.notification-list-item-message a').count(), 0);
    await panel().picture('strangers-folder');
    await notifications.dismiss('No shell could be started');
  });

  it('are text in what the editor itself says of a file', async () => {
    const { tree, page, notifications } = panel();
    const file = `[Open It]${link}`;
    await tree.select(file);
    const line = page.locator('.monaco-editor .view-line', { hasText: 'one' });
    await line.click();
    await page.keyboard.type('mine ');
    await inside(`printf 'of somebody else' > '/workspace/a/${file}'`);
    await page.keyboard.press('Control+s');
    const message = seen(await notifications.message('content of the file is newer'));
    assert.ok(message.includes(file), message);
    const toast = notifications.toast('content of the file is newer');
    assert.equal(await toast.locator('a', { hasText: 'Open It' }).count(), 0);
    await panel().picture('strangers-conflict');
    await runCommand(page, 'File: Revert File');
    await page.locator('.monaco-editor .view-line', { hasText: 'of somebody else' }).waitFor();
  });

  it('are text in the history of commands', async () => {
    const { tree, quick, page } = panel();
    for (const isFirst of [true, false]) {
      await tree.chooseFromContextMenu('api-dev', 'Run Command…');
      await quick.waitFor('Type a command line');
      if (!isFirst) break;
      await quick.type('echo $(trash)');
      await quick.accept();
      await quick.waitUntilClosed();
      const tab = page.locator('.single-terminal-tab');
      await tab.filter({ hasText: 'trash' }).waitFor();
      assert.equal(await tab.locator('.codicon-trash').count(), 0);
    }
    const items = (await quick.items()).map(seen);
    assert.ok(items.includes('echo $(trash)'), items.join('\n'));
    assert.equal(await page.locator('.quick-input-list .codicon-trash').count(), 0);
    await panel().picture('strangers-history');
    await quick.cancel();
  });
});
