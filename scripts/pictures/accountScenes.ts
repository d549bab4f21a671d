import { movePointerAway, runCommand } from '../../test/support/window/index';
import type { Scene } from './camera';

/** What is there without an account. */
export const signedOutScenes: Readonly<Record<string, Scene>> = {
  signIn: async camera => {
    const { panel } = camera;
    const { tree, quick, page } = panel;
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    await movePointerAway(page);
    await camera.take('signed-out');
    await panel.run('Sign In…');
    await quick.waitFor('How do you want to sign in?');
    await camera.take('sign-in-ways');
    const opening = page.context().waitForEvent('page');
    await quick.pick('Sign In in the Browser');
    await (await opening).close();
    await page.bringToFront();
    await quick.waitFor('in the browser');
    await camera.take('browser-login');
    await quick.cancel();
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Sign In to Tensorlake');
    await quick.type('tl_apiKey_wrong');
    await quick.accept();
    await quick.validationMessage();
    await camera.take('key-rejected');
  },
  walkthrough: async camera => {
    const { page, quick } = camera.panel;
    await page.setViewportSize({ width: 1800, height: 900 });
    await runCommand(page, 'Welcome: Open Walkthrough...');
    await quick.waitFor('Select a walkthrough');
    await quick.type('Tensorlake');
    await quick.accept();
    const steps = page.locator('.getting-started-step');
    for (const title of [
      'Sign In',
      'Create a Sandbox',
      'Open a Terminal',
      'Freeze It and Come Back',
      'Clean Up',
    ]) {
      await steps.filter({ hasText: title }).first().click();
      await page.locator('.getting-started-media iframe, .getting-started-media webview').first().waitFor();
      await camera.take(`walkthrough-${title.replace(/\W+/g, '-').toLowerCase()}`);
    }
    await runCommand(page, 'View: Close All Editors');
    await page.setViewportSize({ width: 1280, height: 800 });
  },
  empty: async camera => {
    const { panel } = camera;
    const { tree, quick, emulator, page } = panel;
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Sign In to Tensorlake');
    await quick.type(emulator.apiKey);
    await quick.accept();
    await tree.welcome().getByText('No sandboxes yet.').waitFor();
    await movePointerAway(page);
    await camera.take('empty');
  },
};

/** Where the service does not answer. */
export const unreachableScenes: Readonly<Record<string, Scene>> = {
  unreachable: async camera => {
    const { tree, page } = camera.panel;
    await tree.welcome().getByText('Tensorlake cannot be reached.').waitFor();
    await movePointerAway(page);
    await camera.take('unreachable');
  },
};
