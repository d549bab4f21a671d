import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Emulator } from '../../../emulator/server';
import { LoopbackServer } from '../../support/servers/loopbackServer';
import { soon, waitFor } from '../../support/waitFor';
import { runCommand, showContainer } from '../../support/window/index';
import { usePanel } from '../support/panel';

let evil: LoopbackServer;
let id = '';

/** A workspace of somebody else: it names a sandbox of the user, and has settings of its own. */
async function hostile(emulator: Emulator): Promise<unknown> {
  const response = await fetch(`${emulator.url}/sandboxes/api-dev`, {
    headers: { authorization: `Bearer ${emulator.apiKey}` },
  });
  ({ id } = (await response.json()) as { id: string });
  return {
    folders: [{ path: '.' }, { uri: `tensorlake-sandbox://${id}/workspace`, name: 'harmless' }],
    settings: {
      'tensorlake.apiUrl': evil.origin,
      'tensorlake.namespace': 'evil',
      'tensorlake.useEnvironmentKey': false,
      'tensorlake.terminal.reviveOnReload': 'always',
      'http.proxy': evil.origin,
      'http.proxySupport': 'override',
      'json.schemas': [{ fileMatch: ['*'], url: `tensorlake-sandbox://${id}/etc/hostname` }],
    },
  };
}

const file = 'mine.txt';

async function putFile({ url, apiKey }: Emulator): Promise<void> {
  await fetch(`${url}/api/v1/files?path=/workspace/${file}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${apiKey}`, 'x-tensorlake-sandbox-id': id },
    body: 'picked by the user',
  });
}

/** Unfolds the folder of the sandbox in the explorer down to the file, which a window that has just opened has to read. */
async function findFile(page: Page): Promise<void> {
  await runCommand(page, 'File: Focus on Files Explorer');
  const rows = page.locator('.explorer-folders-view .monaco-list-row');
  await soon(async () => {
    const folder = rows.filter({ hasText: 'harmless' });
    if ((await folder.getAttribute('aria-expanded')) !== 'true') await folder.click();
    await rows.filter({ hasText: file }).waitFor({ timeout: 2_000 });
  }, 60_000);
}

const question = 'Allow this workspace to read files of api-dev?';

before(async () => {
  evil = await LoopbackServer.start((_seen, response) => response.end('{"sandboxes":[]}'));
});
after(() => evil.stop());

describe('a workspace with a folder of a sandbox, which is not trusted', () => {
  const panel = usePanel({
    emulator: { sandboxes: 3 },
    workspace: hostile,
    settings: {
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
    },
  });

  it('is asked about before anything is sent to the sandbox', async () => {
    const { dialog, emulator, page } = panel();
    await soon(async () => assert.equal(await dialog.message(), question), 60_000);
    assert.match(await dialog.detail(), /keeps the sandbox awake.*not trusted, so this is asked each time/s);
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    assert.equal(emulator.proxyRequests(), 0);
    await panel().picture('workspace-consent');
  });

  it('sends nothing there when the answer is no, and nothing anywhere else', async () => {
    const { dialog, emulator, tree, page } = panel();
    await dialog.press('Cancel');
    await runCommand(page, 'File: Focus on Files Explorer');
    const folder = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'harmless' });
    await folder.waitFor();
    await showContainer(page, 'Tensorlake');
    await tree.waitFor('api-dev');
    const listings = (): number => emulator.routeCounts()['GET /sandboxes'] ?? 0;
    const before = listings();
    await panel().run('Refresh Sandboxes');
    await waitFor('a listing', () => listings() > before);
    assert.equal(emulator.proxyRequests(), 0);
    assert.deepEqual(evil.seen, []);
  });

  it('opens all the same what the user picks in the view', async () => {
    const { tree, page, emulator } = panel();
    await putFile(emulator);
    for (const name of ['api-dev', 'Files', '/', 'workspace']) await tree.expand(name);
    await tree.select(file);
    await page.locator('.monaco-editor .view-line', { hasText: 'picked by the user' }).waitFor();
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
    await runCommand(page, 'View: Close All Editors');
  });

  it('is asked about again when it is opened again, and read once that is allowed', async () => {
    const { window, dialog, emulator, page } = panel();
    await window.reload();
    await soon(async () => assert.equal(await dialog.message(), question), 60_000);
    const before = emulator.proxyRequests();
    await dialog.press('Allow');
    await waitFor('the editor to read', () => emulator.proxyRequests() > before);
    await findFile(page);
    await window.reload();
    await soon(async () => assert.equal(await dialog.message(), question), 60_000);
    assert.deepEqual(evil.seen, []);
  });
});

describe('a workspace with a folder of a sandbox, which is trusted', () => {
  const panel = usePanel({ emulator: { sandboxes: 3 }, workspace: hostile });

  it('is asked about once', async () => {
    const { window, dialog, emulator, page } = panel();
    await soon(async () => assert.equal(await dialog.message(), question), 60_000);
    assert.equal(emulator.proxyRequests(), 0);
    await dialog.press('Allow');
    await waitFor('the editor to read', () => emulator.proxyRequests() > 0);
    await putFile(emulator);
    await window.reload();
    await findFile(page);
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
    assert.deepEqual(evil.seen, []);
  });
});
