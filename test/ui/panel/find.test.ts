import assert from 'node:assert/strict';
import { soon, waitFor } from '../../support/waitFor';
import { usePanel, type Panel } from '../support/panel';

/** Rows of a group, in order. */
async function rowsBelow({ tree }: Panel, group: string, next: string): Promise<readonly string[]> {
  const labels = await tree.labels();
  return labels.slice(labels.indexOf(group) + 1, labels.indexOf(next));
}

describe('finding', () => {
  const panel = usePanel({ emulator: { sandboxes: 12 }, settings: { 'tensorlake.plan.slots': 100 } });

  it('suggests states and images while a filter is typed, and says in the header what is shown', async () => {
    const { tree, quick, status } = panel();
    await tree.waitFor('api-dev');
    await status.waitFor('7/100 in use');
    await tree.clickTitleAction('Filter');
    await quick.waitFor('Filter Sandboxes');
    await soon(async () => {
      const offered = await quick.items();
      assert.equal(offered[0], 'Show all');
      assert.ok(
        offered.includes('state:suspended') && offered.includes('image:vision-models'),
        String(offered),
      );
    });
    await panel().picture('find-filter-suggestions');
    await quick.type('sus');
    await waitFor('the suggestions', async () => (await quick.items()).includes('state:suspended'));
    await soon(async () => assert.equal((await quick.items())[0], 'sus'));
    await tree.waitUntilGone('api-dev');
    await panel().picture('find-filter-typing');
    await quick.item('state:suspended').first().click();
    await quick.waitUntilClosed();
    await tree.waitUntilGone('notebook');
    await tree.waitFor('docs');
    await panel().picture('find-filtered');
  });

  it('shows what Enter would lead to when a suggestion is turned to, and restores on Escape', async () => {
    const { tree, quick, page } = panel();
    await panel().run('Clear Filter');
    await tree.waitFor('api-dev');
    await tree.clickTitleAction('Filter');
    await quick.waitFor('Filter Sandboxes');
    await quick.type('image:');
    await quick.item('image:').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await tree.waitUntilGone('ci-runner');
    await quick.cancel();
    await tree.waitFor('ci-runner');
  });

  it('takes what was typed on Enter, whatever is suggested', async () => {
    const { tree, quick } = panel();
    await tree.clickTitleAction('Filter');
    await quick.type('ru');
    await quick.item('ru').first().waitFor();
    await quick.accept();
    await quick.waitUntilClosed();
    await tree.waitUntilGone('docs');
    await tree.waitFor('ci-runner');
    await tree.clickTitleAction('Clear Filter');
    await tree.waitFor('docs');
  });

  it('sorts within groups, and keeps pinned sandboxes on top', async () => {
    const { tree, quick } = panel();
    await soon(async () =>
      assert.deepEqual((await rowsBelow(panel(), 'Running', 'Pending')).slice(0, 2), [
        'api-dev',
        'browser-agent',
      ]),
    );
    await panel().run('Sort Sandboxes…');
    await quick.waitFor('Sort Sandboxes');
    await panel().picture('find-sort');
    await quick.pick('Oldest First');
    await waitFor(
      'the order',
      async () => (await rowsBelow(panel(), 'Running', 'Pending'))[0] === 'inference',
    );
    await tree.chooseFromContextMenu('api-dev', 'More', 'Pin to Top');
    await waitFor('the pin', async () => (await rowsBelow(panel(), 'Running', 'Pending'))[0] === 'api-dev');
    await soon(async () =>
      assert.match(await tree.description('api-dev'), /^pinned · port 8080 public · 2 CPU/),
    );
    await soon(async () => assert.match(await tree.ariaLabel('api-dev'), /, pinned$/));
    await panel().picture('find-pinned');
    await tree.chooseFromContextMenu('api-dev', 'More', 'Unpin');
    await waitFor(
      'the order',
      async () => (await rowsBelow(panel(), 'Running', 'Pending'))[0] === 'inference',
    );
    await panel().run('Sort Sandboxes…');
    await quick.pick('Name');
  });

  it('goes to any sandbox by name, opening the view and what hides it', async () => {
    const { tree, quick, page } = panel();
    await tree.collapse('Suspended');
    await page.keyboard.press('Control+Shift+E');
    await tree.root.waitFor({ state: 'hidden' });
    await panel().run('Go to Sandbox…');
    await quick.waitFor('Go to Sandbox');
    await panel().picture('find-go-to');
    await quick.type('docs');
    await quick.item('docs').first().waitFor();
    await quick.accept();
    await tree.waitFor('docs');
    await waitFor('the selection', async () => {
      const row = tree.row('docs').first();
      return (await row.getAttribute('aria-selected')) === 'true';
    });
    await panel().picture('find-gone-to');
  });

  it('asks before it clears a filter that hides the sandbox', async () => {
    const { tree, quick, dialog } = panel();
    await tree.clickTitleAction('Filter');
    await quick.type('gpu');
    await quick.item('gpu').first().waitFor();
    await quick.accept();
    await tree.waitUntilGone('docs');
    await panel().run('Go to Sandbox…');
    await quick.type('docs');
    await quick.item('docs').first().waitFor();
    await quick.accept();
    await soon(async () => assert.equal(await dialog.message(), 'The filter "gpu" hides docs.'));
    await panel().picture('find-hidden');
    await dialog.press('Clear Filter');
    await tree.waitFor('docs');
  });
});

