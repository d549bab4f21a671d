import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { showContainer } from '../../support/window/index';
import { soon } from '../../support/waitFor';
import { keyFingerprint, writeKeygen } from '../support/keygen';
import { usePanel } from '../support/panel';
import { storedNames } from '../support/storedState';

const token = 'tl_pat_somebody';
const users = 'Host work\n  User me\n';

const home = mkdtempSync(join(tmpdir(), 'tl-home-'));
const ssh = join(home, '.ssh');
const configFile = join(ssh, 'config');
const keyFile = join(ssh, 'id_ed25519_tensorlake');
const programs = join(home, 'bin');

describe('Remove All Data', () => {
  const panel = usePanel({
    isSignedIn: false,
    emulator: { sandboxes: 6, pats: [token] },
    env: { HOME: home, PATH: [programs, process.env['PATH'] ?? ''].join(delimiter) },
  });

  async function registered(): Promise<string> {
    const response = await fetch(`${panel().emulator.url}/platform/v1/users/me/ssh-keys`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return await response.text();
  }

  before(() => {
    mkdirSync(ssh);
    writeFileSync(configFile, users);
    writeFileSync(`${keyFile}_of_the_user`, 'private');
    writeKeygen(programs);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  it('lists in one question what the extension left', async () => {
    const { tree, quick, dialog, notifications, status } = panel();
    await tree.welcome().getByText('Sign In', { exact: true }).click();
    await quick.waitFor('Sign In to Tensorlake');
    await quick.type(token);
    await quick.accept();
    await tree.waitFor('api-dev');
    await panel().run('Switch Profile…');
    await quick.pick('Add Profile…');
    await quick.waitFor('Name of the profile');
    await quick.type('work');
    await quick.accept();
    await quick.pick('Enter an API Key…');
    await quick.waitFor('personal access token for');
    await quick.type(token);
    await quick.accept();
    // Until then the rows are those of the profile before.
    await status.waitFor(/running.*work/);
    await tree.chooseFromContextMenu('api-dev', 'Open with Remote-SSH…');
    await dialog.press('Set Up SSH Only');
    await quick.waitFor('Which key is to log you in?');
    await quick.accept();
    await dialog.press('Register');
    await dialog.press('Add and Open');
    await notifications.dismiss('"ssh tl-api-dev" logs in');
    assert.ok((await registered()).includes(keyFingerprint));
    assert.ok(existsSync(keyFile));

    await panel().run('Remove All Data…');
    await soon(async () =>
      assert.equal(await dialog.message(), 'Remove all data of Tensorlake Sandboxes from this machine?'),
    );
    assert.match(
      await dialog.detail(),
      /Entries of sandboxes in ~\/\.ssh\/config: 1.*The SSH key ~\/\.ssh\/id_ed25519_tensorlake.*2 API keys and tokens.*Profiles: work.*settings stay/s,
    );
    await panel().picture('remove-all-data');
    await dialog.press('Cancel');
    await tree.waitFor('api-dev');
  });

  it('removes the rest where a part cannot be removed, which it names', async () => {
    const { tree, dialog, notifications } = panel();
    const whole = readFileSync(configFile, 'utf8');
    writeFileSync(configFile, whole.replace('# <<< Tensorlake', '# Tensorlake'));
    await panel().run('Remove All Data…');
    await dialog.press('Remove All Data');
    await notifications.message('Could not remove all data: 1 of 8 failed. SSH configuration: The lines');
    await panel().picture('remove-all-data-failed');
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    assert.equal(existsSync(keyFile) || existsSync(`${keyFile}.pub`), false);
    assert.ok(existsSync(`${keyFile}_of_the_user`));
    assert.ok(!(await registered()).includes(keyFingerprint));
    writeFileSync(configFile, whole);
  });

  it('removes it the next time, and leaves the window as after an installation', async () => {
    const { tree, dialog, notifications, window, editor, page, emulator } = panel();
    await panel().run('Remove All Data…');
    await soon(async () =>
      assert.match(await dialog.detail(), /^Entries of sandboxes in ~\/\.ssh\/config: 1/),
    );
    assert.doesNotMatch(await dialog.detail(), /API keys|Profiles|SSH key/);
    await dialog.press('Remove All Data');
    await notifications.message('All data of Tensorlake Sandboxes was removed, and you are signed out.');
    assert.equal(readFileSync(configFile, 'utf8'), users);
    if (editor.kind === 'server')
      await soon(async () => {
        const names = new Set(await storedNames(page));
        // When it was, and numbers by which windows see what another one has overwritten.
        assert.deepEqual([...names].sort(), ['tensorlake.removedAt', 'tensorlake.writes']);
      });
    await window.reload();
    await showContainer(page, 'Tensorlake');
    const before = emulator.requests().length;
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    assert.equal(emulator.requests().length, before);
  });
});
