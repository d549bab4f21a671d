import assert from 'node:assert/strict';
import { showContainer, StatusBarItem, Tree, runCommand } from '../../support/window/index';
import { soon } from '../../support/waitFor';
import { usePanel } from '../support/panel';

const goodKey = 'tl_apiKey_good';
const powerlessKey = 'tl_apiKey_powerless';

describe('signing in', () => {
  const panel = usePanel({
    isSignedIn: false,
    emulator: { sandboxes: 3, apiKeys: [goodKey], forbiddenKeys: [powerlessKey] },
  });

  it('is the one thing an empty view asks for, and makes no request before', async () => {
    await panel().tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    await soon(async () => assert.equal(await panel().status.root.count(), 0));
    assert.deepEqual(panel().emulator.requests(), []);
    await panel().picture('signed-out');
  });

  it('tells a rejected key, one without permission and nonsense apart, and loses nothing', async () => {
    const { tree, quick } = panel();
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Sign In to Tensorlake');
    await soon(async () => assert.equal(await quick.isPassword(), true));
    await quick.type('two words');
    await soon(async () => assert.match(await quick.validationMessage(), /one word without blanks/));
    await quick.type('tl_apiKey_wrong');
    await quick.accept();
    await soon(async () => assert.match(await quick.validationMessage(), /rejected this API key/));
    await soon(async () => assert.equal(await quick.value(), 'tl_apiKey_wrong'));
    await panel().picture('key-rejected');
    await quick.type(powerlessKey);
    await quick.accept();
    await quick.waitFor('may not list sandboxes');
  });

  it('keeps a good key across a reload, and shows the sandboxes', async () => {
    const { tree, quick, window, page, status } = panel();
    await quick.type(goodKey);
    await quick.accept();
    await quick.waitUntilClosed();
    await tree.waitFor('Running');
    await status.waitFor(/running/);
    await window.reload();
    await showContainer(page, 'Tensorlake');
    await tree.waitFor('Running');
  });

  it('follows what another window does', async () => {
    const { window, tree, status } = panel();
    const other = await window.openAnother();
    await showContainer(other, 'Tensorlake');
    await new Tree(other, 'Sandboxes').waitFor('Running');
    await runCommand(other, 'Tensorlake: Sign Out');
    await new Tree(other, 'Sandboxes').welcome().getByText('Sign In', { exact: true }).waitFor();
    await soon(async () =>
      assert.equal(await new StatusBarItem(other, 'tensorlake-sandboxes').root.count(), 0),
    );
    // A page that is closed may take along what it has not stored yet.
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    await status.root.waitFor({ state: 'detached' });
    await other.close();
  });
});

describe('signing in to a host that does not answer', () => {
  const panel = usePanel({ isSignedIn: false, settings: { 'tensorlake.apiUrl': 'http://127.0.0.1:9' } });

  it('says that it cannot be reached', async () => {
    const { tree, quick } = panel();
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.type('tl_apiKey_any');
    await quick.accept();
    await quick.waitFor('http://127.0.0.1:9 cannot be reached');
    await quick.cancel();
  });
});

describe('signing in to a host that is not found', () => {
  const panel = usePanel({ isSignedIn: false, settings: { 'tensorlake.apiUrl': 'https://nowhere.invalid' } });

  it('says which proxies are not supported, as none is set', async () => {
    const { tree, quick } = panel();
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.type('tl_apiKey_any');
    await quick.accept();
    await quick.waitFor('automatic proxy configuration (PAC) is not supported');
    await panel().picture('sign-in-unreached');
    await quick.cancel();
  });
});
