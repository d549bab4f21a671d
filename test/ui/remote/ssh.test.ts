import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageExtension } from '../../../scripts/buildExtension';
import { projectRoot } from '../../support/projectRoot';
import { soon, waitFor } from '../../support/waitFor';
import { keyFingerprint, writeKeygen } from '../support/keygen';
import { usePanel, type PanelOptions } from '../support/panel';

const token = 'tl_pat_somebody';
const users = '# mine\nAddKeysToAgent yes\r\nHost work\n\tUser me \n  # caf\u00e9 \u00ff';

const home = mkdtempSync(join(tmpdir(), 'tl-home-'));
const configFile = join(home, '.ssh', 'config');
const entriesFile = join(home, '.ssh', 'tensorlake-sandboxes');
const programs = join(home, 'bin');

function config(): string {
  return readFileSync(configFile, 'latin1');
}

describe('Remote-SSH', () => {
  const remoteSsh = join(projectRoot, 'out', 'remote-ssh.vsix');
  const shared: PanelOptions = {
    env: { HOME: home, PATH: [programs, process.env['PATH'] ?? ''].join(delimiter) },
  };

  before(() => {
    mkdirSync(join(home, '.ssh'));
    // A link, as in a home folder with managed dotfiles.
    writeFileSync(join(home, 'dotfile'), users, { encoding: 'latin1', mode: 0o640 });
    symlinkSync('../dotfile', configFile);
    writeKeygen(programs);
    packageExtension(remoteSsh, join(projectRoot, 'test/support/fixtures/remote-ssh'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  describe('with an API key and without the extension', () => {
    const panel = usePanel({ ...shared, emulator: { sandboxes: 6 } });

    it('has a key made, and says why it cannot be registered from here', async () => {
      const { tree, quick, dialog } = panel();
      await tree.chooseFromContextMenu('api-dev', 'Open with Remote-SSH…');
      await soon(async () => assert.match(await dialog.message(), /is not installed/));
      await panel().picture('ssh-no-extension');
      await dialog.press('Set Up SSH Only');
      await quick.waitFor('Which key is to log you in?');
      await soon(async () => assert.deepEqual(await quick.items(), ['Create a Key for Tensorlake']));
      await quick.accept();
      await dialog.press('Another Key…');
      await quick.pick('~/.ssh/id_ed25519_tensorlake');
      await soon(async () =>
        assert.equal(await dialog.message(), 'Is this SSH key registered with Tensorlake?'),
      );
      assert.ok((await dialog.detail()).includes(keyFingerprint), await dialog.detail());
      await panel().picture('ssh-registered');
      await dialog.press('It Is Registered');
    });

    it('shows what it adds, and changes nothing when that is declined', async () => {
      const { dialog } = panel();
      await soon(async () =>
        assert.equal(await dialog.message(), 'Add tl-api-dev to your SSH configuration?'),
      );
      assert.match(await dialog.detail(), /Host tl-api-dev.*IdentityFile ~\/\.ssh\/id_ed25519_tensorlake/);
      await panel().picture('ssh-question');
      await dialog.press('Cancel');
      assert.equal(config(), users);
    });

    it('adds it, keeps the rest byte for byte, and says how to log in', async () => {
      const { tree, dialog, notifications } = panel();
      await tree.chooseFromContextMenu('api-dev', 'Open with Remote-SSH…');
      await dialog.press('Set Up SSH Only');
      await soon(async () => assert.match(await dialog.message(), /^Add tl-api-dev/));
      await dialog.press('Add and Open');
      await notifications.message('"ssh tl-api-dev" logs in');
      await panel().picture('ssh-without-extension');
      assert.ok(config().endsWith(`<<<\r\n${users}`), config());
      assert.equal(statSync(configFile).mode & 0o777, 0o640);
      assert.ok(lstatSync(configFile).isSymbolicLink());
      await notifications.dismiss('"ssh tl-api-dev" logs in');
    });

    it('copies what logs in from any terminal', async () => {
      const { tree, quick, page } = panel();
      await tree.chooseFromContextMenu('api-dev', 'Copy', 'Copy SSH Command');
      await panel().run('Open Terminal');
      await quick.waitFor('Open a terminal in which sandbox?');
      await page.keyboard.press('Control+v');
      await soon(async () => assert.equal(await quick.value(), 'ssh tl-api-dev'));
      await quick.cancel();
    });

    it('takes it out again, and the file is as it was', async () => {
      const { quick, notifications } = panel();
      await panel().run('Remove SSH Entries…');
      await quick.waitFor('are to be taken out of');
      await panel().picture('ssh-remove');
      await quick.pickMany(['tl-api-dev']);
      await notifications.message('No sandbox is in ~/.ssh/config any more');
      assert.equal(config(), users);
    });
  });

  describe('with a personal access token and the extension', () => {
    const panel = usePanel({
      ...shared,
      isSignedIn: false,
      emulator: { sandboxes: 6, pats: [token] },
      vsixPaths: [remoteSsh],
    });

    it('registers the key when that is agreed to, and opens a window there', async () => {
      const { tree, quick, dialog, page, emulator } = panel();
      await tree.welcome().getByText('Sign In', { exact: true }).click();
      await quick.waitFor('Sign In to Tensorlake');
      await quick.type(token);
      await quick.accept();
      await tree.waitFor('api-dev');
      await tree.chooseFromContextMenu('api-dev', 'Open with Remote-SSH…');
      await soon(async () => assert.equal(await dialog.message(), 'Register this SSH key with Tensorlake?'));
      await panel().picture('ssh-register');
      await dialog.press('Register');
      await soon(async () => assert.match(await dialog.message(), /^Add tl-api-dev to/));
      const registered = await fetch(`${emulator.url}/platform/v1/users/me/ssh-keys`, {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.ok((await registered.text()).includes(keyFingerprint));
      const opened = page.context().waitForEvent('page');
      await dialog.press('Add and Open');
      const url = new URL((await opened).url());
      assert.match(decodeURIComponent(url.search), /\/home\/tl-user/);
      await (await opened).close();
      assert.match(config(), /^Include ~\/\.ssh\/tensorlake-sandboxes\r\n/m);
      assert.match(readFileSync(entriesFile, 'latin1'), /^Host tl-api-dev\n/);
    });

    it('asks nothing the next time', async () => {
      const { tree, page } = panel();
      const before = config();
      const opened = page.context().waitForEvent('page');
      await tree.chooseFromContextMenu('api-dev', 'Open with Remote-SSH…');
      await (await opened).close();
      assert.equal(config(), before);
    });

    it('touches no configuration whose block is damaged, and shows it', async () => {
      const { tree, notifications, page } = panel();
      const damaged = config().replace('# <<< Tensorlake', '# Tensorlake');
      writeFileSync(configFile, damaged, 'latin1');
      await tree.chooseFromContextMenu('api-dev', 'Open with Remote-SSH…');
      await notifications.message('are not a pair any more');
      await waitFor('the file to be shown', async () =>
        (await page.locator('.tabs-container .tab.active').innerText()).includes('config'),
      );
      assert.equal(config(), damaged);
      await panel().picture('ssh-damaged');
    });
  });
});
