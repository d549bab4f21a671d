import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { soon } from '../../support/waitFor';
import { runCommand } from '../../support/window/index';
import { usePanel } from '../support/panel';

describe('checking the connection', () => {
  const panel = usePanel({ emulator: { sandboxes: 3 } });

  it('shows in a tab what each step took, and how it ended', async () => {
    const { page, tree } = panel();
    await tree.waitFor('Running');
    await runCommand(page, 'Tensorlake: Check Connection');
    await page.getByRole('tab', { name: /Tensorlake Connection/ }).waitFor();
    await page.locator('.view-lines').getByText('accepts the key').waitFor();
    await panel().picture('connection-checked');
  });
});

describe('checking the connection to a server that accepts and says nothing', () => {
  // The window needs its address before it opens; without a host it listens at once.
  const silent = createServer(socket => socket.on('error', () => undefined).resume())
    .listen(0)
    .unref();
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const panel = usePanel({
    isSignedIn: false,
    settings: { 'tensorlake.apiUrl': `http://127.0.0.1:${port}` },
  });

  after(() => silent.close());

  it('can be cancelled, without signing in', async () => {
    const { page, notifications, tree } = panel();
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    await runCommand(page, 'Tensorlake: Check Connection');
    const toast = notifications.toast('Checking the connection to Tensorlake');
    await toast.getByText(/Answer without a key: 127\.0\.0\.1/).waitFor();
    await panel().picture('connection-being-checked');
    await toast.getByRole('button', { name: 'Cancel' }).click();
    await toast.waitFor({ state: 'detached' });
    await soon(async () => assert.deepEqual(await notifications.messages(), []));
    assert.equal(await page.getByRole('tab', { name: /Tensorlake Connection/ }).count(), 0);
  });
});
