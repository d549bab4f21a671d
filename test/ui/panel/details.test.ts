import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { pendingReasons } from '../../../src/core/sandbox/endReason';
import { runCommand, webviewPage } from '../../support/window/index';
import { soon } from '../../support/waitFor';
import { Panel } from '../support/panel';
import { ScriptedService, type WireSandbox } from '../support/scriptedService';
import { waitForStoredEditor } from '../support/storedState';

const hourMs = 3_600_000;

/** A sandbox with a value in every field of SandboxInfo (API reference section 2.3). */
const everything: WireSandbox = {
  id: '4aaf6w9e5i6kvhg2frb05',
  namespace: 'project_x',
  name: 'api-dev',
  status: 'running',
  image: 'vision-models',
  created_at: Date.now() - 3 * hourMs,
  terminated_at: null,
  resources: { cpus: 2, memory_mb: 4096, disk_mb: 20_480, gpus: [{ count: 1, model: 'A10' }] },
  timeout_secs: 28_800,
  entrypoint: ['python3', '-m', 'serve', '--title', 'a b <i>c</i>'],
  secret_names: ['DATABASE_URL', 'GITHUB_TOKEN'],
  network_policy: {
    allow_internet_access: true,
    allow_out: ['api.github.com', 'registry.npmjs.org'],
    deny_out: ['10.0.0.0/8'],
  },
  pool_id: 'pool0w9e5i6kvhg2frb05',
  template_id: 'template-7',
  container_id: 'container-1',
  executor_id: 'executor-2',
  allow_unauthenticated_access: true,
  exposed_ports: [8080, 9000],
  ingress_endpoint: 'https://sandbox.gcp-use4.tensorlake.ai',
  sandbox_url: 'https://4aaf6w9e5i6kvhg2frb05.sandbox.gcp-use4.tensorlake.ai',
  file_systems: [
    { file_system_id: 'file_system_1', mount_path: '/data', read_only: true, snapshot_id: 'snap-1' },
    { file_system_id: 'file_system_2', mount_path: '/cache', prefetch: true },
  ],
  runtime: 'cloud-hypervisor',
  resource_resize: {
    generation: 3,
    status: 'pending',
    requested: { cpus: 4, memory_mb: 8192, disk_mb: 20_480 },
    error_message: null,
  },
};

function plain(overrides: Readonly<Record<string, unknown>> & { readonly id: string }): WireSandbox {
  return {
    namespace: 'project_x',
    status: 'running',
    image: 'tensorlake/ubuntu-minimal',
    created_at: Date.now() - hourMs / 12,
    resources: { cpus: 1, memory_mb: 1024, disk_mb: 10_240 },
    timeout_secs: 600,
    allow_unauthenticated_access: false,
    exposed_ports: null,
    file_systems: [],
    ...overrides,
  };
}

