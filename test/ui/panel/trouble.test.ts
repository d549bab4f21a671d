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

describe('when the service cannot be reached from the start', () => {
  const panel = usePanel({ settings: { 'tensorlake.apiUrl': 'http://127.0.0.1:9' } });

  it('says so and offers to try again', async () => {
    await panel().tree.welcome().getByText('Tensorlake cannot be reached.').waitFor();
    await panel().tree.welcome().getByText('Try Again').waitFor();
    await panel().picture('unreachable');
  });
});

describe('when a gateway answers with a web page from the start', () => {
  const panel = usePanel({ emulator: { faults: [{ fault: 'html', status: 403, plane: 'control' }] } });

  it('says what came, and offers to try again', async () => {
    const { tree, emulator } = panel();
    await tree.welcome().getByText('Try Again').waitFor();
    const cause = tree.pane().locator('.pane-header .description');
    await soon(async () => assert.match(await cause.innerText(), /A web page came from .+HTTP 403/));
    await panel().picture('gateway');
    emulator.faults.clear();
    await tree.welcome().getByText('Try Again').click();
    await tree.welcome().getByText('No sandboxes yet.').waitFor();
    await soon(async () => assert.equal((await cause.allInnerTexts()).join(''), ''));
  });
});

for (const [what, text, button] of [
  ['is rejected', 'Tensorlake rejected the API key.', 'Sign In Again'],
  ['has no permission', 'The API key may not list sandboxes.', 'Use Another Key'],
] as const)
  describe(`when the key ${what} from the start`, () => {
    const key = 'tl_apiKey_in_doubt';
    const panel = usePanel({
      emulator: { forbiddenKeys: what === 'is rejected' ? [] : [key] },
      env: { TENSORLAKE_API_KEY: key },
    });

    it('says so and offers another', async () => {
      const { tree, emulator } = panel();
      await tree.welcome().getByText(text).waitFor();
      await tree.welcome().getByText(button).waitFor();
      assert.equal(emulator.requests().length, 1);
    });
  });

describe('when there are no sandboxes', () => {
  const panel = usePanel();

  it('offers to make one', async () => {
    const { tree, quick } = panel();
    await tree.welcome().getByText('No sandboxes yet.').waitFor();
    await panel().picture('empty');
    await tree.welcome().getByText('New Sandbox').click();
    await quick.waitFor('New Sandbox');
    await quick.cancel();
  });
});
