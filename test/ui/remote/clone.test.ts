import assert from 'node:assert/strict';
import { soon } from '../../support/waitFor';
import { GitServer } from '../../support/servers/gitServer';
import { usePanel } from '../support/panel';

describe('cloning a repository', () => {
  const panel = usePanel({ emulator: { sandboxes: 3 } });
  let server: GitServer;
  before(async () => (server = await GitServer.start()));
  after(async () => await server.stop());

  it('asks for address, branch and sandbox, and ends in a terminal there', async () => {
    const { tree, quick, notifications, page } = panel();
    await tree.waitFor('api-dev');
    await panel().run('Clone Repository into Sandbox…');
    await quick.waitFor('Address of the repository');
    await quick.type('git@example.com:owner/open.git');
    await panel().picture('clone-address');
    await quick.type('https://me:secret@example.com/owner/open.git');
    await quick.accept();
    assert.match(await quick.validationMessage(), /Leave name and password out of the address/);
    await quick.type(`${server.url}/open.git`);
    await quick.accept();
    await quick.waitFor('Branch or tag');
    await quick.accept();
    await quick.waitFor('Clone into which sandbox?');
    await panel().picture('clone-sandboxes');
    await quick.type('api-dev');
    await quick.accept();
    await notifications.message('The repository is in');
    await panel().picture('clone-done');
    await notifications.press('The repository is in', 'Open Terminal');
    await page.locator('.terminal-wrapper.active').waitFor();
  });

  it('asks before it gives credentials', async () => {
    const { quick, dialog, page } = panel();
    await panel().run('Clone Repository into Sandbox…');
    await quick.waitFor('Address of the repository');
    await quick.type(`${server.url}/private.git`);
    await quick.accept();
    await quick.waitFor('Branch or tag');
    await quick.accept();
    await quick.waitFor('Clone into which sandbox?');
    await quick.type('api-dev');
    await quick.accept();
    assert.match(await dialog.message(), /Give api-dev your credentials for 127\.0\.0\.1/);
    await panel().picture('clone-credentials');
    await dialog.press('Cancel');
    assert.equal(server.seen.authorized, 0);
    await page.locator('.notification-toast', { hasText: 'Cloning private' }).waitFor({ state: 'hidden' });
  });

  it('takes the default sandbox, which its row and the status bar name', async () => {
    const { tree } = panel();
    await panel().run('Set as Default Sandbox');
    await panel().quick.waitFor('Which sandbox is the default');
    await panel().quick.type('api-dev');
    await panel().quick.accept();
    await tree.waitFor('api-dev');
    await panel().picture('default-sandbox');
    assert.match(await tree.description('api-dev'), /^default/);
    const { status } = panel();
    await soon(async () => assert.match(await status.tooltip(), /Default here: api-dev/));
    await panel().picture('default-in-status-bar');
  });
});
