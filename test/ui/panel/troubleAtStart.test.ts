import assert from 'node:assert/strict';
import { soon } from '../../support/waitFor';
import { Tree } from '../../support/window/index';
import { usePanel } from '../support/panel';

describe('when the service cannot be reached from the start', () => {
  const panel = usePanel({ settings: { 'tensorlake.apiUrl': 'http://127.0.0.1:9' } });

  it('says what and why, and offers to try again', async () => {
    const { tree, page } = panel();
    await tree.welcome().getByText('Tensorlake cannot be reached.').waitFor();
    await tree.welcome().getByText('Try Again').waitFor();
    const description = page.locator('.pane-header .description').first();
    await soon(async () => assert.equal(await description.innerText(), '127.0.0.1:9 (refused)'));
    await panel().picture('unreachable');
  });

  it('leads to the very setting that holds the address', async () => {
    const { tree, page } = panel();
    await tree.welcome().getByText('setting', { exact: true }).click();
    const settings = page.locator('.settings-editor .setting-item-label');
    await soon(async () => assert.deepEqual(await settings.allInnerTexts(), ['Api Url']));
    await panel().picture('setting-of-address');
  });
});

describe('when the service goes away before a view is opened', () => {
  const panel = usePanel({ emulator: { sandboxes: 6 } });

  it('says in each view what cannot be reached and why', async () => {
    const { page, tree, emulator } = panel();
    await tree.waitFor('Running');
    const views = ['Snapshots', 'Pools and Images'].map(title => new Tree(page, title));
    for (const view of views) await view.pane().waitFor();
    await emulator.stop();
    const { host } = new URL(emulator.url);
    for (const view of views) await view.open();
    for (const view of views) {
      // As soon as the next look at the sandboxes shows it.
      await view.welcome().getByText('Tensorlake cannot be reached.').waitFor({ timeout: 60_000 });
      const cause = view.pane().locator('.pane-header .description');
      await soon(async () => assert.equal(await cause.innerText(), `${host} (refused)`));
    }
    await panel().picture('unreachable-views');
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
