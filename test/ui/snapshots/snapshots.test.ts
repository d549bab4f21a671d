import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { movePointerAway, runCommand, Tree } from '../../support/window/index';
import { usePanel } from '../support/panel';

describe('the views below Sandboxes', () => {
  const panel = usePanel({
    emulator: { sandboxes: 12, speed: 2, timings: { snapshot: 800, upload: 800, suspend: 500, boot: 500 } },
  });
  const snapshots = (): Tree => new Tree(panel().page, 'Snapshots');
  const activity = (): Tree => new Tree(panel().page, 'Activity');
  const catalog = (): Tree => new Tree(panel().page, 'Pools and Images');

  const requests = (method: string, path: RegExp): number =>
    panel()
      .emulator.requests()
      .filter(request => request.method === method && path.test(request.path)).length;

  /** A request to the emulator, without the extension. */
  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return await response.json();
  }

  async function stateOf(name: string): Promise<string> {
    return JSON.stringify(await ask('GET', `/sandboxes/${name}`));
  }

  it('are folded, and no snapshot is asked for before they are opened', async () => {
    await panel().tree.waitFor('api-dev');
    await catalog().header().waitFor();
    assert.equal(await activity().header().count(), 0);
    assert.equal(requests('GET', /\/snapshots/), 0);
    for (const path of [/\/sandbox-pools/, /\/sandbox-templates/]) assert.equal(requests('GET', path), 1);
    await panel().picture('side-views-folded');
  });

  describe('snapshots', () => {
    it('lie below their sandboxes, with what tells them apart', async () => {
      await snapshots().open();
      await snapshots().waitFor('docs');
      await soon(async () => assert.match(await snapshots().description('api-dev'), /^2 · 6\.5 GB$/));
      await soon(async () =>
        assert.match(await snapshots().ariaLabel('api-dev'), /^api-dev, running, 2 snapshots, 6\.5 GB/),
      );
      await movePointerAway(panel().page);
      await panel().picture('snapshots-view');
    });

    it('are followed while they are taken, and read one by one then', async () => {
      const listings = requests('GET', /\/snapshots$/);
      await panel().tree.chooseFromContextMenu('browser-agent', 'Create Snapshot…');
      await panel().quick.waitFor('What is the snapshot to keep?');
      await panel().quick.item('Memory').first().click();
      await snapshots().rowByAriaLabel('being taken').first().waitFor();
      await snapshots().waitFor('browser-agent');
      await waitFor('it to be stored', async () =>
        /"status":"completed"/.test(JSON.stringify(await ask('GET', '/snapshots'))),
      );
      await snapshots().rowByAriaLabel('Memory snapshot, stored').first().waitFor();
      // Polled by its own id, not by listing all snapshots each time.
      assert.ok(requests('GET', /\/snapshots$/) <= listings + 4);
    });

    it('have the sandboxes restored from them here below them', async () => {
      const { quick } = panel();
      await snapshots().chooseFromContextMenu('Filesystem', 'Restore Snapshot…');
      await quick.waitFor('Enter creates it');
      await quick.type('second-life');
      await quick.accept();
      await snapshots().rowByAriaLabel('second-life, restored from this snapshot').first().waitFor();
      await panel().tree.rowByAriaLabel('second-life, ').first().waitFor();
      await movePointerAway(panel().page);
      await panel().picture('snapshots-restored');
    });

    it('are deleted after a question that says what is lost', async () => {
      const { dialog } = panel();
      await snapshots().chooseFromContextMenu('Filesystem', 'Delete Snapshot…');
      await soon(async () => assert.match(await dialog.message(), /^Delete the snapshot of api-dev\?$/));
      await soon(async () =>
        assert.match(await dialog.detail(), /cannot be undone\. 1\.3 GB of storage are freed/),
      );
      await soon(async () => assert.match(await dialog.detail(), /Sandboxes restored from it live on/));
      await panel().picture('snapshot-delete');
      const before = requests('DELETE', /\/snapshots\//);
      await dialog.press('Cancel');
      assert.equal(requests('DELETE', /\/snapshots\//), before);
      await snapshots().chooseFromContextMenu('Filesystem', 'Delete Snapshot…');
      await dialog.press('Delete');
      await waitFor('it to be gone', async () => /^1 · /.test(await snapshots().description('api-dev')));
    });
  });

  describe('Delete Snapshots Older Than', () => {
    it('lists what would go and what it frees, all ticked, before it asks', async () => {
      const { quick, dialog } = panel();
      await panel().run('Delete Snapshots Older Than…');
      await quick.waitFor('7d');
      await quick.type('soon');
      await soon(async () => assert.match(await quick.validationMessage(), /such as 7d, 12h or 90m/));
      await quick.type('1d');
      await quick.accept();
      await quick.waitFor('Untick what is to stay');
      await soon(async () => assert.deepEqual(await quick.items(), ['etl-nightly', 'docs']));
      await panel().picture('snapshots-older-than');
      await quick.accept();
      await soon(async () => assert.match(await dialog.message(), /^Delete 2 snapshots\?$/));
      await dialog.press('Delete 2 Snapshots');
      await waitFor('them to be gone', async () => !(await snapshots().labels()).includes('docs'));
      await panel().run('Delete Snapshots Older Than…');
      await quick.waitFor('7d');
      await quick.type('1d');
      await quick.accept();
      await panel().notifications.message('No snapshot is older than that.');
    });
  });

  describe('Snapshot, Then Terminate', () => {
    const failed = 'Could not take a snapshot and terminate';
    const notTerminated = 'The sandbox was not terminated';

    async function begin(name: string): Promise<void> {
      const { tree, quick, dialog } = panel();
      await tree.chooseFromContextMenu(name, 'More', 'Snapshot, Then Terminate…');
      await quick.waitFor('What is the snapshot to keep?');
      await quick.item('Filesystem').first().click();
      await soon(async () =>
        assert.match(
          await dialog.message(),
          new RegExp(`^Take a snapshot of ${name}, then terminate it\\?$`),
        ),
      );
      await soon(async () =>
        assert.match(await dialog.detail(), /Memory, processes and \/tmp are lost for good/),
      );
      await panel().picture('snapshot-then-terminate');
      await dialog.press('Snapshot, Then Terminate');
    }

    it('leaves the sandbox alone when it is not known whether there is a snapshot', async () => {
      const { emulator, notifications } = panel();
      emulator.faults.add({ fault: '500', method: 'POST', route: '/sandboxes/{id}/snapshot' });
      const before = requests('DELETE', /\/sandboxes\//);
      await begin('inference');
      await notifications.message(notTerminated);
      emulator.faults.clear();
      assert.equal(requests('DELETE', /\/sandboxes\//), before);
      await soon(async () => assert.match(await stateOf('inference'), /"status":"running"/));
    });

    it('leaves the sandbox alone when the snapshot vanishes while it is followed', async () => {
      const { emulator, notifications } = panel();
      await notifications.dismiss(notTerminated);
      emulator.faults.add({
        fault: 'plain-text',
        status: 404,
        method: 'GET',
        route: '/snapshots/{id}',
      });
      const before = requests('DELETE', /\/sandboxes\//);
      await begin('inference');
      await notifications.message(failed);
      emulator.faults.clear();
      assert.equal(requests('DELETE', /\/sandboxes\//), before);
    });

    it('ends the sandbox when the snapshot is stored, and the snapshot stays', async () => {
      await panel().notifications.dismiss(failed);
      await waitFor('it to run again', async () => /"status":"running"/.test(await stateOf('inference')));
      await begin('inference');
      await panel().tree.waitUntilGone('inference');
      await soon(async () =>
        assert.match(JSON.stringify(await ask('GET', '/snapshots')), /"status":"completed"/),
      );
      await panel().picture('snapshot-of-gone');
    });
  });

  describe('activity', () => {
    it('tells what was seen, newest first, and why', async () => {
      await snapshots().close();
      await panel().tree.chooseFromContextMenu('api-dev', 'Suspend');
      await panel().tree.rowByAriaLabel('api-dev, suspended').first().waitFor();
      await runCommand(panel().page, 'Tensorlake: Focus on Activity View');
      await activity().rowByAriaLabel('to suspended, asked for here').first().waitFor();
      await soon(async () => {
        const labels = await activity().labels();
        const line = (name: string): number => labels.findIndex(label => label.endsWith(name));
        assert.ok(line('api-dev') >= 0 && line('api-dev') < line('inference'), labels.join());
      });
      await movePointerAway(panel().page);
      await panel().picture('activity-view');
    });

    it('is narrowed to a sandbox from its context menu, widened again, and cleared', async () => {
      await panel().tree.chooseFromContextMenu('api-dev', 'More', 'Show Activity');
      await activity().rowByAriaLabel('inference, from').first().waitFor({ state: 'detached' });
      await soon(async () =>
        assert.equal(await activity().rowByAriaLabel('api-dev, from').first().isVisible(), true),
      );
      await activity().clickTitleAction('Show Activity of All Sandboxes');
      await activity().rowByAriaLabel('inference, from').first().waitFor();
      await activity().chooseTitleEntry('Clear Activity');
      await activity().welcome().getByText('No sandbox has changed its state').waitFor();
      await activity().close();
    });
  });

  describe('pools and images', () => {
    it('say how many sandboxes are ready, in use and allowed', async () => {
      await ask('POST', '/sandbox-pools', {
        image: 'tensorlake/ubuntu-vnc',
        resources: { cpus: 1, memory_mb: 1024, disk_mb: 10_240 },
        timeout_secs: 3600,
        warm_containers: 1,
        max_containers: 3,
      });
      await catalog().open();
      await catalog().rowByAriaLabel('Pool of ubuntu-vnc').first().waitFor();
      await waitFor('a warm one', async () => {
        await catalog().clickTitleAction('Refresh Pools and Images');
        return /^1 of 1 warm · 0 claimed · at most 3/.test(await catalog().description('ubuntu-vnc'));
      });
      await soon(async () => assert.equal(await catalog().description('Images'), '5'));
      await catalog().select('ubuntu-vnc');
      await panel().page.keyboard.press('End');
      await catalog().waitFor('vision-models');
      await movePointerAway(panel().page);
      await panel().picture('catalog-view');
      await panel().page.keyboard.press('Home');
      await catalog().waitFor('ubuntu-vnc');
    });

    it('give a sandbox on request', async () => {
      await catalog().chooseFromContextMenu('ubuntu-vnc', 'Claim Sandbox from Pool…');
      await waitFor('the counts', async () => /1 claimed/.test(await catalog().description('ubuntu-vnc')));
      await catalog().select('ubuntu-vnc');
    });

    it('open the create wizard with an image filled in', async () => {
      await panel().page.keyboard.press('End');
      await catalog().chooseFromContextMenu('vision-models', 'New Sandbox from Image…');
      await panel().quick.waitFor('New Sandbox');
      await panel().picture('create-from-image');
      await panel().quick.cancel();
    });
  });
});
