import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { movePointerAway, runCommand } from '../../support/window/index';
import { usePanel } from '../support/panel';

describe('the panel', () => {
  const panel = usePanel({ emulator: { sandboxes: 12, unknownState: true } });

  it('groups sandboxes by state, in order, with counts', async () => {
    const { tree } = panel();
    await tree.waitFor('deep-sleep');
    const groups = ['Running', 'Pending', 'Snapshotting', 'Suspending', 'Suspended', 'hibernating'];
    await soon(async () =>
      assert.deepEqual(
        (await tree.labels()).filter(label => groups.includes(label)),
        groups,
      ),
    );
    await soon(async () => assert.equal(await tree.description('Running'), '4 · 1 public'));
    await soon(async () => assert.equal(await tree.ariaLabel('Running'), 'Running, 4 sandboxes, 1 public'));
    assert.equal((await tree.labels()).includes('Terminated'), false);
    await panel().picture('tree');
  });

  it('tells sandboxes apart by what matters', async () => {
    const { tree } = panel();
    await soon(async () =>
      assert.equal(
        await tree.description('api-dev'),
        'port 8080 public · 2 CPU · 4 GB · 3 h · suspends after 8 h idle',
      ),
    );
    await soon(async () => assert.equal(await tree.description('gpu-train'), 'waiting for capacity · 2 min'));
    assert.match(
      await tree.ariaLabel('api-dev'),
      /^api-dev, running, 2 CPU, 4 GB, created 3 hours ago, port 8080 public, suspends after 8 h idle$/,
    );
  });

  it('shows what is useful in the tooltip, in half the lines, and leads to the rest', async () => {
    const words = [
      'api-dev · running',
      'Exposed ports 8080; public',
      'Idle timeout 8 h',
      'Size 2 CPU, 4 GB',
      'Show Details · Open Terminal',
    ];
    await soon(async () => {
      const tooltip = await panel().tree.tooltip('api-dev');
      for (const word of words) assert.ok(tooltip.includes(word), `${word} in: ${tooltip}`);
    });
    await panel().picture('tooltip');
    const hover = panel().page.locator('.monaco-hover:visible').first();
    const lines = (await hover.innerText()).split('\n').filter(line => line.trim() !== '');
    assert.ok(lines.length <= 8, lines.join('\n'));
    await hover.getByText('Show Details').click();
    await panel().page.locator('.tab', { hasText: 'api-dev' }).first().waitFor();
    await runCommand(panel().page, 'View: Close All Editors');
  });

  it('offers on a row what its state allows', async () => {
    const { tree } = panel();
    const running = await tree.contextMenu('api-dev');
    assert.deepEqual(running, [
      'Open Terminal',
      'Run Command…',
      'Open with Remote-SSH…',
      'Forward Port…',
      'Suspend',
      'Create Snapshot…',
      'Show Details',
      'Show Logs',
      'Change',
      'Copy',
      'More',
      'Terminate…',
    ]);
    const suspended = await tree.contextMenu('docs');
    assert.ok(suspended.includes('Resume') && !suspended.includes('Suspend'));
    await soon(async () => {
      const ofRunning = await tree.inlineActions('api-dev');
      const ofSuspended = await tree.inlineActions('docs');
      assert.ok(ofRunning.includes('Suspend') && !ofRunning.includes('Resume'), String(ofRunning));
      assert.ok(ofSuspended.includes('Resume') && !ofSuspended.includes('Suspend'), String(ofSuspended));
      assert.ok(![...ofRunning, ...ofSuspended].some(action => action.startsWith('Terminate')));
    });
    await tree.row('api-dev').locator('.label-name').click({ button: 'right' });
    await panel().page.locator('.monaco-menu').first().waitFor();
    await panel().picture('context-menu');
    await panel().page.keyboard.press('Escape');
  });

  it('counts in the status bar, says when it last looked, and leads to every sandbox', async () => {
    const { status, quick } = panel();
    await status.waitFor('4 running · 1 pending');
    await soon(async () => assert.equal(await status.ariaLabel(), 'Tensorlake: 4 running · 1 pending'));
    await soon(async () => {
      const tooltip = await status.tooltip();
      for (const word of ['Running 4', 'Suspended 2', 'hibernating 1', 'Last refresh at'])
        assert.ok(tooltip.includes(word), `${word} in: ${tooltip}`);
    });
    await panel().picture('status-bar');
    await status.click();
    await quick.waitFor('Pick a sandbox to act on');
    await soon(async () => assert.ok((await quick.items()).includes('api-dev')));
    await panel().picture('status-pick');
    await quick.item('docs').first().click();
    await quick.waitFor('What to do with it?');
    await soon(async () => assert.ok((await quick.items()).includes('Resume')));
    await quick.cancel();
  });

  it('shows and hides the history, which starts hidden', async () => {
    const { tree } = panel();
    await panel().run('Show History');
    await tree.waitFor('Terminated');
    await tree.expand('Terminated');
    await panel().picture('history');
    await panel().run('Hide History');
    await tree.waitUntilGone('Terminated');
  });

  it('filters while typing, says so, and clears with one click', async () => {
    const { tree, quick } = panel();
    await tree.clickTitleAction('Filter');
    await quick.waitFor('Filter Sandboxes');
    await quick.type('gpu');
    await tree.waitUntilGone('api-dev');
    await soon(async () => assert.equal(await tree.row('gpu-train').count(), 1));
    await quick.accept();
    await panel().picture('filter');
    await tree.clickTitleAction('Clear Filter');
    await tree.waitFor('api-dev');
    await tree.clickTitleAction('Filter');
    await quick.type('no such sandbox');
    await quick.accept();
    await tree.welcome().getByText('No sandbox matches the filter.').waitFor();
    await tree.welcome().getByText('Clear Filter').click();
    await tree.waitFor('api-dev');
  });

  it('brings the earlier filter back on Escape', async () => {
    const { tree, quick } = panel();
    await tree.clickTitleAction('Filter');
    await quick.type('gpu');
    await tree.waitUntilGone('api-dev');
    await quick.cancel();
    await tree.waitFor('api-dev');
  });

  it('shows a readable page and the raw object', async () => {
    const { tree, page } = panel();
    await tree.chooseFromContextMenu('api-dev', 'Show Details');
    await page.locator('.tab', { hasText: 'api-dev' }).first().waitFor();
    await waitFor('the page to be drawn', async () => {
      const frames = page.frames().filter(frame => frame !== page.mainFrame());
      const texts = await Promise.all(
        frames.map(frame =>
          frame
            .locator('body')
            .innerText({ timeout: 500 })
            .catch(() => ''),
        ),
      );
      return texts.some(text => text.includes('Idle timeout'));
    });
    await movePointerAway(page);
    await panel().picture('details');
    await tree.chooseFromContextMenu('api-dev', 'More', 'Show Raw JSON');
    await page.locator('.view-lines', { hasText: '"exposed_ports"' }).waitFor();
    await panel().picture('raw-json');
  });

  it('asked the control plane only', () => {
    assert.equal(panel().emulator.proxyRequests(), 0);
  });

  it('lets go of a key of the environment on Sign Out', async () => {
    const { tree, status, emulator } = panel();
    await panel().run('Sign Out');
    await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
    await status.root.waitFor({ state: 'detached' });
    const before = emulator.requests().length;
    await panel().run('Show Log');
    assert.equal(emulator.requests().length, before);
  });
});
