import assert from 'node:assert/strict';
import path from 'node:path';
import { authentication, commands } from 'vscode';
import { commandIds } from '../../../src/manifest';
import { credentialsFor } from '../../../src/remote/clone/credentials';
import { GitServer, password } from '../../support/servers/gitServer';
import { waitFor } from '../../support/waitFor';
import { type Asked, cancelling, replying, type Replies } from '../support/answers';
import { emulator } from '../support/emulatorClient';
import { Inside } from '../support/inside';
import { signIn } from '../support/session';

describe('cloning a repository into a sandbox', () => {
  let server: GitServer;
  let inside: Inside;
  let id = '';
  before(async () => {
    server = await GitServer.start();
    await signIn();
    ({ id } = await emulator.create({ name: 'clones', timeout_secs: 3600 }));
    inside = new Inside(id);
    await waitFor('it to run', async () => (await emulator.get(id)).status === 'running');
    await commands.executeCommand(commandIds.refresh);
  });
  after(async () => {
    await emulator.terminate(id);
    await server.stop();
  });

  async function clone(
    address: string,
    {
      branch = '',
      folder,
      ...replies
    }: Replies & { readonly branch?: string; readonly folder?: string } = {},
  ): Promise<readonly Asked[]> {
    return await replying(
      {
        box: (title, value) => {
          assert.equal(title, 'Clone Repository into Sandbox');
          boxes += 1;
          return boxes === 1 ? address : boxes === 2 ? branch : (folder ?? value);
        },
        ...replies,
      },
      async () => await commands.executeCommand(commandIds.cloneRepository, { sandboxId: id }),
    );
  }
  let boxes = 0;
  beforeEach(() => (boxes = 0));

  const texts = (asked: readonly Asked[]): readonly string[] =>
    asked.filter(({ kind }) => kind === 'message' || kind === 'modal').map(({ text }) => text);

  it('makes the folder, and says where it is', async () => {
    const asked = await clone(`${server.url}/open.git`);
    const [told = ''] = texts(asked);
    const [, folder = ''] = /^The repository is in (\/.*\/open)\.$/.exec(told) ?? [];
    assert.equal(
      await inside.sh('cat "$1/README.md"; git -C "$1" remote get-url origin', folder),
      `# Cloned\n${server.url}/open.git`,
    );
    assert.equal(await inside.sh('ls -A "$1" | grep -c cloning || true', path.posix.dirname(folder)), '0');
  });

  it('asks for another name where there is such a folder, and takes a branch', async () => {
    const asked = await clone(`${server.url}/open.git`, { branch: 'side' });
    const [told = ''] = texts(asked);
    const [, folder = ''] = /^The repository is in (\/.*\/open-2)\.$/.exec(told) ?? [];
    assert.equal(await inside.sh('cat "$1/side.txt"', folder), 'side');
  });

  it('says what git says when it fails', async () => {
    const asked = await clone(`${server.url}/open.git`, { branch: 'none', folder: 'open-3' });
    assert.match(texts(asked).join(), /Could not clone the repository: .*Remote branch none not found/);
  });

  it('gives credentials only after a question that names the server and the sandbox', async () => {
    server.store(true);
    const declined = await clone(`${server.url}/private.git`);
    const host = new URL(server.url).host;
    assert.deepEqual(texts(declined), [`Give clones your credentials for ${host}?`]);
    assert.equal(server.seen.authorized, 0);
  });

  it('clones with them, and leaves nothing of them inside', async () => {
    const asked = await clone(`${server.url}/private.git`, { modal: () => 'Use Credentials' });
    const [, told = ''] = texts(asked);
    const [, folder = ''] = /^The repository is in (\/.*\/private)\.$/.exec(told) ?? [];
    assert.ok(server.seen.authorized > 0);
    assert.equal(await inside.sh('cat "$1/README.md"', folder), '# Cloned');
    const home = path.posix.dirname(folder);
    assert.equal(await inside.sh('grep -rl "$2" "$1" 2>/dev/null | wc -l', home, password), '0');
    assert.equal(
      await inside.sh('git -C "$1" config --local --get-regexp "credential|url" || true', folder),
      `remote.origin.url ${server.url}/private.git`,
    );
  });

  it('takes those of the editor for GitHub, and what git has where the editor has none', async () => {
    const { signal } = new AbortController();
    const gitHub = { url: 'https://github.com/owner/repository', host: 'github.com' };
    const original = authentication.getSession.bind(authentication);
    const asked: unknown[] = [];
    const answering = (answer: () => Promise<unknown>): void => {
      const getSession = async (...args: readonly unknown[]): Promise<unknown> => {
        asked.push(args);
        return await answer();
      };
      Object.assign(authentication, { getSession });
    };
    try {
      answering(() => Promise.resolve({ accessToken: 'of the editor' }));
      assert.deepEqual(await credentialsFor(gitHub, signal), {
        user: 'x-access-token',
        password: 'of the editor',
      });
      assert.deepEqual(asked, [['github', ['repo'], { createIfNone: true }]]);
      answering(() => Promise.reject(new Error('User did not consent to login.')));
      assert.equal(await credentialsFor(gitHub, signal), undefined);
      answering(() => assert.fail('GitHub is asked about another server'));
      await credentialsFor({ url: server.url, host: new URL(server.url).host }, signal);
    } finally {
      Object.assign(authentication, { getSession: original });
    }
  });

  it('says so where this computer has none', async () => {
    server.store(false);
    const asked = await clone(`${server.url}/private.git`, {
      folder: 'private-2',
      modal: () => 'Use Credentials',
    });
    assert.match(texts(asked).at(-1) ?? '', /This computer has no credentials for 127\.0\.0\.1/);
  });

  it('makes a new sandbox for it where that is chosen', async () => {
    const known = new Set((await emulator.list()).map(each => each.id));
    const asked = await replying(
      { box: (_title, value) => ((boxes += 1) === 1 ? `${server.url}/open.git` : value) },
      async () => await commands.executeCommand(commandIds.cloneRepository),
    );
    assert.match(texts(asked).join(), /^The repository is in \/.*\/open\.$/);
    const added = (await emulator.list()).filter(each => !known.has(each.id));
    assert.equal(added.length, 1);
    const [made] = added;
    assert.equal(await new Inside(made?.id ?? '').sh('cat "$HOME/open/README.md"'), '# Cloned');
    await emulator.terminate(made?.id ?? '');
  });

  it('removes what there is of it when it is cancelled', async () => {
    let asked: readonly Asked[] = [];
    await cancelling(
      () => server.seen.isHeld,
      async () => (asked = await clone(`${server.url}/held.git`)),
    );
    assert.deepEqual(texts(asked), []);
    await waitFor(
      'nothing to be left',
      async () => (await inside.sh('ls -A "$HOME" | grep held || true')) === '',
    );
  });
});