describe('a long list', () => {
  const panel = usePanel({ emulator: { sandboxes: 700 } });

  /** The sandboxes of the service, except terminated ones. */
  async function listed(): Promise<readonly { readonly name?: string; readonly status: string }[]> {
    const { url, apiKey } = panel().emulator;
    const headers = { authorization: `Bearer ${apiKey}` };
    const answer = await fetch(`${url}/sandboxes?limit=1000`, { headers });
    const { sandboxes } = (await answer.json()) as { sandboxes: { name?: string; status: string }[] };
    return sandboxes.filter(({ status }) => status !== 'terminated');
  }

  it('leads to its last row, though its first come before', async () => {
    const { tree, page } = panel();
    await tree.waitFor('Running');
    const sandboxes = await listed();
    const groups = new Set(sandboxes.map(({ status }) => status)).size;
    const rows = tree.root.locator('.monaco-list-row');
    await soon(async () => {
      await tree.root.focus();
      await page.keyboard.press('End');
      const last = rows.and(page.locator('.focused'));
      const index = await last.getAttribute('data-index', { timeout: 500 });
      assert.equal(Number(index) + 1, sandboxes.length + groups);
    });
    await panel().picture('find-long-list');
  });

  it('goes to a sandbox far down', async () => {
    const { tree, quick } = panel();
    const name = (await listed())
      .flatMap(({ status, name }) => (status === 'suspended' && name !== undefined ? [name] : []))
      .sort()
      .at(-1);
    assert.ok(name);
    await panel().run('Go to Sandbox…');
    await quick.type(name);
    await quick.item(name).first().waitFor();
    await quick.accept();
    await soon(async () => assert.equal(await tree.row(name).first().getAttribute('aria-selected'), 'true'));
  });
});

describe('the bill', () => {
  const rates = { currency: 'USD', perCpuHour: 0.05, perGbMemoryHour: 0.01, perGbDiskHour: 0 };
  const settings = { 'tensorlake.plan.slots': 7, 'tensorlake.rates': rates };
  const panel = usePanel({ emulator: { sandboxes: 12 }, settings });

  it('marks what has been running for long', async () => {
    const { tree } = panel();
    await tree.waitFor('inference');
    await soon(async () =>
      assert.match(
        await tree.description('inference'),
        /^long running · vision-models · 4 CPU · .* · 1 day · ports 9000, 9090/,
      ),
    );
    await soon(async () =>
      assert.match(await tree.ariaLabel('inference'), /^inference, running, long running, /),
    );
    await soon(async () => assert.doesNotMatch(await tree.description('api-dev'), /long running/));
    await soon(async () => assert.match(await tree.description('api-dev'), / · suspends after 8 h idle$/));
  });

  it('estimates costs by the rates entered, and says where it cannot know', async () => {
    const { tree } = panel();
    await soon(async () =>
      assert.match(await tree.description('Running'), /^\d+ · 1 public · estimated at least \$\d+\.\d+\/h$/),
    );
    await soon(async () => assert.doesNotMatch(await tree.description('Suspended'), /estimated/));
    await panel().picture('bill-rows');
    await soon(async () => assert.match(await tree.tooltip('api-dev'), /Estimated cost \$0\.14\/h/));
    await panel().picture('bill-tooltip');
    await soon(async () =>
      assert.match(await tree.tooltip('inference'), /Estimated cost at least \$0\.36\/h/),
    );
  });

  it('shows in the status bar how much of the plan is used, and warns when it is full', async () => {
    const { status } = panel();
    await status.waitFor('4 running · 1 pending · 7/7 in use');
    await soon(async () => assert.match(await status.ariaLabel(), /7\/7 in use, the plan is full$/));
    await soon(async () => {
      const tooltip = await status.tooltip();
      for (const words of [
        '7 of 7 places of the plan are in use',
        'Estimated cost by your rates',
        'inference',
      ])
        assert.ok(tooltip.includes(words), `${words} in: ${tooltip}`);
    });
    await panel().picture('bill-status');
  });
});
