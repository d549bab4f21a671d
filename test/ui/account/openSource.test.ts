import assert from 'node:assert/strict';
import { soon } from '../../support/waitFor';
import { showContainer } from '../../support/window/index';
import { usePanel } from '../support/panel';

describe('the open-source server', function () {
  this.timeout(240_000);
  const panel = usePanel({ isSignedIn: false, emulator: { ages: ['openSource'], sandboxes: 1 } });

  /** The label of the row, which is the beginning of the id: there are no names. */
  async function label(): Promise<string> {
    const response = await fetch(`${panel().emulator.url}/v1/namespaces/default/sandboxes`);
    const text = await response.text();
    const [, id] = /"id":"([^"]+)"/.exec(text) ?? [];
    assert.ok(id, text);
    return `${id.slice(0, 8)}…`;
  }

  async function isInPalette(title: string): Promise<boolean> {
    const { page } = panel();
    await page.keyboard.press('F1');
    const row = page.locator(`.quick-input-list .monaco-list-row[aria-label^="Tensorlake: ${title}"]`);
    await page.locator('.quick-input-widget .quick-input-filter input').fill(`>Tensorlake: ${title}`);
    // What is typed is looked for at once, and one of them is always there.
    await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    const isThere = (await row.count()) > 0;
    await page.keyboard.press('Escape');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    return isThere;
  }

  it('lets in whoever leaves the box empty, and still does after a reload', async () => {
    const { tree, quick, window, page } = panel();
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Leave it empty if the server asks for none.');
    await panel().picture('no-key');
    await quick.accept();
    await quick.waitUntilClosed();
    await tree.waitFor(await label());
    await window.reload();
    await showContainer(page, 'Tensorlake');
    await tree.waitFor(await label());
  });

  it('offers nothing more in menu and palette that it does not have, until a refresh', async () => {
    const { tree, notifications } = panel();
    const row = await label();
    await soon(async () => assert.ok((await tree.contextMenu(row)).includes('Suspend')));
    await soon(async () => assert.equal(await isInPalette('Suspend'), true));
    await tree.chooseFromContextMenu(row, 'Suspend');
    await soon(async () =>
      assert.match(
        await notifications.message('Could not suspend'),
        /This server does not offer suspending a sandbox\./,
      ),
    );
    await panel().picture('not-offered');
    await notifications.dismiss('Could not suspend');
    await soon(async () => assert.ok(!(await tree.contextMenu(row)).includes('Suspend')));
    assert.ok((await tree.contextMenu(row)).includes('Create Snapshot…'));
    await panel().picture('menu-without-suspend');
    await soon(async () => assert.equal(await isInPalette('Suspend'), false));
    await panel().run('Refresh Sandboxes');
    await soon(async () => assert.ok((await tree.contextMenu(row)).includes('Suspend')));
  });

  it('says which namespace it is, where the address names one', async () => {
    const { tree, quick, window, page, emulator } = panel();
    await window.changeSettings({ 'tensorlake.apiUrl': `${emulator.url}/v1/namespaces/team-x` });
    await window.reload();
    await showContainer(page, 'Tensorlake');
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Leave it empty if the server asks for none.');
    await quick.accept();
    await quick.waitUntilClosed();
    await page.locator('.pane-header .description', { hasText: 'namespace team-x' }).first().waitFor();
    await panel().picture('namespace');
  });
});
