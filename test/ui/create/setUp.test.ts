import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usePanel } from '../support/panel';

const folder = mkdtempSync(join(tmpdir(), 'made-here-'));
const script = join(folder, 'set-up.sh');

describe('the set-up of a new sandbox', () => {
  const panel = usePanel({
    emulator: { sandboxes: 3, speed: 4 },
    settings: {
      'tensorlake.create.setUp': script,
      'tensorlake.create.then': 'terminal',
      'terminal.integrated.gpuAcceleration': 'off',
    },
  });
  after(() => rmSync(folder, { recursive: true }));

  async function create(name: string): Promise<void> {
    const { quick } = panel();
    await panel().run('New Sandbox…');
    await quick.waitFor('Enter creates it');
    await quick.type(name);
    await quick.item(`Create '${name}'`).first().waitFor();
    await quick.accept();
  }

  it('shows its output, and opens a terminal when it is over', async () => {
    const { page, tree } = panel();
    writeFileSync(script, '#!/bin/sh\necho "alias ll=\'ls -l\'" >>"$HOME/.bashrc"\necho aliases are set\n');
    await tree.waitFor('Running');
    await create('with-aliases');
    const tab = page.locator('.terminal-tabs-entry', { hasText: 'set-up.sh · with-aliases' });
    await tab.first().waitFor();
    await page
      .locator('.terminal-tabs-entry', { hasText: /^\s*with-aliases/ })
      .first()
      .waitFor();
    await tab.first().click();
    await page.locator('.terminal-wrapper.active .xterm-rows', { hasText: 'aliases are set' }).waitFor();
    await panel().picture('set-up');
  });

  it('says that it failed, with the output at hand', async () => {
    const { page, notifications } = panel();
    writeFileSync(script, 'echo there is no such package >&2; exit 3');
    await create('without-package');
    assert.match(
      await notifications.message('The set-up of without-package failed'),
      /Ended after .+: exit code 3\.$/,
    );
    await panel().picture('set-up-failed');
    await notifications.press('The set-up of without-package failed', 'Show Output');
    await page
      .locator('.terminal-wrapper.active .xterm-rows', { hasText: 'there is no such package' })
      .waitFor();
  });

  it('names a file that is not there, and the setting', async () => {
    const { page, notifications } = panel();
    rmSync(script);
    await create('without-file');
    await notifications.message('Could not set up without-file');
    await panel().picture('set-up-missing');
    await notifications.press('Could not set up without-file', 'Open Settings');
    await page.locator('.settings-editor .setting-item', { hasText: 'Set Up' }).first().waitFor();
    await panel().picture('set-up-setting');
  });
});
