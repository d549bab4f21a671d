import assert from 'node:assert/strict';
import { showContainer } from '../../support/window/index';
import { soon } from '../../support/waitFor';
import { usePanel } from '../support/panel';

const siteKey = 'tl_apiKey_site';
const modelsKey = 'tl_apiKey_models';
const token = 'tl_pat_somebody';

describe('profiles', () => {
  const panel = usePanel({
    isSignedIn: false,
    emulator: { sandboxes: 3, apiKeys: [siteKey, modelsKey], pats: [token] },
  });

  async function add(body: { name?: string }): Promise<void> {
    await fetch(`${panel().emulator.url}/sandboxes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${modelsKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ resources: { cpus: 1, memory_mb: 1024 }, ...body }),
    });
  }

  it('sign in with a personal access token, which asks for the project it is to work in', async () => {
    const { tree, quick } = panel();
    await add({ name: 'trainer' });
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Sign In to Tensorlake');
    await quick.type('tl_pat_nobody');
    await quick.accept();
    await soon(async () => assert.match(await quick.validationMessage(), /rejected/));
    await quick.type(token);
    await quick.accept();
    await quick.waitFor('Which project?');
    await panel().picture('profile-project');
    const [first] = await quick.items();
    assert.ok(first);
    await quick.pick(first);
    await tree.waitFor('Running');
    await soon(async () => assert.ok(!(await tree.labels()).includes('trainer')));
  });

  it('keep another account beside it under a name that the panel shows', async () => {
    const { tree, quick, status } = panel();
    await panel().run('Switch Profile…');
    await quick.pick('Add Profile…');
    await quick.waitFor('Name of the profile');
    await quick.type('DEFAULT');
    await soon(async () => assert.match(await quick.validationMessage(), /There is a profile of this name/));
    await quick.type('models');
    await quick.accept();
    await quick.pick('Enter an API Key…');
    await quick.waitFor('personal access token for');
    await quick.type(modelsKey);
    await quick.accept();
    await quick.waitUntilClosed();
    await tree.waitFor('trainer');
    await status.waitFor(/models/);
    await panel().page.locator('.pane-header .description', { hasText: 'models' }).first().waitFor();
    await panel().picture('profile-active');
  });

  it('show nothing of one account in the other, whichever way they are switched', async () => {
    const { tree, quick } = panel();
    await panel().run('Switch Profile…');
    await quick.waitFor('Which profile is this workspace to use?');
    await panel().picture('profile-switch');
    await quick.pick('default');
    await tree.waitUntilGone('trainer');
    await tree.waitFor('Running');
    await panel().run('Switch Profile…');
    await quick.pick('models');
    await tree.waitFor('trainer');
  });

  it('are chosen for the workspace, and come back after a reload', async () => {
    const { tree, window, page, status } = panel();
    await window.reload();
    await showContainer(page, 'Tensorlake');
    await tree.waitFor('trainer');
    await status.waitFor(/models/);
  });

  it('are forgotten together with their key', async () => {
    const { tree, quick, dialog } = panel();
    await panel().run('Remove Profile…');
    await quick.pick('models');
    await soon(async () => assert.match(await dialog.detail(), /deleted from the secret store/));
    await dialog.press('Remove');
    await tree.waitUntilGone('trainer');
    await panel().run('Switch Profile…');
    await quick.waitFor('Which profile is this workspace to use?');
    await soon(async () => assert.ok(!(await quick.items()).includes('models')));
    await quick.cancel();
  });
});
