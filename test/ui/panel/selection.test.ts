import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { movePointerAway, runCommand } from '../../support/window/index';
import { usePanel, type Panel } from '../support/panel';
import { waitForStoredState } from '../support/storedState';

/** What is slow while other suites run on the machine. */
const patientMs = 40_000;

async function lit({ tree }: Panel): Promise<readonly string[]> {
  return (await tree.root.locator('.monaco-list-row.selected .label-name').allInnerTexts()).sort();
}

async function focused({ tree }: Panel): Promise<string> {
  return (await tree.root.locator('.monaco-list-row.focused .label-name').allInnerTexts()).join();
}

async function litAre(panel: Panel, ...names: readonly string[]): Promise<void> {
  await soon(async () => assert.deepEqual(await lit(panel), [...names].sort()), patientMs);
}

/** Selects several rows; the keyboard is on the last of them. */
async function selectAll(panel: Panel, ...names: readonly string[]): Promise<void> {
  const { tree, page } = panel;
  const [first = '', ...others] = names;
  await movePointerAway(page);
  await tree.select(first);
  await page.keyboard.down('Control');
  for (const name of others) await tree.select(name);
  await page.keyboard.up('Control');
  await litAre(panel, ...names);
}

async function ask({ emulator }: Panel, method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(`${emulator.url}/sandboxes/${path}`, {
    method,
    headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
}

describe('selected rows', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 12, speed: 4 } });

  before(async () => {
    await panel().tree.waitFor('docs');
    await panel().tree.waitFor('inference');
  });

  it('stay lit when one of them looks different', async () => {
    const { tree } = panel();
    await selectAll(panel(), 'api-dev', 'inference', 'docs');
    await ask(panel(), 'PATCH', 'api-dev', { exposed_ports: [8080, 8081] });
    await soon(async () => assert.match(await tree.description('api-dev'), /8081/), patientMs);
    await litAre(panel(), 'api-dev', 'inference', 'docs');
    await panel().picture('selection-redrawn');
  });

  it('stay lit while an action takes them to another group, and the menus stay whole after it', async () => {
    const { tree } = panel();
    await selectAll(panel(), 'docs', 'etl-nightly');
    await tree.chooseFromContextMenu('docs', 'Resume');
    await panel().dialog.press('Resume 2 Sandboxes');
    for (const name of ['docs', 'etl-nightly'])
      await tree.rowByAriaLabel(`${name}, running`).first().waitFor({ timeout: patientMs });
    await litAre(panel(), 'docs', 'etl-nightly');
    await movePointerAway(panel().page);
    await tree.select('docs');
    await soon(async () => assert.ok((await tree.contextMenu('docs')).includes('Show Details')), patientMs);
  });

  it('are found by the menus of what is left when they leave the list', async () => {
    const { tree, dialog } = panel();
    await selectAll(panel(), 'etl-nightly', 'browser-agent');
    await tree.chooseFromContextMenu('etl-nightly', 'Terminate…');
    await dialog.press('Terminate 2 Sandboxes');
    await tree.waitUntilGone('etl-nightly');
    await tree.waitUntilGone('browser-agent');
    await soon(async () => assert.ok((await tree.contextMenu('docs')).includes('Show Details')), patientMs);
  });

  it('are followed into another group, without taking the focus from an editor', async () => {
    const { tree, page, quick } = panel();
    await movePointerAway(page);
    await tree.select('docs');
    await tree.chooseFromContextMenu('docs', 'Suspend');
    await page.keyboard.press('Control+p');
    await quick.type('notes.md');
    await quick.item('notes.md').first().waitFor();
    await quick.accept();
    const editor = page.locator('.monaco-editor.focused');
    await editor.first().waitFor();
    await tree.rowByAriaLabel('docs, suspended').first().waitFor({ timeout: patientMs });
    await litAre(panel(), 'docs');
    assert.equal(await editor.count(), 1);
  });

  describe('and keys', () => {
    it('do not fold or unfold the row they act on', async () => {
      const { tree, page, quick, dialog } = panel();
      await movePointerAway(page);
      await tree.select('docs');
      await tree.collapse('api-dev');
      const isFolded = async (): Promise<void> =>
        assert.equal(await tree.row('api-dev').first().getAttribute('aria-expanded'), 'false');
      // To the row by the keyboard, which selects nothing.
      await tree.row('Running').first().locator('.label-name').click({ button: 'right' });
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowDown');
      await soon(async () => assert.equal(await focused(panel()), 'api-dev'));
      await page.keyboard.press('F2');
      await quick.waitFor('Rename api-dev');
      await isFolded();
      await litAre(panel(), 'api-dev');
      await quick.cancel();
      await page.keyboard.press('Delete');
      await soon(async () => assert.equal(await dialog.message(), 'Terminate api-dev?'), patientMs);
      await isFolded();
      await dialog.press('Cancel');
      await page.keyboard.press('Control+c');
      await page.keyboard.press('Control+c');
      await isFolded();
      await litAre(panel(), 'api-dev');
    });

    it('act on all that is lit, or on the row under the keyboard alone, which is lit then', async () => {
      const { tree, page, dialog } = panel();
      await selectAll(panel(), 'inference', 'api-dev');
      await page.keyboard.press('Delete');
      await soon(async () => assert.equal(await dialog.message(), 'Terminate 2 sandboxes?'), patientMs);
      await dialog.press('Cancel');
      await litAre(panel(), 'inference', 'api-dev');
      await tree.row('docs').first().locator('.label-name').click({ button: 'right' });
      await page.locator('.monaco-menu').first().waitFor();
      await page.keyboard.press('Escape');
      await soon(async () => assert.equal(await focused(panel()), 'docs'));
      await page.keyboard.press('Delete');
      await soon(async () => assert.equal(await dialog.message(), 'Terminate docs?'), patientMs);
      await panel().picture('selection-acted-on');
      await dialog.press('Cancel');
      await litAre(panel(), 'docs');
    });

    it('open the details of a row that has nothing to unfold, by Enter and by a double click', async () => {
      const { tree, page } = panel();
      const tab = page.locator('.tab', { hasText: 'docs' });
      await movePointerAway(page);
      await tree.select('docs');
      assert.equal(await tab.count(), 0);
      await page.keyboard.press('Enter');
      await tab.first().waitFor({ timeout: patientMs });
      await runCommand(page, 'View: Close All Editors');
      await tab.first().waitFor({ state: 'detached' });
      await soon(async () => {
        await tree.row('docs').first().locator('.label-name').dblclick();
        await tab.first().waitFor({ timeout: 5_000 });
      }, patientMs);
      await runCommand(page, 'View: Close All Editors');
      await tab.first().waitFor({ state: 'detached' });
    });

    it('leave Enter what it does on rows that have something to unfold', async () => {
      const { tree, page } = panel();
      await tree.select('docs');
      await tree.collapse('Running');
      await tree.row('Running').first().locator('.label-name').click({ button: 'right' });
      await page.locator('.monaco-menu').first().waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Enter');
      await tree.waitFor('api-dev');
    });
  });
});