describe('the details page', () => {
  const service = new ScriptedService();
  let panel: Panel;
  const page = (): FrameLocator => webviewPage(panel.page);
  const text = async (selector: string): Promise<string> =>
    (await page().locator(selector).first().innerText()).replace(/\s+/g, ' ').trim();
  const scroller = (): ReturnType<FrameLocator['locator']> => page().locator('html');
  /** The focused element of the page, whether or not the page itself is focused. */
  const focusedText = async (): Promise<string | undefined> =>
    await page()
      .locator('body')
      .evaluate(
        (body: { ownerDocument: { activeElement: { textContent: string } | null } }) =>
          body.ownerDocument.activeElement?.textContent,
      );
  const card = (title: string): ReturnType<FrameLocator['locator']> =>
    page().getByRole('region', { name: title, exact: true });
  const textOf = async (title: string): Promise<string> =>
    (await card(title).innerText()).replace(/\s+/g, ' ');

  async function show(name: string): Promise<void> {
    await panel.tree.chooseFromContextMenu(name, 'Show Details');
    await page().getByRole('heading', { level: 1, name }).waitFor();
  }

  async function refresh(): Promise<void> {
    await panel.run('Refresh Sandboxes');
  }

  /** After a reload VS Code may activate another of its tabs first, because it saves late which one was active. */
  async function openTab(name: RegExp): Promise<void> {
    const tab = panel.page.locator('.tabs-container .tab').filter({ hasText: name }).first();
    await tab.click();
    await tab.and(panel.page.locator('.active')).waitFor();
  }

  before(async () => {
    service.put(everything);
    panel = await Panel.open({
      settings: { 'tensorlake.apiUrl': await service.start(), 'tensorlake.refresh.intervalSeconds': 5 },
    });
    await panel.tree.waitFor('api-dev');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await panel.picture(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
  });
  after(async () => {
    await panel.close();
    await service.stop();
  });

  it('shows every field of a sandbox', async () => {
    await show('api-dev');
    const shown = await text('#page');
    for (const words of [
      '4aaf6w9e5i6kvhg2frb05',
      'project_x',
      'Running',
      'vision-models',
      '2 CPU',
      '4 GB',
      '20 GB',
      '1 × A10',
      'Idle timeout 8 h',
      'After 8 h without traffic it suspends itself.',
      'a b <i>c</i>',
      'DATABASE_URL',
      'GITHUB_TOKEN',
      'api.github.com',
      '10.0.0.0/8',
      'pool0w9e5i6kvhg2frb05',
      'template-7',
      'container-1',
      'executor-2',
      'Public: anyone who has the address gets in',
      'https://8080-4aaf6w9e5i6kvhg2frb05.sandbox.gcp-use4.tensorlake.ai',
      'https://9000-4aaf6w9e5i6kvhg2frb05.sandbox.gcp-use4.tensorlake.ai',
      'https://sandbox.gcp-use4.tensorlake.ai',
      '/data',
      'read-only, as of snapshot snap-1',
      'fetched ahead',
      'cloud-hypervisor',
      'number 3 to 4 CPU, 8 GB, 20 GB is under way',
    ])
      assert.ok(shown.includes(words), `${words} in: ${shown}`);
    await panel.picture('details-everything');
    await page().locator('#lineage').scrollIntoViewIfNeeded();
    await panel.picture('details-everything-2');
  });

  it('takes nothing from outside as markup, and allows itself nothing from outside', async () => {
    await soon(async () => assert.equal(await page().locator('#page i').count(), 0));
    const policy = await page().locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    assert.match(policy ?? '', /^default-src 'none'; script-src 'nonce-[\w-]+'; style-src 'nonce-[\w-]+'/);
    await soon(async () => assert.equal(await page().locator('#page [style], #page [onclick]').count(), 0));
  });

  it('can be read by its structure: headings, terms, tables', async () => {
    await soon(async () => assert.equal(await page().locator('h1').count(), 1));
    for (const title of [
      'What is going on',
      'Timeline',
      'Sandbox',
      'Size',
      'Ports',
      'Network',
      'File systems',
    ])
      await soon(async () => assert.equal(await card(title).count(), 1, title));
    await soon(async () => assert.equal(await card('Ports').getByRole('columnheader').count(), 3));
    await soon(async () => assert.equal(await card('Ports').getByRole('rowheader').count(), 2));
    await soon(async () => assert.equal(await card('Timeline').getByRole('img').count(), 1));
    await soon(async () => assert.equal(await page().locator('[role=status][aria-live=polite]').count(), 1));
  });

  it('copies an address and says so', async () => {
    await page().getByRole('button', { name: 'Copy the address of port 8080' }).click();
    await panel.page.locator('.statusbar-item', { hasText: 'Copied' }).waitFor();
  });

  it('follows the sandbox without losing its place', async () => {
    for (const name of ['Open Terminal', 'Run Command…', 'Forward Port…', 'Open with Remote-SSH…'])
      assert.equal(await page().getByRole('button', { name, exact: true }).count(), 1, name);
    await page().getByRole('button', { name: 'Terminate…' }).focus();
    await scroller().evaluate((element: { scrollTop: number }) => (element.scrollTop = 150));
    service.put({ ...everything, name: 'api-prod', status: 'snapshotting', resource_resize: null });
    await page().locator('.badge', { hasText: 'Snapshotting' }).waitFor();
    await soon(async () => assert.equal(await text('h1'), 'api-prod'));
    await soon(async () => assert.equal(await text('#live'), 'api-prod: Snapshotting'));
    await soon(async () =>
      assert.equal(await scroller().evaluate((element: { scrollTop: number }) => element.scrollTop), 150),
    );
    await soon(async () => assert.equal(await focusedText(), 'Terminate…'));
    service.put({ ...everything, name: 'api-prod', resource_resize: null });
    await page().locator('.badge', { hasText: 'Running' }).waitFor();
    await page().locator('.changes li').nth(1).waitFor();
    const names = await page()
      .locator('.segment-name')
      .evaluateAll((all: readonly { getBoundingClientRect(): { left: number; right: number } }[]) =>
        all.map(each => each.getBoundingClientRect()).map(({ left, right }) => ({ left, right })),
      );
    for (const [index, { right }] of names.entries())
      assert.ok(right <= (names[index + 1]?.left ?? Infinity), JSON.stringify(names));
    await panel.picture('details-timeline');
  });

  it('is one for each sandbox', async () => {
    await panel.tree.chooseFromContextMenu('api-prod', 'Show Details');
    const tabs = panel.page.locator('.tabs-container .tab', { hasText: 'api-prod' });
    await soon(async () => assert.equal(await tabs.count(), 1));
  });

  it('asks the commands, which ask the user', async () => {
    await page().getByRole('button', { name: 'Terminate…' }).click();
    await soon(async () => assert.equal(await panel.dialog.message(), 'Terminate api-prod?'));
    await panel.dialog.press('Cancel');
    await page().getByRole('button', { name: 'Edit Exposed Ports…' }).click();
    await panel.quick.waitFor('Exposed Ports of api-prod');
    await panel.quick.cancel();
  });

  it('keeps its colours in every theme', async () => {
    for (const [theme, name] of [
      ['Light Modern', 'light'],
      ['Dark High Contrast', 'high-contrast'],
      ['Dark Modern', 'dark'],
    ] as const) {
      await runCommand(panel.page, 'Preferences: Color Theme');
      await panel.quick.waitFor('Select Color Theme');
      await panel.quick.type(theme);
      await panel.quick
        .item(theme)
        .or(panel.quick.item(`Default ${theme}`))
        .first()
        .click();
      await panel.quick.waitUntilClosed();
      await page().locator('h1').waitFor();
      await panel.picture(`details-${name}`);
    }
  });

  it('explains each pending reason and what to do', async () => {
    const says = new Set<string>();
    for (const [index, reason] of pendingReasons.entries()) {
      const name = `waits-${index}`;
      service.put(
        plain({ id: `pending${index}w9e5i6kvhg2frb`, name, status: 'pending', pending_reason: reason }),
      );
    }
    await refresh();
    for (const [index, reason] of pendingReasons.entries()) {
      await show(`waits-${index}`);
      await soon(async () => {
        const shown = await textOf('What is going on');
        assert.ok(shown.includes(reason) && shown.includes('What to do'), shown);
      });
      says.add((await textOf('What is going on')).replace(reason, ''));
      await panel.picture(`details-pending-${reason}`);
    }
    assert.equal(says.size, pendingReasons.length);
  });

  it('explains an end with its error', async () => {
    service.put(
      plain({
        id: 'endedaw9e5i6kvhg2frb0',
        name: 'old-toolchain',
        status: 'running',
      }),
    );
    await refresh();
    await show('old-toolchain');
    service.put(
      plain({
        id: 'endedaw9e5i6kvhg2frb0',
        name: 'old-toolchain',
        status: 'terminated',
        terminated_at: Date.now(),
        outcome: 'Failure(ContainerTerminated(StartupFailedBadImage))',
        termination_reason: 'ImageNotFound',
        error_details: { message: "Image 'missing/toolchain-2023' was not found in this project" },
      }),
    );
    await refresh();
    await page().locator('.badge', { hasText: 'Terminated' }).waitFor();
    await soon(async () => {
      const shown = await textOf('What is going on');
      for (const words of ['ImageNotFound', 'missing/toolchain-2023', 'Check the name of the image'])
        assert.ok(shown.includes(words), shown);
    });
    await soon(async () => assert.equal(await page().getByRole('button', { name: 'Terminate…' }).count(), 0));
    await panel.picture('details-terminated');
  });

  it('keeps the last known facts when the sandbox is gone', async () => {
    await show('waits-0');
    service.sandboxes.delete('pending0w9e5i6kvhg2frb');
    await refresh();
    await page().locator('.notice').waitFor();
    await soon(async () => assert.match(await text('.notice'), /does not list this sandbox any more/));
    await soon(async () => assert.equal(await text('h1'), 'waits-0'));
    await soon(async () => assert.equal(await page().locator('[data-run]').count(), 0));
    await panel.picture('details-gone');
  });

  it('comes back after the window was reloaded', async () => {
    await show('api-prod');
    if (panel.editor.kind === 'server') await waitForStoredEditor(panel.page, 'api-prod');
    await panel.window.reload();
    await openTab(/^api-prod/);
    await page().getByRole('heading', { level: 1, name: 'api-prod' }).waitFor();
    await page().locator('[data-run]:not([disabled])').first().waitFor();
    service.put({ ...everything, name: 'after-reload' });
    await refresh();
    await page().getByRole('heading', { level: 1, name: 'after-reload' }).waitFor();
  });

  it('comes back with what it showed when its sandbox is gone meanwhile', async () => {
    service.sandboxes.delete(everything.id);
    await panel.window.reload();
    await openTab(/^(api-prod|after-reload)/);
    await page().locator('.notice').waitFor();
    await soon(async () => assert.match(await text('h1'), /^(api-prod|after-reload)$/));
    await soon(async () => assert.equal(await page().locator('button:not([disabled])').count(), 0));
    await panel.picture('details-gone-after-reload');
  });
});
