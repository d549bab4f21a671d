import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GitServer } from '../../test/support/servers/gitServer';
import { waitFor } from '../../test/support/waitFor';
import { movePointerAway, runCommand, Tree } from '../../test/support/window/index';
import { ask, home } from './ask';
import type { Scene } from './camera';

/** The script of the setting `tensorlake.create.setUp`, which is there only while the set-up is looked at. */
export const setUpFile = path.join(tmpdir(), `tl-set-up-${process.pid}.sh`);

/** Other views, what goes on by itself, and trouble. */
export const placeScenes: Readonly<Record<string, Scene>> = {
  snapshots: async camera => {
    const { panel } = camera;
    const { page } = panel;
    const snapshots = new Tree(page, 'Snapshots');
    await snapshots.open();
    await snapshots.waitFor('docs');
    await movePointerAway(page);
    await camera.take('snapshots');
    await snapshots.openContextMenu('Filesystem');
    await camera.take('snapshots-menu');
    await page.keyboard.press('Escape');
    await snapshots.close();
    const catalog = new Tree(page, 'Pools and Images');
    await catalog.open();
    await catalog.waitFor('Images');
    await movePointerAway(page);
    await camera.take('pools-and-images');
    await catalog.close();
  },
  default: async camera => {
    const { panel } = camera;
    await panel.tree.select('api-dev');
    await panel.run('Set as Default Sandbox');
    await waitFor('the row to say so', async () => /^default/.test(await panel.tree.description('api-dev')));
    await movePointerAway(panel.page);
    await camera.take('default-sandbox');
    await panel.status.tooltip();
    await camera.take('default-sandbox-hover');
  },
  clone: async camera => {
    const { panel } = camera;
    const { quick, page } = panel;
    const server = await GitServer.start();
    try {
      await panel.run('Clone Repository into Sandbox…');
      await quick.waitFor('Address of the repository');
      await quick.type(`${server.url}/held.git`);
      await camera.take('clone-address');
      await quick.accept();
      await quick.waitFor('Branch or tag');
      await quick.accept();
      await quick.waitFor('Clone into which sandbox?');
      await camera.take('clone-sandboxes');
      await quick.type('api-dev');
      await quick.accept();
      const toast = page.locator('.notification-toast', { hasText: 'Cloning held' });
      await toast.waitFor();
      await camera.take('clone-progress');
      await toast.locator('.monaco-button', { hasText: 'Cancel' }).click();
      await toast.waitFor({ state: 'detached' });
    } finally {
      await server.stop();
    }
  },
  setUp: async camera => {
    const { panel } = camera;
    const { quick, notifications, page } = panel;
    writeFileSync(setUpFile, '#!/bin/sh\necho aliases are set\necho there is no such package >&2\nexit 3\n');
    try {
      await panel.run('New Sandbox…');
      await quick.waitFor('Enter creates it');
      await quick.type('with-set-up');
      await quick.item("Create 'with-set-up'").first().waitFor();
      await quick.accept();
      const failed = 'The set-up of with-set-up failed';
      await notifications.message(failed);
      await camera.take('set-up-failed');
      await notifications.press(failed, 'Show Output');
      await page.locator('.terminal-wrapper.active .xterm-rows', { hasText: 'no such package' }).waitFor();
      await camera.take('set-up-output');
    } finally {
      rmSync(setUpFile);
    }
    await runCommand(page, 'View: Hide Panel');
  },
  notice: async camera => {
    const { panel } = camera;
    const { page, tree } = panel;
    const made = (await ask(panel, 'POST', '/sandboxes', {
      resources: { cpus: 1, memory_mb: 1024 },
      timeout_secs: 70,
    })) as { readonly sandbox_id: string };
    await panel.run('Refresh Sandboxes');
    const row = tree.root.locator('.monaco-list-row[aria-label*="ephemeral"]');
    await row.first().waitFor();
    await fetch(`${panel.emulator.url}/api/v1/files?path=${home}/idle.txt`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${panel.emulator.apiKey}`,
        'x-tensorlake-sandbox-id': made.sandbox_id,
      },
      body: 'idle\n',
    });
    const label = (await row.first().locator('.label-name').innerText()).trim();
    for (const name of ['api-dev', 'other']) await tree.collapse(name);
    await tree.expand(label);
    await tree.expand('Files');
    await tree.expand(home);
    await tree.select('idle.txt');
    await page.keyboard.press('Enter');
    await page.locator('.tab', { hasText: 'idle.txt' }).first().waitFor();
    await waitFor(
      'the notice',
      async () => (await panel.notifications.messages()).some(text => text.includes('for good')),
      90_000,
    );
    await camera.take('notice-before-an-end');
  },
  account: async camera => {
    const { panel } = camera;
    await panel.run('Switch Profile…');
    await panel.quick.waitFor('Which profile');
    await camera.take('profiles');
  },
  filter: async camera => {
    const { panel } = camera;
    const { quick, page, tree } = panel;
    await panel.run('Filter Sandboxes…');
    await quick.waitFor('Filter Sandboxes');
    await camera.take('filter');
    await quick.type('no-such-name');
    await quick.accept();
    await tree.welcome().first().waitFor();
    await movePointerAway(page);
    await camera.take('filter-nothing');
    await panel.run('Clear Filter');
    await tree.waitFor('docs');
  },
  stale: async camera => {
    const { panel } = camera;
    await panel.emulator.stop();
    await panel.run('Refresh Sandboxes');
    await panel.status.waitFor(/as of/);
    await movePointerAway(panel.page);
    await camera.take('stale');
  },
};
