import assert from 'node:assert/strict';
import { startEmulator } from '../../../emulator/server';
import { soon } from '../../support/waitFor';
import { usePanel } from '../support/panel';

describe('when the service goes away', () => {
  const panel = usePanel({
    emulator: { sandboxes: 6 },
    settings: { 'tensorlake.refresh.intervalSeconds': 5 },
  });

  it('keeps the list, and says since when it is stale and when it retries', async () => {
    const { tree, status, emulator } = panel();
    await tree.waitFor('Running');
    await emulator.stop();
    await tree.clickTitleAction('Refresh');
    await status.waitFor(/as of/);
    await tree.waitForMessage(/^\s*As of .+\. Tensorlake cannot be reached\. Retrying at .+\.\s*$/);
    await soon(async () => assert.equal(await tree.row('api-dev').count(), 1));
    await panel().picture('stale');
  });

  it('recovers by itself', async () => {
    const { tree, status } = panel();
    const { port, apiKey } = panel().emulator;
    panel().emulator = await startEmulator({ port, apiKeys: [apiKey], sandboxes: 6 });
    await status.waitFor(/running( · \d+ pending)?\s*$/);
    await tree.waitForNoMessage();
  });

  it('asks for another key when the key is rejected, and stops asking the service', async () => {
    const { tree, status } = panel();
    const { port } = panel().emulator;
    await panel().emulator.stop();
    panel().emulator = await startEmulator({ port, apiKeys: ['tl_apiKey_other'] });
    await tree.clickTitleAction('Refresh');
    await status.waitFor('Tensorlake: sign in');
    await tree.waitForMessage(/rejected the API key\. Not retrying\./);
    await panel().picture('rejected');
    // The refresh, and at most one retry that was due at the same time.
    assert.ok(panel().emulator.requests().length <= 2);
  });
});
