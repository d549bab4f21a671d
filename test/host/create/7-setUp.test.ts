import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { commands, window, workspace } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { waitFor } from '../../support/waitFor';
import { type Asked, cancelling, replying, type Replies } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';

const settings = () => workspace.getConfiguration('tensorlake.create');
const tabs = (): readonly string[] => window.terminals.map(({ name }) => name);
const runs = async (id: string): Promise<boolean> => (await emulator.get(id)).status === 'running';
const messages = (asked: readonly Asked[]): readonly string[] =>
  asked.filter(({ kind }) => kind === 'message').map(({ text }) => text);

describe('what follows a creation', () => {
  const made: string[] = [];
  let folder = '';
  let script = '';

  before(async () => {
    await signIn();
    folder = mkdtempSync(join(tmpdir(), 'made-here-'));
    script = join(folder, 'set-up.sh');
  });
  afterEach(async () => {
    await settings().update('setUp', undefined, true);
    await settings().update('then', undefined, true);
    for (const terminal of window.terminals) terminal.dispose();
    for (const id of made.splice(0)) await emulator.terminate(id);
    await waitFor('the terminals to close', () => window.terminals.length === 0);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function create(wanted: Readonly<Record<string, unknown>>): Promise<string> {
    const result: unknown = await commands.executeCommand(commandIds.create, wanted);
    const ids: unknown[] = Array.isArray(result) ? result : [result];
    made.push(...ids.map(String));
    return String(ids[0]);
  }

  /** Creates a sandbox, and waits until something is said of it. */
  async function failing(
    wanted: Readonly<Record<string, unknown>>,
    replies: Replies = {},
  ): Promise<readonly string[]> {
    return messages(
      await replying(replies, async asked => {
        await create(wanted);
        await waitFor('a message', () => messages(asked).length > 0);
      }),
    );
  }

  async function use(path: string, content?: string): Promise<void> {
    if (content !== undefined) writeFileSync(path, content);
    await settings().update('setUp', path, true);
  }

  async function has(id: string, file: string): Promise<void> {
    const inside = new Inside(id);
    await waitFor('it to run', async () => await runs(id));
    await waitFor(
      `${file} in ${id}`,
      async () => (await inside.sh('[ -e "$HOME/$1" ] && echo y || echo n', file)) === 'y',
    );
  }

  describe('its set-up', () => {
    it('is a script, whose output is shown', async () => {
      await use(script, '#!/bin/sh\r\npwd >"$HOME/where"\r\n');
      const id = await create({ name: 'set-up' });
      await has(id, 'where');
      assert.deepEqual(tabs(), ['set-up.sh · set-up']);
      const inside = new Inside(id);
      assert.equal(await inside.sh('[ "$(cat "$HOME/where")" = "$HOME" ] && echo same'), 'same');
      assert.equal(await inside.sh('stat -c %a "$HOME/.tensorlake-set-up"'), '700');
    });

    it('is found from the home folder', async () => {
      writeFileSync(script, 'touch "$HOME/there"');
      await settings().update('setUp', `~/${relative(homedir(), script)}`, true);
      await has(await create({ name: 'set-up-home' }), 'there');
    });

    it('is a folder of dotfiles, without its repository', async () => {
      const dotfiles = join(folder, 'my-dotfiles');
      for (const [path, content] of [
        ['.vimrc', 'set nu\n'],
        ['.git/config', '[core]'],
      ] as const) {
        mkdirSync(join(dotfiles, path, '..'), { recursive: true });
        writeFileSync(join(dotfiles, path), content);
      }
      await use(dotfiles);
      const id = await create({ name: 'set-up-folder' });
      await has(id, '.vimrc');
      const inside = new Inside(id);
      assert.equal(await inside.sh('cat "$HOME/.vimrc"; ls -A "$HOME/dotfiles"'), 'set nu\n.vimrc');
    });

    it('says that it failed, shows the output on request, and is run anew as it is then', async () => {
      await use(script, 'echo no luck; exit 3');
      let answers = 0;
      const said = await failing(
        { name: 'set-up-fails' },
        {
          message: () => {
            answers += 1;
            if (answers === 1) writeFileSync(script, 'touch "$HOME/luck"');
            return answers === 1 ? 'Try Again' : undefined;
          },
        },
      );
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', /^The set-up of set-up-fails failed\. Ended after .+: exit code 3\.$/);
      await has(made[0] ?? '', 'luck');
    });

    it('shows the output of a failure on request', async () => {
      await use(script, 'exit 3');
      const other = window.createTerminal('another');
      other.show();
      await failing({ name: 'set-up-shows' }, { message: () => 'Show Output' });
      await waitFor('its tab', () => window.activeTerminal?.name === 'set-up.sh · set-up-shows');
    });

    it('says at once that there is no such file, and leaves the sandbox be', async () => {
      await use(join(folder, 'none'));
      assert.deepEqual(await failing({ name: 'set-up-missing' }), [
        `Could not set up set-up-missing: The set-up ${join(folder, 'none')} cannot be read: it does not exist on this machine.`,
      ]);
      await use('set-up.sh');
      assert.deepEqual(await failing({ name: 'set-up-relative' }), [
        'Could not set up set-up-relative: The set-up set-up.sh cannot be read: the path has to be absolute, or to begin with ~.',
      ]);
      await waitFor('both to run', async () => (await Promise.all(made.map(runs))).every(Boolean));
      assert.deepEqual(tabs(), []);
    });

    it('says that the sandbox was suspended meanwhile', async () => {
      await use(script, 'touch "$HOME/begun"; sleep 60');
      const said = await replying({}, async asked => {
        const id = await create({ name: 'set-up-suspended' });
        await has(id, 'begun');
        await emulator.suspend(id);
        await waitFor('a message', () => messages(asked).length > 0);
      });
      assert.match(
        messages(said)[0] ?? '',
        /^The set-up of set-up-suspended failed\. It is now (suspending|suspended)\.$/,
      );
    });

    it('says why the sandbox does not come to run, and opens no terminal then', async () => {
      await use(script, 'true');
      await settings().update('then', 'terminal', true);
      const said = await failing({ name: 'set-up-never', image: 'missing/image' });
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', /^Could not set up set-up-never: It is now terminated\. Reason: .+/);
      assert.deepEqual(tabs(), []);
    });

    it('says so where the sandbox runs nothing', async () => {
      await use(script, 'true');
      await emulator.addFault({
        fault: 'plain-text',
        status: 403,
        method: 'POST',
        plane: 'proxy',
        route: '/api/v1/processes/run',
      });
      try {
        const [said = ''] = await failing({ name: 'set-up-refused' });
        assert.match(said, /^Could not set up set-up-refused: The API key has no permission for this\./);
      } finally {
        await emulator.clearFaults();
      }
    });

    it('can be cancelled while it is copied, without a word', async () => {
      await use(script, 'true');
      const asked = await replying({}, async () => {
        const titles = await cancelling(
          () => true,
          async () => {
            const id = await create({ name: 'set-up-cancelled' });
            await waitFor('it to run', async () => await runs(id));
          },
        );
        assert.ok(titles.includes('Setting up set-up-cancelled'), titles.join());
      });
      assert.deepEqual(messages(asked), []);
      assert.deepEqual(tabs(), []);
    });

    it('is run in several at once, with one table, which leaves what the user writes alone', async () => {
      const document = await workspace.openTextDocument({ content: 'being written' });
      await window.showTextDocument(document);
      await use(script, 'touch "$HOME/many"');
      await create({ name: 'set-up-many', count: 2 });
      for (const id of made) await has(id, 'many');
      assert.deepEqual(tabs(), []);
      await waitFor('the table beside it', () => window.tabGroups.all.length === 2);
      assert.equal(window.activeTextEditor?.document, document);
      assert.ok(window.visibleTextEditors.some(editor => editor.document === document));
      await commands.executeCommand('workbench.action.closeAllEditors');
    });
  });

  describe('is nothing', () => {
    it('of a set-up for what was made elsewhere, or restored from a snapshot', async () => {
      await use(script, 'touch "$HOME/not-here"');
      const { id } = await emulator.create({ name: 'made-elsewhere', timeout_secs: 3600 });
      made.push(id);
      await waitFor('it to run', async () => await runs(id));
      await commands.executeCommand(commandIds.refresh);
      await commands.executeCommand(commandIds.snapshot, id, undefined, 'filesystem');
      const snapshot = (await emulator.snapshots()).find(({ sandbox_id }) => sandbox_id === id);
      await settings().update('then', 'terminal', true);
      const restored = await create({ name: 'restored-here', snapshotId: snapshot?.id });
      await waitFor('a terminal', () => tabs().includes('restored-here'));
      for (const each of [id, restored])
        assert.equal(await new Inside(each).sh('ls -A "$HOME" | grep -c "not-here\\|set-up" || true'), '0');
    });

    it('that a workspace says', async () => {
      const own = join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', '.vscode');
      mkdirSync(own, { recursive: true });
      writeFileSync(script, 'touch "$HOME/stolen"');
      writeFileSync(
        join(own, 'settings.json'),
        JSON.stringify({
          'tensorlake.create.setUp': script,
          'tensorlake.create.then': 'terminal',
          'tensorlake.presets': { here: {} },
        }),
      );
      const isRead = (): boolean =>
        workspace.getConfiguration('tensorlake').inspect('presets')?.workspaceValue !== undefined;
      try {
        await waitFor('the settings of the workspace', isRead);
        const id = await create({ name: 'of-workspace' });
        await waitFor('it to run', async () => await runs(id));
        // What is the user's is read at the same moment, and has had its turn when another is done.
        await use(script, 'touch "$HOME/own"');
        await has(await create({ name: 'of-user' }), 'own');
        assert.deepEqual(tabs(), ['set-up.sh · of-user']);
        assert.equal(await new Inside(id).sh('ls -A "$HOME" | grep -c "stolen\\|set-up" || true'), '0');
      } finally {
        rmSync(own, { recursive: true, force: true });
        await waitFor('the settings to be gone', () => !isRead());
      }
    });
  });

  describe('opens', () => {
    const editors = (): readonly string[] =>
      window.tabGroups.all.flatMap(group => group.tabs.map(({ label }) => label));

    it('a terminal once it runs, after its set-up', async () => {
      await settings().update('then', 'terminal', true);
      await use(script, 'touch "$HOME/before"');
      const id = await create({ name: 'then-terminal' });
      await waitFor('the terminal', () => tabs().includes('then-terminal'));
      await has(id, 'before');
      assert.deepEqual(tabs(), [`${basename(script)} · then-terminal`, 'then-terminal']);
    });

    it('the details', async () => {
      await settings().update('then', 'details', true);
      await create({ name: 'then-details' });
      await waitFor('the page', () => editors().some(label => label.includes('then-details')));
      await commands.executeCommand('workbench.action.closeAllEditors');
      assert.deepEqual(tabs(), []);
    });

    it('the terminal of the first of several, and of a claimed one', async () => {
      await settings().update('then', 'terminal', true);
      await create({ name: 'then-many', count: 2 });
      await waitFor('the terminal', () => tabs().includes('then-many-1'));
      const pool = await emulator.createPool({ warm_containers: 0, max_containers: 1 });
      const claimed = String(await commands.executeCommand(commandIds.claim, { kind: 'pool', poolId: pool }));
      made.push(claimed);
      await waitFor('its terminal', () => window.terminals.length === 2);
      assert.ok(!tabs().includes('then-many-2'));
    });

    it('nothing by default', async () => {
      const inside = await emulator.insideDuring(async () => {
        const id = await create({ name: 'then-nothing' });
        await waitFor('it to run', async () => await runs(id));
        await commands.executeCommand(commandIds.refresh);
      });
      assert.deepEqual([tabs(), editors(), inside], [[], [], []]);
    });
  });
});
