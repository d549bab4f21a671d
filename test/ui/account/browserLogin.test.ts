import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';
import { usePanel } from '../support/panel';

describe('signing in in the browser', () => {
  const panel = usePanel({ isSignedIn: false, emulator: { sandboxes: 3 } });

  /** The code that the list shows, once the server has given one. */
  async function shownCode(): Promise<string> {
    const { quick } = panel();
    return await waitFor('the code', async () => {
      const placeholder = await quick.widget.locator('.quick-input-filter input').getAttribute('placeholder');
      return /the code (\S+) in the browser/.exec(placeholder ?? '')?.[1];
    });
  }

  async function begin(): Promise<{ readonly page: Page; readonly code: string }> {
    const opening = panel().page.context().waitForEvent('page');
    await panel().tree.welcome().getByText('Sign In in the Browser').click();
    const page = await opening;
    return { page, code: await shownCode() };
  }

  async function decide(code: string, decision: 'approved' | 'failed'): Promise<void> {
    const { emulator } = panel();
    const answer = await fetch(`${emulator.url}/_emulator/login`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user_code: code, decision }),
    });
    assert.equal(answer.status, 200);
  }

  /** How often each login was polled, the first one first. */
  function polls(): readonly number[] {
    const counts = new Map<string, number>();
    for (const { path, query } of panel().emulator.requests())
      if (path.endsWith('/cli/login/poll')) counts.set(query, (counts.get(query) ?? 0) + 1);
    return [...counts.values()];
  }

  it('is offered, and asks nothing of the server before', async () => {
    await panel().tree.welcome().getByText('Sign In in the Browser').waitFor();
    assert.deepEqual(panel().emulator.requests(), []);
    await panel().picture('signed-out-ways');
  });

  it('is cancelled with Escape, and polls no more', async () => {
    const { page } = await begin();
    await panel().picture('browser-login-waits');
    await page.close();
    await waitFor('a poll', () => polls().length > 0);
    await panel().quick.cancel();
    const [before = 0] = polls();
    assert.deepEqual(await panel().notifications.messages(), []);
    const next = await begin();
    await next.page.close();
    await waitFor('polls of another login', () => (polls()[1] ?? 0) > 1);
    // One may have been under way.
    assert.ok((polls()[0] ?? 0) <= before + 1);
    await panel().quick.cancel();
  });

  it('is told of a refusal, and leaves the view as it was', async () => {
    const { page, code } = await begin();
    await page.close();
    await decide(code, 'failed');
    await panel().notifications.message('It was refused in the browser');
    await panel().tree.welcome().getByText('Sign In in the Browser').waitFor();
  });

  it('ends signed in to the project of the token, without a further question', async () => {
    const { tree, quick, emulator } = panel();
    const { page, code } = await begin();
    const path = `/cli/login?user_code=${code}`;
    // VS Code in a browser leads to ports of its machine through a proxy, which this server does not have. That of 1.104
    // leaves out the path.
    const { vscodeVersion } = panel().editor;
    const led = vscodeVersion.startsWith('1.104.') ? /\/proxy\/\d+\/$/.exec(page.url())?.[0] : path;
    assert.ok(led !== undefined && page.url().endsWith(led), page.url());
    await page.goto(emulator.url + path);
    // The page shows the same code, and is approved as a person would do it.
    await page.getByText(code).waitFor();
    await page.locator('input[name=key]').fill(emulator.apiKey);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved').waitFor();
    await page.close();
    await tree.waitFor('Running');
    await quick.waitUntilClosed();
    await panel().picture('browser-login-done');
  });
});
