import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { soon, waitFor } from '../../support/waitFor';
import { Notifications, QuickInput, runCommand, showContainer, Tree } from '../../support/window/index';
import { Keyboard } from '../support/keyboard';
import { usePanel } from '../support/panel';

describe('cleaning up', () => {
  const panel = usePanel({
    // A snapshot takes longer than the test with two windows.
    emulator: { sandboxes: 12, timings: { snapshot: 300_000, suspend: 500 } },
    settings: { 'tensorlake.rates': { perCpuHour: 0.05, perGbMemoryHour: 0.01 } },
  });

  const suspendRequests = (): number =>
    panel()
      .emulator.requests()
      .filter(({ path }) => path.endsWith('/suspend')).length;

  /** Names sandboxes by a rule and goes on to the question what to do. */
  async function choose(page: Page, rule: string): Promise<void> {
    const quick = new QuickInput(page);
    await runCommand(page, 'Tensorlake: Clean Up Sandboxes…');
    await quick.waitFor('Clean Up Sandboxes');
    await quick.type(rule);
    await quick.item(`Those that match "${rule}"`).waitFor();
    await quick.accept();
    await quick.waitFor('Tick what is to be cleaned up');
    await quick.accept();
    await quick.waitFor('Do what?');
  }

  it('offers rules with how many each names, and shows what would be freed', async () => {
    const { page, tree, quick } = panel();
    await tree.waitFor('api-dev');
    await panel().run('Clean Up Sandboxes…');
    await quick.waitFor('Clean Up Sandboxes');
    await quick.item('All, to choose from').waitFor();
    await panel().picture('clean-up-rules');
    await quick.type('older:soon');
    await quick.item('"older:soon" needs a time, such as older:7d or idle:12h').waitFor();
    await quick.type('');
    await quick.pick('All, to choose from');
    await quick.waitFor('Tick what is to be cleaned up');
    await quick.item('api-dev').waitFor();
    await panel().picture('clean-up-preview');
    await page.keyboard.press('Escape');
    await quick.waitUntilClosed();
  });

  it('can be cancelled before anything is sent, and then suspends', async () => {
    const { page, quick, notifications, tree } = panel();
    await choose(page, 'name:api-d*');
    await panel().picture('clean-up-actions');
    await quick.pick('Suspend');
    await notifications.message('About to suspend api-dev');
    await panel().picture('clean-up-countdown');
    await notifications.press('About to suspend api-dev', 'Cancel');
    assert.equal(suspendRequests(), 0);
    await choose(page, 'name:api-d*');
    await quick.pick('Suspend');
    await soon(async () => assert.match(await tree.ariaLabel('api-dev'), /suspended/), 30_000);
  });

  it('is stopped by Escape, wherever the keyboard is', async () => {
    const { notifications } = panel();
    const keys = await Keyboard.take(panel());
    const begin = async (): Promise<void> => {
      await keys.command('Tensorlake: Clean Up Sandboxes…');
      await panel().quick.waitFor('Clean Up Sandboxes');
      await keys.type('name:browser-*');
      await keys.onItem('Those that match "name:browser-*"');
      await keys.press('Enter');
      await panel().quick.waitFor('Tick what is to be cleaned up');
      await keys.press('Enter');
      await keys.choose('Do what?', 'Suspend');
      await notifications.message('About to suspend');
    };
    const before = suspendRequests();
    await begin();
    await keys.press('Escape');
    await notifications.toast('About to suspend').waitFor({ state: 'detached', timeout: 2_000 });
    await keys.verify();
    // What was not stopped would have been sent before this.
    await choose(panel().page, 'name:inference');
    await keys.choose('Do what?', 'Suspend');
    await waitFor('the next request', () => suspendRequests() > before, 30_000);
    assert.equal(suspendRequests(), before + 1);
    assert.match(await panel().tree.ariaLabel('browser-agent'), /running/);
  });

  it('is done by one window at a time', async () => {
    const { page, quick, dialog, window } = panel();
    const other = await window.openAnother();
    await showContainer(other, 'Tensorlake');
    await new Tree(other, 'Sandboxes').waitFor('Running');
    await page.bringToFront();
    await choose(page, 'name:browser-*');
    await quick.pick('Snapshot, Then Terminate…');
    await quick.waitFor('What is the snapshot to keep?');
    await quick.item('Memory').first().click();
    await dialog.press('Snapshot, Then Terminate');
    await other.bringToFront();
    await choose(other, 'name:browser-* state:running');
    await new QuickInput(other).pick('Suspend');
    assert.match(
      await new Notifications(other).message('Another window is cleaning up'),
      /Nothing was done here/,
    );
    await other.close();
    await page.bringToFront();
  });
});
