import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/projectRoot';
import { soon } from '../../support/waitFor';
import { showContainer, TerminalView } from '../../support/window/index';
import { usePanel } from '../support/panel';
import { replaceStored, storedNames, waitForKeptTerminals } from '../support/storedState';

const earlierKey = 'tl_apiKey_default';
const earlier = readFileSync(join(projectRoot, 'test/support/fixtures/stored-state/earlier.json'), 'utf8');

describe('a window whose state an earlier version stored', () => {
  const panel = usePanel({
    isSignedIn: false,
    emulator: { sandboxes: 6, apiKeys: [earlierKey] },
    settings: {
      'terminal.integrated.gpuAcceleration': 'off',
      'terminal.integrated.hideOnStartup': 'always',
      'terminal.integrated.enablePersistentSessions': false,
    },
  });

  before(async function () {
    // What the desktop program stores lies in a database that it holds open.
    if (panel().editor.kind !== 'server') this.skip();
    // It opens a window, a terminal, and the window once more.
    this.timeout(300_000);
    const { tree, quick, emulator, page, window } = panel();
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Sign In to Tensorlake');
    await quick.type(earlierKey);
    await quick.accept();
    await tree.waitFor('api-dev');
    // The key and the token of the shell are where the earlier version kept them too.
    await tree.clickInlineAction('api-dev', 'Open Terminal');
    await waitForKeptTerminals(page, 1);
    const prefix = 'tensorlake.terminal:';
    const session = (await storedNames(page)).find(name => name.startsWith(prefix))?.slice(prefix.length);
    const headers = { authorization: `Bearer ${earlierKey}` };
    const sandbox = (await (await fetch(`${emulator.url}/sandboxes/api-dev`, { headers })).json()) as {
      id: string;
    };
    const text = earlier
      .replaceAll('http://127.0.0.1:8900', emulator.url)
      .replaceAll('x0fpidlc74x529x9teyp2', sandbox.id)
      .replaceAll('Qovaq-5Pvoyr1ICGfWOH2', String(session))
      .replaceAll('1796375917163', String(Date.now() + 7 * 86_400_000))
      .replaceAll('1795771120791', String(Date.now()))
      .replace('"tensorlake.filterText": "e"', '"tensorlake.filterText": "api-dev"');
    await replaceStored(page, JSON.parse(text) as { global: unknown; workspace: unknown });
    await window.reload();
    await showContainer(page, 'Tensorlake');
  });

  it('is signed in, and shows pins, filter, and the end of public access', async () => {
    const { tree, quick } = panel();
    await tree.waitFor('api-dev');
    await soon(async () => assert.match(await tree.ariaLabel('api-dev'), /, pinned$/));
    await soon(async () => assert.match(await tree.description('api-dev'), /public until/));
    assert.ok(!(await tree.labels()).includes('inference'));
    await panel().picture('earlier-state');
    await panel().run('Switch Profile…');
    await quick.waitFor('Which profile is this workspace to use?');
    assert.ok((await quick.items()).some(item => item.includes('work')));
    await quick.cancel();
  });

  it('offers the terminal that was open', async () => {
    const { page, quick } = panel();
    await page.locator('.statusbar-item', { hasText: 'Reattach 1 terminal' }).locator('a').click();
    await quick.waitFor('Reattach to which terminal?');
    await quick.pick('bash');
    const view = new TerminalView(page);
    await view.root.waitFor();
    await view.run('echo "six times seven is $((6*7))"');
    await view.waitFor('six times seven is 42');
  });
});
