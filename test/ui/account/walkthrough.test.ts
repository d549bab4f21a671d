import assert from 'node:assert/strict';
import { soon } from '../../support/waitFor';
import { runCommand } from '../../support/window/index';
import { usePanel } from '../support/panel';

const titles = ['Sign In', 'Create a Sandbox', 'Open a Terminal', 'Freeze It and Come Back', 'Clean Up'];

for (const theme of ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast'])
  describe(`the walkthrough in ${theme}`, () => {
    const panel = usePanel({
      isSignedIn: false,
      emulator: { sandboxes: 3 },
      settings: { 'workbench.colorTheme': theme },
    });

    it('has five steps with pictures, and ticks the one that is done', async () => {
      const { page, quick, tree, emulator } = panel();
      await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
      // In a narrow window the editor leaves the pictures out.
      await page.setViewportSize({ width: 1800, height: 900 });
      await runCommand(page, 'Welcome: Open Walkthrough...');
      await quick.waitFor('Select a walkthrough');
      await quick.type('Tensorlake');
      await quick.accept();
      const steps = page.locator('.getting-started-step');
      await soon(async () => assert.equal(await steps.count(), titles.length));
      for (const title of titles) {
        await steps.filter({ hasText: title }).first().click();
        await page.locator('.getting-started-media iframe, .getting-started-media webview').first().waitFor();
        await panel().picture(`walkthrough-${theme.replace(/\W+/g, '-')}-${title.replace(/\W+/g, '-')}`);
      }
      assert.equal(await steps.locator('.codicon.complete').count(), 0);
      await tree.welcome().getByText('Sign In', { exact: true }).click();
      await quick.waitFor('Sign In to Tensorlake');
      await quick.type(emulator.apiKey);
      await quick.accept();
      await tree.waitFor('Running');
      await steps.nth(0).locator('.codicon.complete').first().waitFor();
      assert.equal(await steps.locator('.codicon.complete').count(), 1);
    });
  });
