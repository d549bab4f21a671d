import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soon } from '../../support/waitFor';
import { type Panel, usePanel } from '../support/panel';

const goodKey = 'tl_apiKey_good';
const goneKey = 'tl_apiKey_gone';
const token = 'tl_pat_somebody';

/** Counts what the user does. */
class Actions {
  done = 0;

  constructor(private readonly panel: Panel) {}

  async click(text: string): Promise<void> {
    await this.panel.tree.welcome().getByText(text, { exact: true }).click();
    this.done += 1;
  }

  async type(text: string): Promise<void> {
    await this.panel.quick.type(text);
    this.done += 1;
  }

  async enter(): Promise<void> {
    await this.panel.quick.accept();
    this.done += 1;
  }

  /** Creates the first sandbox from the empty view. */
  async create(): Promise<void> {
    const { quick, tree } = this.panel;
    await tree.welcome().getByText('No sandboxes yet.').waitFor();
    await this.click('New Sandbox');
    await quick.waitFor('Enter creates it');
    await this.enter();
    await tree.rowByAriaLabel(', running').first().waitFor();
  }
}

describe('the first minutes with an API key', () => {
  const panel = usePanel({ isSignedIn: false, emulator: { sandboxes: 0, apiKeys: [goodKey], speed: 4 } });

  it('take five actions from the icon to a running sandbox', async () => {
    const actions = new Actions(panel());
    await actions.click('Sign In');
    await panel().quick.waitFor('Sign In to Tensorlake');
    await actions.type(goodKey);
    await actions.enter();
    await actions.create();
    assert.equal(actions.done, 5);
  });
});

describe('the first minutes with a key in the environment', () => {
  const panel = usePanel({
    isSignedIn: false,
    emulator: { sandboxes: 0, apiKeys: [goodKey], speed: 4 },
    env: { TENSORLAKE_API_KEY: goodKey },
  });

  it('take three actions from the icon to a running sandbox, and use the key only when asked to', async () => {
    const { tree, emulator } = panel();
    await tree.welcome().getByText('Use TENSORLAKE_API_KEY', { exact: true }).waitFor();
    await panel().picture('found-environment-key');
    assert.deepEqual(emulator.requests(), []);
    const actions = new Actions(panel());
    await actions.click('Use TENSORLAKE_API_KEY');
    await actions.create();
    assert.equal(actions.done, 3);
  });
});

describe('the first minutes with a login of the official CLI', () => {
  const home = mkdtempSync(join(tmpdir(), 'tl-home-'));
  const panel = usePanel({
    isSignedIn: false,
    emulator: { sandboxes: 0, pats: [token], speed: 4 },
    env: { HOME: home, TENSORLAKE_API_KEY: goneKey },
  });

  before(() => {
    const { url, organizationId, projectId } = panel().emulator;
    const folder = join(home, '.config', 'tensorlake');
    mkdirSync(folder, { recursive: true });
    const context = `[contexts.work]\napi_url = "${url}"\norganization = "${organizationId}"\nproject = "${projectId}"\n`;
    const locked = `[contexts.mac]\napi_url = "${url}"\nstorage = "keychain"\n`;
    writeFileSync(join(folder, 'contexts.toml'), `current = "work"\n${context}${locked}`);
    writeFileSync(join(folder, 'credentials.toml'), `[contexts.work]\ntoken = "${token}"\n`);
  });
  after(() => rmSync(home, { recursive: true }));

  it('offer no key again that the server rejected', async () => {
    const { tree, notifications } = panel();
    await tree.welcome().getByText('Use TENSORLAKE_API_KEY', { exact: true }).click();
    await notifications.message('Tensorlake rejected this API key');
    await tree.welcome().getByText('Use TENSORLAKE_API_KEY', { exact: true }).waitFor({ state: 'detached' });
  });

  it('show all ways in one list, for the keyboard, and name what the keychain keeps', async () => {
    const { quick } = panel();
    await panel().run('Sign In…');
    await quick.waitFor('How do you want to sign in?');
    await soon(async () =>
      assert.deepEqual((await quick.items()).slice(0, 3), [
        'Use the Login of tl: work',
        'Sign In in the Browser',
        'Enter an API Key…',
      ]),
    );
    await quick.waitFor('in the keychain of the system, which only tl reads: mac');
    await panel().picture('sign-in-ways');
    await quick.accept();
    await panel().tree.welcome().getByText('No sandboxes yet.').waitFor();
    await panel().run('Sign Out');
    await panel().tree.welcome().getByText('Use the Login of tl', { exact: true }).waitFor();
    await panel().picture('found-cli-login');
  });

  it('take three actions from the icon to a running sandbox', async () => {
    const actions = new Actions(panel());
    await actions.click('Use the Login of tl');
    await actions.create();
    assert.equal(actions.done, 3);
  });
});

describe('a login that the official CLI keeps in the keychain', () => {
  const home = mkdtempSync(join(tmpdir(), 'tl-home-'));
  const panel = usePanel({ isSignedIn: false, emulator: { sandboxes: 0 }, env: { HOME: home } });
  after(() => rmSync(home, { recursive: true }));

  it('is named as one that cannot be read, once the view is looked at again', async () => {
    const { tree, page, emulator } = panel();
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    const folder = join(home, '.config', 'tensorlake');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'contexts.toml'),
      `[contexts.mac]\napi_url = "${emulator.url}"\nstorage = "keychain"\n`,
    );
    const header = page.locator('.pane-header', { hasText: 'Sandboxes' }).first();
    await header.click();
    await header.click();
    await tree.welcome().getByText('keychain of the system').waitFor();
    await panel().picture('keychain-login');
  });
});
