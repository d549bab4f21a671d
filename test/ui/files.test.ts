import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soon, waitFor } from '../support/waitFor';
import { usePanel } from './support/panel';

describe('files below a sandbox', () => {
  const panel = usePanel({ emulator: { sandboxes: 3 } });
  let id = '';

  /** The file API of the sandbox, past the extension. */
  async function call(method: string, path: string, body?: string): Promise<string> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}/api/v1/files?path=${encodeURIComponent(path)}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'x-tensorlake-sandbox-id': id },
      ...(body !== undefined && { body }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return await response.text();
  }

  async function list(path: string): Promise<readonly string[]> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}/api/v1/files/list?path=${encodeURIComponent(path)}`, {
      headers: { authorization: `Bearer ${apiKey}`, 'x-tensorlake-sandbox-id': id },
    });
    const { entries } = (await response.json()) as { entries: readonly { name: string }[] };
    return entries.map(({ name }) => name);
  }

  before(async () => {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}/sandboxes/api-dev`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    ({ id } = (await response.json()) as { id: string });
    await call('PUT', '/workspace/app/main.py', 'print("hello")\n');
    await call('PUT', '/workspace/app/.env', 'A=1\n');
    await call('PUT', '/workspace/app/-rf $(x)', 'odd\n');
  });

  it('unfolds down to a file and opens it', async () => {
    const { tree, page } = panel();
    await tree.waitFor('api-dev');
    await tree.expand('api-dev');
    await tree.expand('Files');
    await tree.waitFor('/home/tl-user');
    await tree.expand('/');
    await tree.expand('workspace');
    await tree.expand('app');
    await tree.waitFor('-rf $(x)');
    await tree.waitFor('.env');
    await tree.select('main.py');
    await page.locator('.monaco-editor .view-line', { hasText: 'print("hello")' }).waitFor();
    await panel().picture('files-tree');
  });

  it('saves from the editor into the sandbox', async () => {
    const { page } = panel();
    await page.locator('.monaco-editor .view-line').first().click();
    await page.keyboard.press('Home');
    await page.keyboard.type('# typed ');
    await page.keyboard.press('Control+s');
    await waitFor('the sandbox to have it', async () =>
      (await call('GET', '/workspace/app/main.py')).startsWith('# typed print'),
    );
  });

  it('asks before it overwrites what changed meanwhile, of another size', async () => {
    const { page } = panel();
    await page.keyboard.type('mine ');
    await call('PUT', '/workspace/app/main.py', 'of somebody else\n');
    await page.keyboard.press('Control+s');
    await page.locator('.notification-toast', { hasText: 'content of the file is newer' }).waitFor();
    await panel().picture('files-conflict');
    await soon(async () => assert.equal(await call('GET', '/workspace/app/main.py'), 'of somebody else\n'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+p');
    await page.keyboard.type('File: Revert File');
    await page.keyboard.press('Enter');
    await page.locator('.monaco-editor .view-line', { hasText: 'of somebody else' }).waitFor();
  });

  it('asks before it overwrites what changed meanwhile, of the same size', async () => {
    const { page, dialog, notifications } = panel();
    await page.locator('.monaco-editor .view-line').first().click();
    await page.keyboard.type('mine ');
    await call('PUT', '/workspace/app/main.py', 'OF SOMEBODY ELSE\n');
    await page.keyboard.press('Control+s');
    await soon(async () =>
      assert.match(await dialog.message(), /main\.py was changed in the sandbox since it was opened/),
    );
    await panel().picture('files-conflict-same-size');
    await dialog.press('Cancel');
    await soon(async () => assert.equal(await call('GET', '/workspace/app/main.py'), 'OF SOMEBODY ELSE\n'));
    await notifications.press('was left as it is there', 'Retry');
    await dialog.press('Overwrite');
    await waitFor('the sandbox to have it', async () =>
      (await call('GET', '/workspace/app/main.py')).includes('mine'),
    );
  });

  it('renames and deletes by key what is focused, and never the sandbox', async () => {
    const { tree, quick, dialog, page } = panel();
    await tree.select('.env');
    await tree.row('.env').first().focus();
    await page.keyboard.press('F2');
    await quick.waitFor('Rename .env');
    await quick.type('.environment');
    await quick.accept();
    await tree.waitFor('.environment');
    await tree.select('.environment');
    await page.keyboard.press('Delete');
    await soon(async () => assert.match(await dialog.message(), /Delete \/workspace\/app\/\.environment/));
    await panel().picture('files-delete');
    await dialog.press('Delete');
    await tree.waitUntilGone('.environment');
    await tree.waitFor('api-dev');
  });

  it('shows how far an upload is, and cancels it without a trace', async () => {
    const { tree, quick, dialog, page } = panel();
    const folder = mkdtempSync(join(tmpdir(), 'tl-upload-'));
    const file = join(folder, 'large.bin');
    writeFileSync(file, '');
    truncateSync(file, 1500 * 1024 * 1024);
    try {
      await tree.chooseFromContextMenu('app', 'Upload…');
      await quick.waitFor('Upload to /workspace/app in api-dev');
      // The dialog puts the path of the workspace in front of what is there before its list is.
      await quick.waitFor('notes.md');
      await quick.type(file);
      await quick.waitFor('large.bin');
      await quick.accept();
      await soon(async () => assert.match(await dialog.message(), /^Upload 1\.5 GB to api-dev\?$/));
      await dialog.press('Upload');
      const toast = page.locator('.notification-toast', { hasText: /Uploading to api-dev.*of 1\.5 GB/ });
      await toast.waitFor();
      await panel().picture('files-upload');
      await toast.locator('.monaco-button', { hasText: 'Cancel' }).click();
      await toast.waitFor({ state: 'detached' });
      await waitFor('nothing to be left of it', async () =>
        (await list('/workspace/app')).every(
          name => name !== 'large.bin' && !name.startsWith('.tensorlake-'),
        ),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
