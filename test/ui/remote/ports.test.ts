import assert from 'node:assert/strict';
import { freePort } from '../../support/freePort';
import { soon, waitFor } from '../../support/waitFor';
import { clipboardText, showContainer, Tree, webviewPage } from '../../support/window/index';
import { usePanel } from '../support/panel';

/** A web server for the sandbox. */
const serverProgram = `
  require('node:http').createServer((request, response) => response.end('from inside'))
    .listen(Number(process.argv[1]), '127.0.0.1');
`;

describe('ports of a sandbox', () => {
  const panel = usePanel({ emulator: { sandboxes: 6, speed: 2 } });

  async function ask(method: string, path: string, body?: unknown, sandboxId = ''): Promise<unknown> {
    const { url, apiKey } = panel().emulator;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        ...(sandboxId !== '' && { 'x-tensorlake-sandbox-id': sandboxId }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return await response.json();
  }

  async function sandbox(name: string) {
    return (await ask('GET', `/sandboxes/${name}`)) as {
      readonly id: string;
      readonly allow_unauthenticated_access: boolean;
    };
  }

  before(async () => {
    await panel().tree.waitFor('inference');
    await panel().tree.waitFor('api-dev');
  });

  describe('forwarded to this machine', () => {
    let remote = 0;
    let label = '';
    const localUrl = (): string => `http://${label.replace(/^.*→ /, '')}/`;

    it('open from the context menu, after a question that says who can connect', async () => {
      const { tree, quick, notifications } = panel();
      remote = await freePort();
      await tree.chooseFromContextMenu('inference', 'Forward Port…');
      await quick.waitFor('Forward a Port of inference');
      await quick.waitFor('Only this machine can connect');
      await soon(async () => assert.ok((await quick.items()).includes('9000')));
      await quick.type('70000');
      await soon(async () => assert.match((await quick.items()).join(), /1 to 65535/));
      await quick.type(String(remote));
      await panel().picture('ports-forward-question');
      await quick.accept();
      const message = `Port ${remote} of inference is at 127.0.0.1:`;
      label = `${remote} → ${/127\.0\.0\.1:\d+/.exec(await notifications.message(message))?.[0] ?? ''}`;
      await notifications.dismiss(message);
    });

    it('are lines in a section Ports below the sandbox, beside what is exposed', async () => {
      const { tree } = panel();
      await tree.expand('inference');
      await tree.expand('Ports');
      await soon(async () => assert.equal(await tree.description('Ports'), '3'));
      await soon(async () => assert.equal(await tree.description(label), 'forwarded'));
      await soon(async () => assert.equal(await tree.description('9000'), 'exposed, with a credential'));
      await soon(async () =>
        assert.match(await tree.ariaLabel(label), /^Port \d+, forwarded to 127\.0\.0\.1:\d+, forwarded/),
      );
    });

    it('say when nothing listens inside, and refuse the caller', async () => {
      const { tree } = panel();
      await assert.rejects(fetch(localUrl()));
      await soon(async () =>
        assert.equal(await tree.description(label), `nothing listens on port ${remote}`),
      );
      await panel().picture('ports-nothing-listens');
    });

    it('open in the browser what listens by now', async () => {
      const { tree, page } = panel();
      const { id } = await sandbox('inference');
      const program = { command: 'node', args: ['-e', serverProgram, String(remote)] };
      await ask('POST', '/api/v1/processes', program, id);
      const answer = async (): Promise<string> => {
        const response = await fetch(localUrl(), { headers: { connection: 'close' } });
        return await response.text();
      };
      await waitFor('an answer', async () => (await answer().catch(() => '')) === 'from inside');
      await soon(async () => assert.equal(await tree.description(label), 'forwarded'));
      await panel().picture('ports-forward');
      const opened = page.context().waitForEvent('page');
      await tree.clickInlineAction(label, 'Open Port in Browser');
      // VS Code in a browser replaces the host of a local URL by its own; the port stays.
      const tab = await opened;
      assert.match(tab.url(), new RegExp(`\\b${new URL(localUrl()).port}/$`));
      await tab.close();
      await page.bringToFront();
    });

    /** An address that the browser of the user reaches: where the editor is a page, its server leads to the port. */
    const addressOf = (port: number): RegExp =>
      new RegExp(panel().editor.kind === 'server' ? `/proxy/${port}/$` : `^http://127\\.0\\.0\\.1:${port}/$`);

    it('have an address to copy', async () => {
      const { tree, quick, page } = panel();
      await tree.chooseFromContextMenu(label, 'Copy Port Address');
      await panel().run('Forward Port…');
      await quick.waitFor('Forward a port of which sandbox?');
      // What is copied is on the clipboard a moment later.
      await soon(async () => {
        await quick.type('');
        await page.keyboard.press('Control+v');
        assert.match(await quick.value(), addressOf(Number(new URL(localUrl()).port)));
      });
      await quick.cancel();
    });

    it('open from the section too, at a port of this machine that is asked for', async () => {
      const { tree, quick, notifications } = panel();
      const local = await freePort();
      await tree.clickInlineAction('Ports', 'Forward Port…');
      await quick.waitFor('Forward a Port of inference');
      await quick.type(`8000:${local}`);
      await quick.accept();
      await notifications.dismiss(`Port 8000 of inference is at 127.0.0.1:${local}.`);
      await tree.waitFor(`8000 → 127.0.0.1:${local}`);
    });

    it('answer to keys: Enter opens, Ctrl+C copies, Delete stops', async () => {
      const { tree, quick, notifications, page } = panel();
      const local = await freePort();
      await tree.clickInlineAction('Ports', 'Forward Port…');
      await quick.waitFor('Forward a Port of inference');
      await quick.type(`${remote}:${local}`);
      await quick.accept();
      await notifications.dismiss(`Port ${remote} of inference is at 127.0.0.1:${local}.`);
      const line = `${remote} → 127.0.0.1:${local}`;
      await tree.select(line);
      const opened = page.context().waitForEvent('page');
      await page.keyboard.press('Enter');
      const tab = await opened;
      assert.match(tab.url(), new RegExp(`\\b${local}/$`));
      await tab.close();
      await page.bringToFront();
      await tree.select(line);
      await page.keyboard.press('Control+c');
      await soon(async () => assert.match(await clipboardText(page), addressOf(local)));
      await tree.select(line);
      await page.keyboard.press('Delete');
      await tree.waitUntilGone(line);
      assert.equal(await tree.row(label).count(), 1);
    });

    it('stop from the line, and from the palette', async () => {
      const { tree, quick } = panel();
      await tree.chooseFromContextMenu(label, 'Stop Forwarding');
      await tree.waitUntilGone(label);
      await assert.rejects(fetch(localUrl()));
      await panel().run('Stop Forwarding');
      await quick.waitFor('Which port?');
      await quick.accept();
      await soon(async () => assert.equal(await tree.description('Ports'), '2'));
      await tree.collapse('inference');
    });
  });

  describe('open to the public', () => {
    const menu = ['Change', 'Turn Public Access On or Off…'] as const;

    async function rest(): Promise<void> {
      await waitFor('its menu', async () => (await panel().tree.contextMenu('inference')).includes('Change'));
    }

    async function isPublic(): Promise<boolean> {
      return (await sandbox('inference')).allow_unauthenticated_access;
    }

    async function openFor(text: string): Promise<void> {
      const { tree, quick, dialog } = panel();
      await rest();
      await tree.chooseFromContextMenu('inference', ...menu);
      await quick.waitFor('For how long?');
      await quick.type(text);
      await quick.accept();
      await dialog.press('Make Public');
      await waitFor('it to be public', isPublic);
    }

    it('are so for a time, an hour before anything else, and nothing opens when the question is left', async () => {
      const { tree, quick, dialog } = panel();
      await tree.chooseFromContextMenu('inference', ...menu);
      await quick.waitFor('For how long?');
      await soon(async () =>
        assert.deepEqual(await quick.items(), [
          'For 1 hour',
          'For 15 minutes',
          'For 8 hours',
          'Until I close it',
        ]),
      );
      await panel().picture('ports-public-question');
      await quick.type('soon');
      await soon(async () =>
        assert.deepEqual(await quick.items(), ['A time such as 45m, 2h or 1h30m, from 1 s to 30 days.']),
      );
      await panel().picture('ports-public-unreadable');
      await quick.type('5m');
      await soon(async () => assert.deepEqual(await quick.items(), ['For 5 minutes']));
      await panel().picture('ports-public-typed');
      await quick.cancel();
      await tree.chooseFromContextMenu('inference', ...menu);
      await quick.waitFor('For how long?');
      await quick.accept();
      await soon(async () => assert.equal(await dialog.message(), 'Make inference public?'));
      const detail = await dialog.detail();
      assert.match(detail, /without a credential/);
      assert.match(detail, /It closes by itself after 1 hour if an editor with this profile is open then/);
      await panel().picture('ports-public-confirm');
      await dialog.press('Cancel');
      assert.equal(await isPublic(), false);
    });

    it('are marked with the time: on the row, for the ear, in the tooltip, on the line and on the page', async () => {
      const { tree, page } = panel();
      await openFor('90m');
      const until = /ports 9000, 9090 public until \d{1,2}:\d\d/;
      await soon(async () => assert.match(await tree.description('inference'), until));
      await soon(async () => assert.match(await tree.ariaLabel('inference'), until));
      await tree.expand('inference');
      await tree.expand('Ports');
      await soon(async () => assert.match(await tree.description('9000'), /^public until .*: anyone with/));
      await panel().picture('ports-public-until');
      const tooltip = await tree.tooltip('inference');
      assert.match(tooltip, /Public access ends ?at .*if an editor with this profile is open then/);
      await panel().picture('ports-public-tooltip');
      await page.mouse.move(0, 0);
      await tree.chooseFromContextMenu('inference', 'Show Details');
      const card = webviewPage(page).locator('#ports');
      await page.mouse.move(0, 0);
      await card.scrollIntoViewIfNeeded();
      await card.getByText(/if an editor with this profile is open then/).waitFor();
      await soon(async () => assert.equal(await card.getByText(/^public until/).count(), 2));
      await panel().picture('ports-public-details');
      await page.keyboard.press('Control+w');
    });

    it('keep their time over a reload of the window', async () => {
      const { tree, window, page } = panel();
      await window.reload();
      await showContainer(page, 'Tensorlake');
      await soon(async () => assert.match(await tree.description('inference'), /public until/));
    });

    it('are marked in another window too, as soon as that looks', async () => {
      const other = await panel().window.openAnother();
      await showContainer(other, 'Tensorlake');
      const tree = new Tree(other, 'Sandboxes');
      await soon(async () => assert.match(await tree.description('inference'), /public until/));
      await rest();
      await panel().tree.chooseFromContextMenu('inference', ...menu);
      await panel().quick.waitFor('It is public.');
      await panel().quick.pick('For 15 minutes');
      const marked = async (view: Tree): Promise<string | undefined> =>
        /public until [\d:]+/.exec(await view.description('inference'))?.[0];
      const before = await marked(tree);
      await soon(async () => assert.notEqual(await marked(panel().tree), before));
      await tree.clickTitleAction('Refresh');
      await soon(async () => assert.equal(await marked(tree), await marked(panel().tree)));
      await other.close();
    });

    it('close when the time is up, by themselves and without a toast', async () => {
      const { tree, quick, notifications, page } = panel();
      await rest();
      await tree.chooseFromContextMenu('inference', ...menu);
      await quick.waitFor('It is public.');
      await soon(async () => assert.equal((await quick.items())[0], 'Close now'));
      await panel().picture('ports-public-change');
      await quick.type('2s');
      await soon(async () => assert.deepEqual(await quick.items(), ['For 2 seconds']));
      await quick.accept();
      await waitFor('it to be closed', async () => !(await isPublic()));
      await page.locator('.statusbar', { hasText: 'Public access to inference is closed' }).waitFor();
      await panel().picture('ports-public-closed');
      await soon(async () => assert.match(await tree.description('inference'), /ports 9000, 9090 ·/));
      await soon(async () => assert.deepEqual(await notifications.messages(), []));
    });

    it('close now, from the line of a port', async () => {
      const { tree, quick } = panel();
      await openFor('8h');
      await tree.expand('inference');
      await tree.expand('Ports');
      await soon(async () => assert.match(await tree.description('9090'), /^public until/));
      await tree.chooseFromContextMenu('9090', 'Turn Public Access On or Off…');
      await quick.waitFor('It is public.');
      await quick.accept();
      await waitFor('it to be closed', async () => !(await isPublic()));
      await soon(async () => assert.equal(await tree.description('9090'), 'exposed, with a credential'));
      await tree.collapse('inference');
    });

    it('say so, once and on the row, when they cannot be closed', async () => {
      const { tree, notifications, emulator } = panel();
      await openFor('3s');
      emulator.faults.add({
        fault: 'plain-text',
        status: 403,
        text: 'Forbidden',
        method: 'PATCH',
        route: '/sandboxes/{id}',
      });
      const warning = 'inference stays public: its time is up';
      await notifications.toast(warning).waitFor();
      await soon(async () =>
        assert.match(await tree.description('inference'), /ports 9000, 9090 public, could not be closed/),
      );
      const tooltip = await tree.tooltip('inference');
      assert.match(tooltip, /due since .* could not be closed: The API key has no permission/);
      await panel().picture('ports-public-failed');
      emulator.faults.clear();
      await notifications.dismiss(warning);
      // The next try may be forty seconds away.
      await waitFor('it to be closed once it can be', async () => !(await isPublic()), 60_000);
      await soon(async () => assert.doesNotMatch(await tree.description('inference'), /public/));
      await soon(async () => assert.deepEqual(await notifications.messages(), []));
    });

    it('are named to whoever leaves the profile that would close them', async () => {
      const { notifications, tree } = panel();
      await openFor('1h');
      await panel().run('Sign Out');
      const message = await notifications.message('inference stays public until');
      assert.match(message, /until the profile "default" is used again: only then/);
      await tree.welcome().getByText('Sign In', { exact: true }).waitFor();
      await panel().picture('ports-public-left');
    });
  });
});