describe('a reload', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 12 } });

  it('brings back what was unfolded and selected, and sends no sandbox anything', async () => {
    const { tree, page, window, emulator } = panel();
    await tree.waitFor('docs');
    await tree.collapse('Pending');
    await tree.expand('api-dev');
    await tree.expand('Files');
    await waitFor('the folder to be read', () => emulator.proxyRequests() > 0, patientMs);
    await tree.select('docs');
    const asked = emulator.proxyRequests();
    const answer = await fetch(`${emulator.url}/sandboxes/docs`, {
      headers: { authorization: `Bearer ${emulator.apiKey}` },
    });
    const { id } = (await answer.json()) as { readonly id: string };
    await waitForStoredState(page, `"selected":"${id}"`);
    await window.reload();
    await tree.waitFor('docs');
    await tree.waitFor('Files');
    await litAre(panel(), 'docs');
    const isUnfolded = async (label: string): Promise<string | null> => {
      return await tree.row(label).first().getAttribute('aria-expanded');
    };
    await soon(async () => assert.equal(await isUnfolded('Pending'), 'false'));
    assert.equal(await isUnfolded('Suspended'), 'true');
    assert.equal(await isUnfolded('Files'), 'false');
    assert.equal(await page.evaluate("document.activeElement?.closest('[role=tree]') === null"), true);
    await panel().picture('selection-reloaded');
    assert.equal(emulator.proxyRequests(), asked);
  });
});
