import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { Keyboard, showsFocus } from '../support/keyboard';
import { usePanel } from '../support/panel';

const firstKey = 'tl_apiKey_first';
const otherKey = 'tl_apiKey_other';

describe('an account by keys alone', function () {
  this.timeout(240_000);
  const panel = usePanel({
    isSignedIn: false,
    isLeftClosed: true,
    emulator: { sandboxes: 3, apiKeys: [firstKey, otherKey] },
  });
  let keys: Keyboard;

  before(async () => {
    keys = await Keyboard.take(panel());
    await panel().tree.welcome().getByText('Sign In', { exact: true }).waitFor();
  });
  afterEach(async () => await keys.verify());

  it('is signed in with a key, from the button of the view', async () => {
    const { tree, quick, page } = panel();
    await keys.tabTo('Sign In');
    assert.ok(await showsFocus(page.locator(':focus')));
    await panel().picture('keys-sign-in');
    await keys.press('Enter');
    await keys.answer('Sign In to Tensorlake', firstKey);
    await quick.waitUntilClosed();
    await tree.waitFor('Running');
  });

  it('is signed out, and signed in in the browser with the code that is shown, or not', async () => {
    const { tree, quick, emulator, page } = panel();
    await keys.command('Tensorlake: Sign Out');
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    const begin = async (): Promise<string> => {
      const opening = page.context().waitForEvent('page');
      await keys.command('Tensorlake: Sign In…');
      await keys.choose('How do you want to sign in?', 'Sign In in the Browser');
      await (await opening).close();
      await page.bringToFront();
      return await waitFor('the code', async () => {
        const input = quick.widget.locator('.quick-input-filter input');
        const placeholder = await input.getAttribute('placeholder');
        return /the code (\S+) in the browser/.exec(placeholder ?? '')?.[1];
      });
    };
    await begin();
    await keys.press('Escape');
    await quick.waitUntilClosed();
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    const answer = await fetch(`${emulator.url}/_emulator/login`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user_code: await begin(), decision: 'approved' }),
    });
    assert.equal(answer.status, 200);
    await tree.waitFor('Running');
    await quick.waitUntilClosed();
  });

  it('has another beside it under a name, and is switched to and fro', async () => {
    const { status, tree } = panel();
    await keys.command('Tensorlake: Switch Profile…');
    await keys.choose('Which profile is this workspace to use?', 'Add Profile…');
    await keys.answer('Name of the profile', 'second');
    await keys.choose('How do you want to sign in?', 'Enter an API Key…');
    await keys.answer('personal access token for', otherKey);
    await status.waitFor(/second/);
    await tree.welcome().getByText('No sandboxes yet.').waitFor();
    await keys.command('Tensorlake: Switch Profile…');
    await keys.choose('Which profile is this workspace to use?', 'default');
    await soon(async () => assert.doesNotMatch(await status.text(), /second/));
    await tree.waitFor('Running');
    await keys.command('Tensorlake: Remove Profile…');
    await keys.choose('Which profile is to be forgotten?', 'second');
    await keys.dialog(/second/, 'Remove');
  });

  it('is met in the walkthrough, whose steps and buttons are reached with Tab', async () => {
    const { page, quick } = panel();
    await keys.command('Tensorlake: Sign Out');
    await page.setViewportSize({ width: 1800, height: 900 });
    await keys.command('Welcome: Open Walkthrough...');
    await quick.waitFor('Select a walkthrough');
    await keys.type('Tensorlake');
    await soon(async () => assert.match((await quick.items())[0] ?? '', /Tensorlake/));
    await keys.press('Enter');
    const steps = page.locator('.getting-started-step');
    await soon(async () => assert.equal(await steps.count(), 5));
    await keys.press('Control+1');
    const focusedStep = page.locator('.getting-started-step:focus, .getting-started-step :focus');
    await waitFor('a step to have the focus', async () => {
      if ((await focusedStep.count()) > 0) return true;
      await keys.press('Tab');
      return false;
    });
    await waitFor('the step Clean Up', async () => {
      const expanded = await steps.locator('xpath=self::*[contains(@class, "expanded")]').allInnerTexts();
      if (expanded.some(text => text.includes('Clean Up'))) return true;
      await keys.press('ArrowDown', 'Enter');
      return false;
    });
    await waitFor('the step Sign In', async () => {
      const expanded = await steps.locator('xpath=self::*[contains(@class, "expanded")]').allInnerTexts();
      if (expanded.some(text => text.startsWith('Sign In'))) return true;
      await keys.press('ArrowUp', 'Enter');
      return false;
    });
    await keys.tabTo('Sign In');
    await panel().picture('keys-walkthrough');
    await keys.press('Enter');
    await quick.waitFor('How do you want to sign in?');
    await keys.press('Escape');
  });
});
