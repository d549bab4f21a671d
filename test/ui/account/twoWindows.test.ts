import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Notifications, QuickInput, runCommand, showContainer, Tree } from '../../support/window/index';
import { soon, waitFor } from '../../support/waitFor';
import { usePanel } from '../support/panel';
import { storedNames } from '../support/storedState';

const goodKey = 'tl_apiKey_good';

describe('two windows at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tl-other-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const panel = usePanel({
    isSignedIn: false,
    emulator: { sandboxes: 6, apiKeys: [goodKey] },
    settings: { 'tensorlake.terminal.onClose': 'detach' },
  });
  let other: Page;
  let otherTree: Tree;

  async function signIn(page: Page): Promise<void> {
    const [tree, quick] = [new Tree(page, 'Sandboxes'), new QuickInput(page)];
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Sign In to Tensorlake');
    await quick.type(goodKey);
    await quick.accept();
    await quick.waitUntilClosed();
    await tree.waitFor('api-dev');
  }

  it('are both signed in once one is', async () => {
    const { window, page, editor } = panel();
    other = await window.openAnother(folder);
    otherTree = new Tree(other, 'Sandboxes');
    await showContainer(other, 'Tensorlake');
    await otherTree.welcome().getByText('Sign In', { exact: true }).waitFor();
    await signIn(page);
    if (editor.kind === 'server') {
      // A page in a browser has read the secrets when it was opened.
      await new Notifications(other).toast('You signed in to Tensorlake in another window').waitFor();
      await new Notifications(other).press('You signed in to Tensorlake in another window', 'Reload Window');
      await showContainer(other, 'Tensorlake');
    }
    await otherTree.waitFor('api-dev');
  });

  it('keep the pins of both', async () => {
    const { tree, window, page } = panel();
    await Promise.all([
      tree.chooseFromContextMenu('api-dev', 'More', 'Pin to Top'),
      otherTree.chooseFromContextMenu('inference', 'More', 'Pin to Top'),
    ]);
    await soon(async () => assert.match(await tree.ariaLabel('api-dev'), /, pinned$/));
    await soon(async () => assert.match(await otherTree.ariaLabel('inference'), /, pinned$/));
    await window.reload();
    await showContainer(page, 'Tensorlake');
    await soon(async () => assert.match(await tree.ariaLabel('api-dev'), /, pinned$/));
    assert.doesNotMatch(await tree.ariaLabel('inference'), /, pinned$/);
    assert.match(await otherTree.ariaLabel('inference'), /, pinned$/);
  });

  it('keep what it takes to reattach to the terminals of both, opened at the same moment', async () => {
    const { tree, editor, page } = panel();
    await Promise.all([
      tree.clickInlineAction('api-dev', 'Open Terminal'),
      otherTree.clickInlineAction('inference', 'Open Terminal'),
    ]);
    if (editor.kind === 'server')
      await waitFor('both to be kept', async () => {
        const names = new Set(await storedNames(page));
        return [...names].filter(name => name.startsWith('tensorlake.terminal:')).length === 2;
      });
  });

  it('are both signed out by Remove All Data, and nothing comes back', async () => {
    const { dialog, tree, editor, page } = panel();
    await runCommand(page, 'Tensorlake: Remove All Data…');
    await dialog.press('Remove All Data');
    for (const each of [tree, otherTree])
      await each.welcome().getByText('Sign In', { exact: true }).waitFor();
    if (editor.kind === 'server')
      await soon(async () =>
        assert.deepEqual([...new Set(await storedNames(page))].sort(), [
          'tensorlake.removedAt',
          'tensorlake.writes',
        ]),
      );
    await other.reload();
    await showContainer(other, 'Tensorlake');
    await otherTree.welcome().getByText('Sign In', { exact: true }).waitFor();
  });

  it('are both signed out once one is', async () => {
    const { tree, page } = panel();
    await signIn(page);
    await other.reload();
    await showContainer(other, 'Tensorlake');
    await otherTree.waitFor('api-dev');
    await runCommand(other, 'Tensorlake: Sign Out');
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
  });
});
