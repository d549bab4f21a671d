import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { commands, env, workspace } from 'vscode';
import * as z from 'zod';
import type { AppContext } from '../../../src/app/appContext';
import { sendOffered } from '../../../src/app/offered';
import type { Obstacle } from '../../../src/core/connection/way';
import { ApiError } from '../../../src/core/kernel/errors';
import { SandboxStore } from '../../../src/core/list/store';
import type { Sandbox } from '../../../src/core/sandbox/sandbox';
import type { Connection } from '../../../src/host/session/connection';
import { fileErrorFrom } from '../../../src/remote/files/fileError';
import { errorText, UserError } from '../../../src/text/kit/failureText';
import { outcomeSentence } from '../../../src/text/run';
import { commandIds } from '../../../src/manifest';
import { sandbox } from '../../support/sandboxBuilder';
import { waitFor } from '../../support/waitFor';
import { type Asked, messagesOf, replying } from '../support/answers';
import { apiUrl, emulator } from '../support/emulatorClient';
import { openSource } from '../support/openSource';
import { Relay } from '../support/relay';
import { signIn } from '../support/session';

const openSourceUrl = openSource.url;

async function setUrl(url: string): Promise<void> {
  const settings = workspace.getConfiguration('tensorlake');
  await settings.update('useEnvironmentKey', false, true);
  await settings.update('apiUrl', url, true);
}

/** Signs in with an empty box, and returns what was asked and told. */
async function signInEmpty(): Promise<readonly Asked[]> {
  return await replying({ box: (_title, _value, problem) => (problem === undefined ? '' : undefined) }, () =>
    commands.executeCommand(commandIds.signIn, 'key'),
  );
}

/** What the pick list offers for the only sandbox that runs. */
async function actions(): Promise<readonly string[]> {
  let titles: readonly string[] = [];
  await replying(
    {
      list: ({ title, items }) => {
        if (title === 'Tensorlake Sandboxes') return items[0];
        titles = items.map(({ label }) => label);
        return undefined;
      },
    },
    () => commands.executeCommand(commandIds.pick),
  );
  return titles;
}

async function told(command: string, ...args: readonly unknown[]): Promise<string> {
  return (await messagesOf(() => commands.executeCommand(command, ...args))).join('\n');
}

const signedOut = 'Could not refresh: Sign in to Tensorlake first.';

/** Waits until a refresh says this: a session begins and ends in its own time. */
async function refreshed(words: string): Promise<void> {
  await waitFor('the session', async () => (await told(commandIds.refresh)) === words);
}

