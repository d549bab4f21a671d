import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { chooseFromMenu } from '../../support/window/index';
import { usePanel } from '../support/panel';

describe('the life of a sandbox', () => {
  const panel = usePanel({ emulator: { sandboxes: 6, speed: 2, timings: { boot: 2500, suspend: 1500 } } });

  /** Sends a request for a sandbox to the emulator, without the extension. */
  async function askEmulator(method: string, path: string): Promise<void> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}/sandboxes/${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}` },
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  }

  /** Waits until the accessible label of a row shows that it is in a group. */
  async function waitForState(name: string, state: string): Promise<void> {
    await panel().tree.rowByAriaLabel(`${name}, ${state}`).first().waitFor();
  }

  it('is created under the name that is typed into the first list, and watched from pending to running', async () => {
    const { quick, tree } = panel();
    await tree.waitFor('Running');
    await tree.clickTitleAction('New Sandbox');
    await quick.waitFor('New Sandbox');
    await quick.type('Not A Name');
    await soon(async () =>
      assert.match((await quick.items())[0] ?? '', /lower-case letters, digits and hyphens/),
    );
    await panel().picture('create-no-name');
    await quick.type('web-app');
    await soon(async () => assert.deepEqual(await quick.items(), ["Create 'web-app'"]));
    await panel().picture('create-name');
    await quick.accept();
    await waitForState('web-app', 'pending');
    await panel().picture('pending');
    await waitForState('web-app', 'running');
  });

  it('can be given another size on the way', async () => {
    const { quick } = panel();
    await panel().run('New Sandbox…');
    await quick.waitFor('Enter creates it');
    await quick.item('CPUs').first().click();
    await quick.waitFor('At least 1');
    await quick.type('0.2');
    await soon(async () => assert.match(await quick.validationMessage(), /CPUs: at least 1/));
    await quick.type('2');
    await quick.accept();
    await quick.waitFor('Enter creates it');
    await quick.type('big-one');
    await quick.accept();
    await panel().tree.rowByAriaLabel('big-one, running').first().waitFor();
    await soon(async () => assert.match(await panel().tree.description('big-one'), /^2 CPU · 2 GB/));
  });

  it('is suspended and resumed from its context menu', async () => {
    const { tree } = panel();
    await tree.chooseFromContextMenu('web-app', 'Suspend');
    await waitFor('the row to say so', async () => /suspending…/.test(await tree.ariaLabel('web-app')));
    await waitForState('web-app', 'suspended');
    await panel().picture('suspended');
    await tree.chooseFromContextMenu('web-app', 'Resume');
    await waitForState('web-app', 'running');
  });

  it('is offered a name when it is ephemeral and somebody suspends it', async () => {
    const { quick, tree, page } = panel();
    await panel().run('New Sandbox…');
    await quick.waitFor('Enter creates it');
    await quick.accept();
    const row = tree.root.locator('.monaco-list-row[aria-label*=", running, ephemeral, 1 CPU"]').last();
    await row.waitFor();
    await row.click({ button: 'right' });
    await chooseFromMenu(page, ['Suspend']);
    await quick.waitFor('Only named sandboxes can be suspended');
    await panel().picture('name-to-suspend');
    await quick.type('kept-after-all');
    await quick.accept();
    await waitForState('kept-after-all', 'suspended');
  });

  it('is not renamed to a name that is taken', async () => {
    const { tree, quick } = panel();
    await tree.chooseFromContextMenu('web-app', 'Change', 'Rename…');
    await quick.waitFor('Rename web-app');
    await quick.type('big-one');
    await soon(async () => assert.match(await quick.validationMessage(), /Another sandbox has this name/));
    await quick.cancel();
  });

  it('can be kept as a snapshot, whose id is told', async () => {
    const { tree, notifications, quick } = panel();
    await tree.chooseFromContextMenu('web-app', 'Create Snapshot…');
    await quick.waitFor('What is the snapshot to keep?');
    await panel().picture('snapshot-kinds');
    await quick.item('Filesystem').first().click();
    await soon(async () =>
      assert.match(await notifications.message('Snapshot of web-app is ready'), /is ready: [0-9a-z]{21}/),
    );
    await panel().picture('snapshot-ready');
    await notifications.dismiss('Snapshot of web-app is ready');
  });

  it('goes back to what it was when the service refuses, with the reason', async () => {
    const { tree, notifications, quick } = panel();
    await tree.chooseFromContextMenu('web-app', 'Create Snapshot…');
    await quick.waitFor('What is the snapshot to keep?');
    // Another client suspends it while the dialog is open.
    await askEmulator('POST', 'web-app/suspend');
    await quick.item('Filesystem').first().click();
    const message = await notifications.message('Could not take a snapshot');
    assert.match(message, /^Could not take a snapshot: web-app: Tensorlake refused the request\. \(.+\)$/);
    await panel().picture('refused');
    await waitFor('the row to be as it was', async () => !/snapshot…/.test(await tree.ariaLabel('web-app')));
    await notifications.dismiss('Could not take a snapshot');
    await panel().run('Refresh Sandboxes');
    await waitForState('web-app', 'suspended');
  });

  it('tells of several failures in one message', async () => {
    const { tree, notifications, page } = panel();
    await tree.select('big-one');
    await page.keyboard.down('Control');
    await tree.select('api-dev');
    await page.keyboard.up('Control');
    await tree.openContextMenu('big-one');
    // Another client is faster.
    await askEmulator('DELETE', 'big-one');
    await chooseFromMenu(page, ['Suspend']);
    const message = await notifications.message('Could not suspend');
    assert.match(message, /^Could not suspend: 1 of 2 failed\. big-one: /);
    await soon(async () => assert.equal((await notifications.messages()).length, 1));
    await waitForState('api-dev', 'suspended');
    await notifications.dismiss('Could not suspend');
  });

  it('ends after one question that says what is lost', async () => {
    const { tree, dialog } = panel();
    await tree.chooseFromContextMenu('inference', 'Terminate…');
    await soon(async () => assert.equal(await dialog.message(), 'Terminate inference?'));
    await soon(async () => assert.match(await dialog.detail(), /lost for good/));
    await panel().picture('terminate');
    await dialog.press('Cancel');
    await soon(async () => assert.equal(await tree.row('inference').count(), 1));
    await tree.chooseFromContextMenu('inference', 'Terminate…');
    await dialog.press('Terminate');
    await tree.waitUntilGone('inference');
  });

  it('is the one under the keyboard, not the one clicked before', async () => {
    const { tree, dialog, page } = panel();
    await tree.select('ci-runner');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const focused = await tree.root.locator('.monaco-list-row.focused .label-name').innerText();
    assert.notEqual(focused, 'ci-runner');
    await page.keyboard.press('Delete');
    await soon(async () => assert.equal(await dialog.message(), `Terminate ${focused}?`));
    await dialog.press('Cancel');
  });

  it('ends in numbers with one question for all', async () => {
    const { tree, dialog, page } = panel();
    await tree.select('kept-after-all');
    await page.keyboard.down('Control');
    await tree.select('web-app');
    await page.keyboard.up('Control');
    await page.keyboard.press('Delete');
    await soon(async () => assert.equal(await dialog.message(), 'Terminate 2 sandboxes?'));
    const detail = await dialog.detail();
    assert.ok(detail.includes('kept-after-all') && detail.includes('web-app'), detail);
    await panel().picture('terminate-many');
    await dialog.press('Terminate 2 Sandboxes');
    await tree.waitUntilGone('kept-after-all');
    await tree.waitUntilGone('web-app');
  });
});
