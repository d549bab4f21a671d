import assert from 'node:assert/strict';
import { soon } from '../../support/waitFor';
import { activityBarIcon } from '../../support/window/index';
import { usePanel } from '../support/panel';

/** What is slow while other suites run on the machine. */
const patientMs = 40_000;

/** Run in the page, whose types differ from those of this project: the amber of the theme. */
const amber = `(() => {
  const probe = document.querySelector('.monaco-workbench').appendChild(document.createElement('span'));
  probe.style.color = 'var(--vscode-problemsWarningIcon-foreground)';
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
})()`;

describe('what needs a person', function () {
  this.timeout(240_000);
  const panel = usePanel({ emulator: { sandboxes: 12, timings: { boot: 10_000 } } });

  async function ask(method: string, path: string, body?: unknown): Promise<void> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}/sandboxes${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok || response.status === 422, `${method} ${path}: ${response.status}`);
  }

  /** Whether a row is in amber. */
  async function isAmber(label: string): Promise<boolean> {
    const { tree, page } = panel();
    const icon = tree.row(label).first().locator('.custom-view-tree-node-item-icon');
    const style = (await icon.getAttribute('style', { timeout: 1_000 })) ?? '';
    return /(?:^|[; ])color: ([^;]+)/.exec(style)?.[1] === (await page.evaluate<string>(amber));
  }

  before(async () => await panel().tree.waitFor('docs'));

  it('is seen on a folded group, on the icon of the view, and nowhere else in amber', async () => {
    const { tree, page } = panel();
    await soon(async () => assert.equal(await isAmber('api-dev'), true));
    for (const label of ['inference', 'gpu-train', 'docs', 'notebook'])
      assert.equal(await isAmber(label), false, label);
    await tree.collapse('Running');
    await soon(async () => assert.equal(await tree.description('Running'), '4 · 1 public'));
    assert.equal(await isAmber('Running'), true);
    assert.match(await tree.ariaLabel('Running'), /, 1 public/);
    await soon(async () =>
      assert.equal(await activityBarIcon(page, 'Tensorlake').locator('.badge-content').innerText(), '1'),
    );
    await panel().picture('glance-folded');
    await tree.expand('Running');
    await panel().picture('glance');
  });

  it('is a sandbox that ended unexpectedly, without the history, until it is dismissed', async () => {
    const { tree, page } = panel();
    await ask('POST', '', {
      name: 'broken',
      image: 'missing/image',
      resources: { cpus: 1, memory_mb: 1024 },
      wait: false,
    });
    await panel().run('Refresh Sandboxes');
    await tree.waitFor('broken');
    await soon(
      async () => assert.equal(await tree.description('Terminated'), '1 · 1 ended unexpectedly'),
      patientMs,
    );
    await soon(async () =>
      assert.equal(await activityBarIcon(page, 'Tensorlake').locator('.badge-content').innerText(), '2'),
    );
    await tree.expand('Terminated');
    await soon(async () =>
      assert.match(await tree.description('broken'), /^ended unexpectedly · image not found/),
    );
    assert.equal(await isAmber('broken'), true);
    await panel().picture('glance-ended');
    await tree.clickInlineAction('broken', 'Dismiss');
    await tree.waitUntilGone('Terminated');
    await panel().run('Show History');
    await tree.waitFor('Terminated');
    await panel().run('Hide History');
    await tree.waitUntilGone('Terminated');
  });
});

describe('a group', function () {
  this.timeout(240_000);
  const panel = usePanel({
    emulator: { sandboxes: 12, speed: 10 },
    settings: {
      'tensorlake.rates': { currency: 'USD', perCpuHour: 0.1, perGbMemoryHour: 0, perGbDiskHour: 0 },
    },
  });

  it('has a menu of what can be done to all of it', async () => {
    const { tree, page } = panel();
    await tree.waitFor('docs');
    assert.deepEqual(await tree.contextMenu('Suspended'), ['Resume All…', 'Terminate All…']);
    assert.deepEqual(await tree.contextMenu('Running'), ['Suspend All…', 'Terminate All…']);
    assert.deepEqual(await tree.contextMenu('Pending'), ['Terminate All…']);
    await tree.openContextMenu('Running');
    await panel().picture('group-menu');
    await page.keyboard.press('Escape');
  });

  it('is resumed after a question that names all, that they wake, and what they cost', async () => {
    const { tree, dialog } = panel();
    await tree.chooseFromContextMenu('Suspended', 'Resume All…');
    await soon(async () => assert.equal(await dialog.message(), 'Resume 2 sandboxes?'), patientMs);
    const detail = await dialog.detail();
    for (const words of ['docs: suspended', 'etl-nightly: suspended', 'wake', '$0.50/h'])
      assert.ok(detail.includes(words), `${words} in ${detail}`);
    await panel().picture('group-resume');
    await dialog.press('Cancel');
    await soon(async () => assert.match(await tree.description('Suspended'), /^2\b/));
  });

  it('is suspended as far as its sandboxes have names, and as far as the filter shows them', async () => {
    const { tree, dialog, quick } = panel();
    await tree.chooseFromContextMenu('Running', 'Suspend All…');
    await soon(async () => assert.equal(await dialog.message(), 'Suspend 3 sandboxes?'), patientMs);
    assert.match(await dialog.detail(), /Left out, as they have no name or something is under way: 1/);
    await panel().picture('group-suspend');
    await dialog.press('Cancel');
    await tree.clickTitleAction('Filter');
    await quick.waitFor('Filter Sandboxes');
    await quick.type('inference');
    await tree.waitUntilGone('api-dev');
    await quick.accept();
    await tree.chooseFromContextMenu('Running', 'Suspend All…');
    await soon(async () => assert.equal(await dialog.message(), 'Suspend inference?'), patientMs);
    await dialog.press('Suspend');
    await tree.rowByAriaLabel('inference, suspended').first().waitFor({ timeout: patientMs });
    await panel().run('Clear Filter');
    await tree.rowByAriaLabel('api-dev, running').first().waitFor();
  });

  it('is terminated after the question that several selected ones have', async () => {
    const { tree, dialog } = panel();
    await tree.chooseFromContextMenu('Suspended', 'Terminate All…');
    await soon(async () => assert.equal(await dialog.message(), 'Terminate 3 sandboxes?'), patientMs);
    assert.match(await dialog.detail(), /lost for good/);
    await dialog.press('Terminate 3 Sandboxes');
    await tree.waitUntilGone('Suspended');
    await tree.rowByAriaLabel('api-dev, running').first().waitFor();
  });
});