describe('signing in without a key', () => {
  after(async () => await setUrl(apiUrl));

  it('sends none to a server on this machine that asks for none', async () => {
    const keys: unknown[] = [];
    const server = createServer((request, response) => {
      keys.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"sandboxes":[]}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    try {
      await setUrl(`http://127.0.0.1:${address.port}`);
      await refreshed(signedOut);
      assert.deepEqual(keys, []);
      await signInEmpty();
      const checked = keys.length;
      await waitFor('the first listing', () => keys.length > checked);
      await refreshed('');
      assert.deepEqual(new Set(keys), new Set([undefined]));
      await commands.executeCommand(commandIds.signOut);
      await refreshed(signedOut);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('is refused by a server that asks for one, and nothing is kept', async () => {
    await setUrl(apiUrl);
    const asked = await signInEmpty();
    assert.ok(
      asked.some(({ detail }) => detail === 'This server asks for an API key.'),
      JSON.stringify(asked),
    );
    await refreshed(signedOut);
  });

  it('is nothing for another machine, whatever was kept for this one', async () => {
    await setUrl(openSourceUrl);
    await signInEmpty();
    await refreshed('');
    await setUrl('https://api.example.com');
    await refreshed(signedOut);
    const asked = await signInEmpty();
    assert.ok(
      asked.some(({ detail }) => detail === 'An API key is needed.'),
      JSON.stringify(asked),
    );
    await setUrl(openSourceUrl);
    await refreshed('');
    await commands.executeCommand(commandIds.signOut);
    await refreshed(signedOut);
  });
});

describe('the open-source server', () => {
  let id: string;
  before(async () => {
    await setUrl(openSourceUrl);
    await signInEmpty();
    await refreshed('');
    id = await openSource.running();
  });
  after(async () => {
    await openSource.end(id);
    await commands.executeCommand(commandIds.signOut);
    await signIn();
  });

  it('runs a program and returns its exit code', async () => {
    const results = await commands.executeCommand(commandIds.runCommand, id, undefined, 'sh -c "exit 7"');
    const [result] = z.tuple([z.object({ outcome: z.string(), exitCode: z.number() })]).parse(results);
    assert.deepEqual(result, { outcome: 'exited', exitCode: 7 });
  });

  const lacked = [
    ['suspending a sandbox', 'Suspend', commandIds.suspend, [], 'suspending a sandbox'],
    ['naming a sandbox', 'Rename…', commandIds.rename, [undefined, 'other-name'], 'changing a sandbox'],
    [
      'copying a running sandbox',
      'Duplicate…',
      commandIds.duplicate,
      [undefined, 1],
      'copying a running sandbox',
    ],
    [
      'attaching file systems',
      'Attach File System…',
      commandIds.attachFileSystem,
      [undefined, { fileSystemId: 'fs', mountPath: '/data' }],
      'attaching and detaching file systems',
    ],
    ['retained logs', 'Show Logs', commandIds.showLogs, [], 'retained logs'],
    ['forwarding ports', 'Forward Port…', commandIds.forwardPort, [undefined, 8080], 'forwarding ports'],
  ] as const;
  for (const [feature, title, command, args, later] of lacked) {
    it(`says that it does not offer ${feature}, and offers it no more until a refresh`, async () => {
      await commands.executeCommand(commandIds.refresh);
      assert.ok((await actions()).includes(title));
      assert.match(await told(command, id, ...args), new RegExp(`This server does not offer ${feature}\\.`));
      assert.ok(!(await actions()).includes(title));
      assert.match(await told(command, id, ...args), new RegExp(`This server does not offer ${later}\\.`));
      await commands.executeCommand(commandIds.refresh);
      assert.ok((await actions()).includes(title));
    });
  }

  it('says that it does not offer SSH, and copies no command that would lead to this machine', async () => {
    const title = 'Open with Remote-SSH…';
    for (const command of [commandIds.openRemoteSsh, commandIds.copySshCommand]) {
      await commands.executeCommand(commandIds.refresh);
      await env.clipboard.writeText('as it was');
      assert.ok((await actions()).includes(title));
      const asked = await replying({ modal: () => 'Set Up SSH Only' }, () =>
        commands.executeCommand(command, id),
      );
      assert.ok(
        asked.some(({ text }) => text.endsWith('This server does not offer SSH.')),
        JSON.stringify(asked),
      );
      assert.ok(!(await actions()).includes(title));
      assert.equal(await env.clipboard.readText(), 'as it was');
    }
    await commands.executeCommand(commandIds.refresh);
  });

  it('has no archive, which is asked for once, and neither the history nor a refresh fails by that', async () => {
    const asked = async (): Promise<number> => {
      const { requests } = z
        .object({ requests: z.array(z.object({ path: z.string() })) })
        .parse(await openSource.admin('GET', 'state'));
      return requests.filter(({ path }) => path.endsWith('/archived-sandboxes')).length;
    };
    await commands.executeCommand(commandIds.refresh);
    const before = await asked();
    assert.equal(await told(commandIds.showHistory), '');
    assert.equal(await told(commandIds.hideHistory), '');
    assert.equal(await told(commandIds.showHistory), '');
    assert.equal(await asked(), before + 1);
    assert.equal(await told(commandIds.refresh), '');
    assert.equal(await asked(), before + 2);
    await commands.executeCommand(commandIds.hideHistory);
  });

  it('asks for no name to suspend a sandbox where there are none', async () => {
    const asked = await replying({}, () => commands.executeCommand(commandIds.suspend, id));
    assert.deepEqual(
      asked.map(({ kind }) => kind),
      ['message'],
    );
  });

  it('loses with one change all that goes through the same request', async () => {
    await commands.executeCommand(commandIds.refresh);
    assert.match(
      await told(commandIds.resize, id, undefined, { memoryMb: 2048 }),
      /does not offer live resize/,
    );
    const left = await actions();
    for (const title of ['Rename…', 'Resize…', 'Edit Network Policy…', 'Edit Exposed Ports…'])
      assert.ok(!left.includes(title), title);
    assert.ok(left.includes('Terminate…'));
    const other = await told(commandIds.editPorts, id, undefined, [8080]);
    assert.match(other, /does not offer changing a sandbox/);
  });
});

describe('a server that has all but the suspend', () => {
  let relay: Relay;
  const ids: string[] = [];
  let sent = 0;
  before(async () => {
    relay = await Relay.start((method, path) => {
      if (method !== 'POST' || !path.endsWith('/suspend')) return 'pass';
      sent += 1;
      return { status: 404, body: '' };
    });
    await signIn(relay.url);
    for (const name of ['kept-awake-a', 'kept-awake-b']) ids.push((await emulator.create({ name })).id);
    await commands.executeCommand(commandIds.refresh);
  });
  after(async () => {
    for (const id of ids) await emulator.terminate(id);
    await signIn();
    await relay.stop();
  });

  /** The second part of the question of Terminate, which nobody agrees to. */
  async function question(): Promise<string> {
    const asked = await replying({}, () => commands.executeCommand(commandIds.terminate, ids[0]));
    return asked.find(({ kind }) => kind === 'modal')?.detail ?? '';
  }

  it('is asked once for several, and offers it neither instead of an end nor for a group', async () => {
    assert.match(await question(), /suspend instead/);
    const nodes = ids.map(sandboxId => ({ kind: 'sandbox', sandboxId }));
    const words = await told(commandIds.suspend, nodes[0], nodes);
    for (const name of ['kept-awake-a', 'kept-awake-b'])
      assert.ok(words.includes(`${name}: This server does not offer suspending a sandbox.`), words);
    const before = sent;
    assert.ok(before > 0);
    assert.doesNotMatch(await question(), /suspend instead/);
    assert.equal(
      await told(commandIds.suspendAll),
      'Could not suspend: This server does not offer suspending a sandbox.',
    );
    assert.match(await told(commandIds.suspend, nodes[0], nodes), /does not offer suspending a sandbox/);
    assert.equal(sent, before);
  });
});

describe('what is said', () => {
  it('of an answer without a word is not that a sandbox is gone', () => {
    const empty = (status: number): ApiError => new ApiError('notFound', `HTTP ${status}`, { status });
    assert.equal(errorText(empty(405)), 'This server does not offer that. (HTTP 405)');
    assert.equal(
      errorText(empty(404)),
      'This server does not offer that, or what it is about is gone. (HTTP 404)',
    );
    const worded = new ApiError('notFound', 'Sandbox not found', { status: 404 });
    assert.match(errorText(worded), /The account in use has no such sandbox/);
  });

  it('of what is too large names how much the server takes, where that is known', () => {
    const refused = (limitBytes?: number): ApiError =>
      new ApiError('tooLarge', 'length limit exceeded', { status: 413, limitBytes });
    const words = (limitBytes?: number): string => errorText(fileErrorFrom(refused(limitBytes), '/tmp/a'));
    assert.equal(words(2_097_152), '/tmp/a is too large: the server takes files up to 2 MiB.');
    assert.match(words(524_288), /up to 512 KiB/);
    assert.match(words(1_000_000), /up to 1000000 bytes/);
    assert.equal(words(), '/tmp/a is larger than the server takes in one request.');
    assert.match(errorText(refused(2_097_152)), /larger than the server takes: up to 2 MiB in one request/);
  });

  it('of an exit code that was asked for is that output may be missing', () => {
    const exit = { exitCode: 3, oomKilled: false };
    const asked = { kind: 'exited', exit, isTimeout: false, isAskedFor: true } as const;
    assert.equal(
      outcomeSentence(asked, 2_000, 42),
      'Ended after 2 s: exit code 3. The connection broke off before; output may be missing.',
    );
  });
});

describe('a call that a server may lack', () => {
  const missing = (status: number): ApiError =>
    new ApiError(status === 404 ? 'notFound' : 'invalid', `HTTP ${status}`, { status });
  const gone = new ApiError('notFound', 'Sandbox not found', { status: 404 });

  /** What is sent to a server on which a sandbox is, or is no more. */
  function server(isThere: boolean) {
    const lines: string[] = [];
    const seen = { reads: 0, sends: 0 };
    const store = new SandboxStore();
    const get = (): Promise<Sandbox> => {
      seen.reads += 1;
      return isThere ? Promise.resolve(sandbox({ id: 'a' })) : Promise.reject(gone);
    };
    // Only these members are used.
    const connection = { sandboxes: { get }, signal: new AbortController().signal } as unknown as Connection;
    const connections = { current: connection as Connection | undefined };
    const context = { store, connections, log: { info: (line: string) => void lines.push(line) } };
    const send = async (error: Error): Promise<unknown> => {
      const act = (): Promise<never> => {
        seen.sends += 1;
        return Promise.reject(error);
      };
      const sent = sendOffered(context as unknown as AppContext, connection, { id: 'a' }, 'suspend', act);
      return await sent.catch((thrown: unknown) => thrown);
    };
    return { store, lines, seen, connections, send };
  }

  for (const status of [404, 405])
    it(`is missing for an empty ${status}, which is remembered, and told of in one line`, async () => {
      const { store, lines, seen, send } = server(true);
      const errors = await Promise.all([send(missing(status)), send(missing(status))]);
      errors.push(await send(missing(status)));
      for (const error of errors)
        assert.ok(
          error instanceof UserError && error.message === 'This server does not offer suspending a sandbox.',
        );
      assert.deepEqual([...(store.current.lacks ?? [])], ['suspend']);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /POST \/sandboxes\/\{id\}\/suspend/);
      assert.deepEqual(seen, { sends: 2, reads: status === 404 ? 2 : 0 });
      store.forgetLacks();
      await send(missing(status));
      assert.equal(lines.length, 2);
    });

  it('is not missing when the sandbox is gone, nor when somebody says a word', async () => {
    const there = server(true);
    const away = server(false);
    assert.equal(await away.send(missing(404)), gone);
    assert.match(
      String(await there.send(new ApiError('notFound', 'No such user', { status: 404 }))),
      /No such user/,
    );
    assert.match(
      String(await there.send(new ApiError('invalid', 'not supported', { status: 400 }))),
      /not supported/,
    );
    const page = { status: 404, obstacle: { kind: 'answer' } as unknown as Obstacle };
    await there.send(new ApiError('notFound', 'HTTP 404', page));
    await there.send(new ApiError('notFound', 'HTTP 404', { status: 404, code: 'NOT_FOUND' }));
    for (const { store, lines } of [there, away]) {
      assert.equal(store.current.lacks, undefined);
      assert.deepEqual(lines, []);
    }
  });

  it('is not remembered of a server that was left meanwhile', async () => {
    const { store, connections, send } = server(true);
    connections.current = undefined;
    assert.match(String(await send(missing(405))), /does not offer/);
    assert.equal(store.current.lacks, undefined);
  });
});
