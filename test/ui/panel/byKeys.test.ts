import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { clipboardText, setClipboardText, webviewPage } from '../../support/window/index';
import { Keyboard, showsFocus } from '../support/keyboard';
import { usePanel } from '../support/panel';

/** What is slow while other suites run on the machine. */
const patientMs = 40_000;

describe('sandboxes by keys alone', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 12, speed: 10 }, isLeftClosed: true });
  let keys: Keyboard;

  async function stateIs(name: string, state: string): Promise<void> {
    await panel().tree.rowByAriaLabel(`${name}, ${state}`).first().waitFor({ timeout: patientMs });
  }

  /** An answer of the emulator, without the extension. */
  async function read(path: string): Promise<unknown> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${apiKey}` } });
    return await response.json();
  }

  async function idOf(name: string): Promise<string> {
    return ((await read(`/sandboxes/${name}`)) as { id: string }).id;
  }

  /** Waits until what is done copies a text. */
  async function copies(text: string, act: () => Promise<void>): Promise<void> {
    await setClipboardText(panel().page, 'nothing was copied');
    await act();
    await soon(async () => assert.equal(await clipboardText(panel().page), text), patientMs);
  }

  before(async () => {
    keys = await Keyboard.take(panel());
    await stateIs('docs', 'suspended');
  });
  afterEach(async () => await keys.verify());

  it('are walked over with the arrows, folded and unfolded', async () => {
    await keys.toRow('Running');
    await keys.press('ArrowDown');
    assert.equal(await keys.row(), 'api-dev');
    await keys.press('ArrowRight');
    await panel().tree.waitFor('Files');
    await keys.press('ArrowDown');
    await keys.press('ArrowLeft');
    assert.equal(await keys.row(), 'api-dev');
    await keys.press('ArrowLeft');
    await panel().tree.waitUntilGone('Files');
    await keys.press('ArrowLeft', 'ArrowLeft');
    assert.equal(await keys.row(), 'Running');
    await panel().tree.waitUntilGone('api-dev');
    await keys.press('ArrowRight');
    await panel().tree.waitFor('api-dev');
  });

  it('are created under a name that is typed', async () => {
    await keys.command('Tensorlake: New Sandbox…');
    await panel().quick.waitFor('Enter creates it');
    await keys.type('by-keys');
    await keys.onItem("Create 'by-keys'");
    await keys.press('Enter');
    await stateIs('by-keys', 'running');
  });

  it('are renamed by F2, and copied by Ctrl+C', async () => {
    await keys.toRow('by-keys');
    await keys.press('F2');
    await keys.answer('Rename by-keys', 'by-hand');
    await panel().tree.waitFor('by-hand');
    await keys.toRow('by-hand');
    await copies(await idOf('by-hand'), async () => await keys.press('Control+c'));
  });

  it('have a menu by Shift+F10, with its submenus, and by the menu key', async () => {
    await keys.menu('by-hand', 'Suspend');
    await stateIs('by-hand', 'suspended');
    await keys.menu('by-hand', 'More', 'Pin to Top');
    await soon(async () => assert.match(await panel().tree.description('by-hand'), /^pinned/));
    await keys.toRow('by-hand');
    await keys.press('ContextMenu');
    await panel().page.locator('.monaco-menu').first().waitFor();
    await panel().picture('keys-menu');
    await keys.press('Escape');
    await keys.menu('by-hand', 'Resume');
    await stateIs('by-hand', 'running');
  });

  it('are chosen with Shift and the arrows, and suspended together', async () => {
    await keys.press('Escape');
    // The next two rows need no GPU, for which others wait.
    await keys.toRow('by-hand');
    // The first press selects the row that it leads to.
    await keys.press('Shift+ArrowDown', 'Shift+ArrowDown');
    await soon(async () => assert.equal((await keys.lit()).length, 2), patientMs);
    const lit = await keys.lit();
    await panel().picture('keys-several');
    await keys.press('Shift+F10');
    await panel().page.locator('.monaco-menu').first().waitFor();
    const ids = await Promise.all(lit.map(idOf));
    await copies(ids.join('\n'), async () => await keys.entryAndEnter('Copy', 'Copy Id'));
    await keys.press('Delete');
    await soon(async () => assert.equal(await panel().dialog.message(), 'Terminate 2 sandboxes?'));
    for (const name of lit) assert.ok((await panel().dialog.detail()).includes(name), name);
    await keys.press('Escape');
    await panel().page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
    await keys.command('Tensorlake: Suspend');
    for (const name of lit) await stateIs(name, 'suspended');
    await keys.command('Tensorlake: Resume');
    await keys.dialog(/^Resume 2 sandboxes\?$/);
    for (const name of lit) await stateIs(name, 'running');
    await keys.toView();
    await keys.press('Escape', 'Escape');
    await soon(async () => assert.deepEqual(await keys.lit(), []));
    // F2 is for one row, and works again after an action on several.
    await keys.toRow('api-dev');
    await keys.press('F2');
    await panel().quick.waitFor('Rename api-dev');
    await keys.press('Escape');
    await panel().quick.waitUntilClosed();
  });

  it('are kept as a snapshot and restored from it', async () => {
    await keys.menu('by-hand', 'Create Snapshot…');
    await keys.choose('What is the snapshot to keep?', 'Filesystem');
    await panel().notifications.toast('Snapshot of by-hand is ready').waitFor({ timeout: patientMs });
    const sandboxId = await idOf('by-hand');
    const { snapshots } = (await read('/snapshots')) as {
      snapshots: readonly { id: string; sandbox_id: string }[];
    };
    const id = snapshots.find(each => each.sandbox_id === sandboxId)?.id ?? '';
    await copies(id, async () => await keys.notification('Snapshot of by-hand is ready', 'Copy Id'));
    await keys.command('Tensorlake: Focus on Snapshots View');
    await keys.inTree('Snapshots', 'Filesystem', 'by-hand');
    await copies(id, async () => await keys.press('Control+c'));
    await keys.command('Tensorlake: Restore from Snapshot…');
    await keys.choose('Restore from which snapshot?', 'by-hand');
    await panel().quick.waitFor('Enter creates it');
    await keys.type('come-back');
    await keys.onItem("Restore as 'come-back'");
    await keys.press('Enter');
    await stateIs('come-back', 'running');
  });

  it('have snapshots that Delete takes away after a question', async () => {
    await keys.command('Tensorlake: Focus on Snapshots View');
    await keys.inTree('Snapshots', 'Filesystem', 'by-hand');
    await keys.press('Delete');
    await keys.dialog(/^Delete the snapshot of by-hand\?$/, 'Delete');
    await waitFor('it to be gone', async () => {
      const { url, apiKey } = panel().emulator;
      const answer = await fetch(`${url}/sandboxes/by-hand`, {
        headers: { authorization: `Bearer ${apiKey}` },
      });
      const { id } = (await answer.json()) as { readonly id: string };
      const list = await fetch(`${url}/snapshots`, { headers: { authorization: `Bearer ${apiKey}` } });
      return !(await list.text()).includes(`"sandbox_id":"${id}"`);
    });
    await keys.command('Tensorlake: Focus on Sandboxes View');
  });

  it('are terminated by Delete and an answer to the question', async () => {
    await keys.toRow('come-back');
    await keys.press('Delete');
    await soon(async () => assert.equal(await panel().dialog.message(), 'Terminate come-back?'), patientMs);
    await keys.press('Escape');
    await panel().page.locator('.monaco-dialog-box').waitFor({ state: 'detached' });
    await keys.toRow('come-back');
    assert.equal(((await read('/sandboxes/come-back')) as { status: string }).status, 'running');
    await keys.press('Delete');
    await keys.dialog(/^Terminate come-back\?$/, 'Terminate');
    await panel().tree.waitUntilGone('come-back');
  });

  it('have details by Enter, whose buttons follow in the order of reading, each with its focus seen', async () => {
    const { page, quick } = panel();
    await keys.toRow('docs');
    await keys.press('Enter');
    const details = webviewPage(page);
    await details.getByRole('heading', { level: 1, name: 'docs' }).waitFor();
    await keys.press('Control+1');
    await soon(async () => assert.ok(await details.locator('body').evaluate('document.hasFocus()')));
    const inOrder = await details
      .locator('button:not([disabled])')
      .evaluateAll((all: readonly { getAttribute(name: string): string | null; textContent: string }[]) =>
        all.map(each => each.getAttribute('aria-label') ?? each.textContent),
      );
    const focused = details.locator('button:focus');
    const nameOf = async (): Promise<string> =>
      (await focused.getAttribute('aria-label')) ?? (await focused.innerText());
    const names: string[] = [];
    // The page itself and what scrolls in it are stops as well.
    for (let step = 0; step < 2 * inOrder.length && names.length < inOrder.length; step += 1) {
      await keys.press('Tab');
      if ((await focused.count()) === 0) continue;
      assert.ok(await showsFocus(focused), `the focus on ${await focused.innerText()} is seen`);
      names.push(await nameOf());
    }
    assert.deepEqual(names, inOrder);
    await panel().picture('keys-details');
    for (let step = 0; step < inOrder.length && (await nameOf()) !== 'Rename…'; step += 1)
      await keys.press('Shift+Tab');
    await keys.press('Enter');
    await quick.waitFor('Rename docs');
    await keys.press('Escape');
    await quick.waitUntilClosed();
    await keys.command('View: Close All Editors');
  });

  it('are found by a filter, and gone to by name', async () => {
    const { tree, quick } = panel();
    await keys.toView();
    await keys.command('Tensorlake: Filter Sandboxes…');
    await keys.answer('Filter Sandboxes', 'inference');
    await tree.waitUntilGone('docs');
    await keys.command('Tensorlake: Clear Filter');
    await tree.waitFor('docs');
    await keys.command('Tensorlake: Go to Sandbox…');
    await quick.waitFor('Go to Sandbox');
    await keys.type('docs');
    await keys.onItem('docs');
    await keys.press('Enter');
    await soon(async () => assert.deepEqual(await keys.lit(), ['docs']));
    assert.equal(await keys.row(), 'docs');
    await keys.press('Control+Alt+f');
    await panel().page.locator('.monaco-tree-type-filter input:focus').waitFor();
    await panel().page.keyboard.type('infer');
    await keys.press('Escape');
    await keys.press('Escape');
  });

  it('have a default among them, set and cleared', async () => {
    const { tree } = panel();
    await keys.menu('inference', 'More', 'Set as Default Sandbox');
    await soon(async () => assert.match(await tree.description('inference'), /^default/));
    await keys.command('Tensorlake: Clear Default Sandbox');
    await soon(async () => assert.doesNotMatch(await tree.description('inference'), /^default/));
  });
});
