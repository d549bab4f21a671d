import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  commands,
  EventEmitter,
  FileType,
  Range,
  window,
  workspace,
  WorkspaceEdit,
  type Terminal,
} from 'vscode';
import * as z from 'zod';
import type { ChildNode } from '../../../src/app/nodes/childNodes';
import { parseEndpoint } from '../../../src/core/account/endpoint';
import { silentLogger } from '../../../src/core/kernel/logger';
import { fileUri } from '../../../src/host/editor/documents/documentUris';
import { Network } from '../../../src/host/session/network';
import { openServices } from '../../../src/host/session/openServices';
import { commandIds } from '../../../src/manifest';
import type { FileChange } from '../../../src/remote/files/fileChanges';
import type { RemoteFiles } from '../../../src/remote/files/remoteFiles';
import { FilesRoot } from '../../../src/remote/files/tree/fileNodes';
import { UserError } from '../../../src/text/kit/failureText';
import { waitFor } from '../../support/waitFor';
import { messagesOf, replying } from '../support/answers';
import { openSource, signInOpenSource } from '../support/openSource';
import { Screen } from '../support/screen';
import { signIn } from '../support/session';

interface Trouble {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  /** What is said of a request that met it. */
  readonly words: RegExp;
}

function answering(fault: '502' | '503', words: RegExp): Trouble {
  return {
    begin: async () => {
      await openSource.admin('POST', 'faults', { fault, plane: 'proxy' });
      await openSource.proxy('up');
    },
    end: () => openSource.admin('DELETE', 'faults'),
    words,
  };
}

function being(state: 'resets' | 'unaware', words: RegExp): Trouble {
  return { begin: () => openSource.proxy(state), end: () => openSource.proxy('up'), words };
}

const troubles: Readonly<Record<string, Trouble>> = {
  'answers 502': answering('502', /answered with an error\. \(Bad Gateway\)/),
  'answers 503': answering('503', /is under maintenance or overloaded \(HTTP 503\)/),
  'resets every connection': being('resets', /cannot be reached|reset/),
  'has just been started again': being(
    'unaware',
    /The way into the sandbox does not know it: it has ended, or/,
  ),
};

const failedRequest = z.object({
  request: z.object({ path: z.string(), body: z.unknown() }),
  error: z.object({ code: z.literal('ECONNREFUSED') }),
});

/** Collects what the extension could not send since its connection was refused, as its HTTP library tells it. */
async function watchingRefusals<T>(run: (refused: readonly string[]) => Promise<T>): Promise<T> {
  const refused: string[] = [];
  const take = (message: unknown): void => {
    const { data } = failedRequest.safeParse(message);
    if (data === undefined) return;
    const { path, body } = data.request;
    refused.push(`${path} ${body instanceof Uint8Array ? Buffer.from(body).toString() : ''}`);
  };
  subscribe('undici:request:error', take);
  try {
    return await run(refused);
  } finally {
    unsubscribe('undici:request:error', take);
  }
}

async function opened(open: () => PromiseLike<unknown>): Promise<Screen> {
  const before = new Set<Terminal>(window.terminals);
  await open();
  return new Screen(await waitFor('the terminal', () => window.terminals.find(each => !before.has(each))));
}

async function terminalIn(id: string): Promise<Screen> {
  const screen = await opened(() => commands.executeCommand(commandIds.openTerminal, id));
  screen.terminal.sendText('kept=value-$((6*7)); echo rea""dy');
  await screen.waitFor('ready');
  screen.clear();
  return screen;
}

async function editing(id: string, path: string) {
  await openSource.write(id, path, 'as it was');
  const document = await workspace.openTextDocument(fileUri(id, path));
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, new Range(0, 0, 0, 9), 'what was typed');
  assert.ok(await workspace.applyEdit(edit));
  return document;
}

async function pidOf(id: string, argument: string): Promise<number> {
  const list = z.object({ processes: z.array(z.object({ pid: z.number(), args: z.array(z.string()) })) });
  return await waitFor('the process', async () => {
    const { processes } = list.parse(await openSource.inside(id, 'GET', '/processes'));
    return processes.find(({ args }) => args.some(each => each.includes(argument)))?.pid;
  });
}

/** The node Files of a sandbox, reading by the file system of the editor. */
function filesOf(id: string): FilesRoot {
  // Only these are used.
  const files = {
    home: () => Promise.resolve('/'),
    list: async (path: string) =>
      (await workspace.fs.readDirectory(fileUri(id, path))).map(([name, type]) => ({
        name,
        isDirectory: type === FileType.Directory,
      })),
  } as unknown as RemoteFiles;
  return new FilesRoot(
    {
      running: () => Promise.resolve(files),
      nameOf: () => id,
      sessionSignal: () => Promise.resolve(new AbortController().signal),
      changes: new EventEmitter<readonly FileChange[]>(),
      refreshes: new EventEmitter<ChildNode>(),
    },
    id,
  );
}

function labelOf(node: ChildNode | undefined): string {
  const label = node?.item().label ?? '';
  return typeof label === 'string' ? label : label.label;
}

describe('the way to the sandboxes of the open-source server', () => {
  let id: string;
  before(async () => {
    await signInOpenSource();
    id = await openSource.running();
    await workspace.getConfiguration('tensorlake').update('terminal.onClose', 'end', true);
  });
  after(async () => {
    await openSource.end(id);
    await workspace.getConfiguration('tensorlake').update('terminal.onClose', undefined, true);
    await signIn();
  });
  afterEach(async () => {
    await openSource.admin('DELETE', 'faults');
    await openSource.proxy('up');
    await commands.executeCommand('workbench.action.closeAllEditors');
    for (const terminal of window.terminals) terminal.dispose();
  });

  for (const [index, [name, { begin, end, words }]] of Object.entries(troubles).entries()) {
    describe(name, () => {
      it('and a terminal says so, and goes on in the same shell', async () => {
        const screen = await terminalIn(id);
        await begin();
        await screen.waitFor('The connection broke');
        assert.equal(screen.terminal.exitStatus, undefined);
        await end();
        await screen.waitFor('Connected again', 30_000);
        screen.terminal.sendText('echo "<$kept>"');
        await screen.waitFor('<value-42>');
      });

      it('and a file is not saved, says why, keeps what was typed, and is saved afterwards', async () => {
        const path = `/tmp/${name.replaceAll(' ', '-')}`;
        const document = await editing(id, path);
        await begin();
        assert.equal(await document.save(), false);
        await assert.rejects(Promise.resolve(workspace.fs.writeFile(document.uri, Buffer.from('x'))), words);
        assert.ok(document.isDirty);
        assert.equal(document.getText(), 'what was typed');
        await end();
        assert.equal(await openSource.read(id, path), 'as it was');
        assert.ok(await document.save());
        assert.equal(await openSource.read(id, path), 'what was typed');
      });

      it('and a run says that its process may go on, and the next one runs', async () => {
        const argument = 4000 + index;
        const run = (line: string): Thenable<unknown> =>
          commands.executeCommand(commandIds.runCommand, id, undefined, line);
        let ending: Thenable<unknown> | undefined;
        const screen = await opened(() => {
          ending = run(`sleep ${argument}`);
          return Promise.resolve();
        });
        const pid = await pidOf(id, String(argument));
        await begin();
        const outcomes = z.array(z.looseObject({ outcome: z.string() }));
        assert.equal(outcomes.parse(await ending)[0]?.outcome, 'lost');
        await screen.waitFor('The connection broke off before the sandbox said how the program ended.');
        await screen.waitFor(`Process ${pid} may still be running.`);
        await end();
        assert.equal(outcomes.parse(await run('sh -c "exit 7"'))[0]?.['exitCode'], 7);
      });

      it('and followed output goes on, each line once', async () => {
        const script = 'for i in 1 2 3 4 5 6 7 8; do echo "line-$i"; sleep 0.4; done; sleep 60';
        const started = await openSource.inside(id, 'POST', '/processes', {
          command: 'sh',
          args: ['-c', `${script}; : ${name}`],
        });
        const { pid } = z.object({ pid: z.number() }).parse(started);
        const followed = { process: pid };
        const screen = await opened(() =>
          commands.executeCommand(commandIds.followProcess, id, undefined, followed),
        );
        await screen.waitFor('line-2');
        await begin();
        await screen.waitFor('The connection broke off; trying again');
        await screen.waitFor(words);
        await end();
        await screen.waitFor('line-8', 30_000);
        for (const line of [3, 4, 5, 6, 7, 8])
          assert.equal(screen.shown.split(`line-${line}`).length, 2, `line ${line} once in ${screen.shown}`);
        await openSource.inside(id, 'DELETE', `/processes/${pid}`);
      });

      it('and Files says why it cannot be read, and reads again', async () => {
        const root = filesOf(id);
        await openSource.write(id, '/tmp/listed/here', 'x');
        const [top] = await root.children();
        assert.ok(top);
        await begin();
        const [trouble, ...others] = await top.children();
        assert.deepEqual(others, []);
        assert.match(labelOf(trouble), words);
        assert.equal(trouble?.item().command?.command, commandIds.refreshFiles);
        await end();
        root.forget();
        assert.ok((await top.children()).some(node => labelOf(node) === 'tmp'));
      });
    });
  }

  describe('refuses connections for a while', () => {
    it('and what is saved or run meanwhile waits for it, and is done once', async () => {
      const document = await editing(id, '/tmp/waits');
      const screen = await terminalIn(id);
      await openSource.proxy('down');
      await screen.waitFor('The connection broke');
      const meanwhile = async (refused: readonly string[]): Promise<void> => {
        const saving = document.save();
        const running = commands.executeCommand(commandIds.runCommand, id, undefined, 'sh -c "exit 7"');
        await waitFor('both to be refused', () =>
          ['/tmp/waits', 'exit 7'].every(part => refused.some(request => request.includes(part))),
        );
        await openSource.proxy('up');
        assert.ok(await saving);
        const [result] = z.array(z.looseObject({ exitCode: z.number() })).parse(await running);
        assert.equal(result?.exitCode, 7);
      };
      const messages = await messagesOf(() => watchingRefusals(meanwhile));
      assert.deepEqual(messages, []);
      assert.equal(await openSource.read(id, '/tmp/waits'), 'what was typed');
      await screen.waitFor('Connected again', 30_000);
      screen.terminal.sendText('echo "<$kept>"');
      await screen.waitFor('<value-42>');
    });
  });
});

describe('an address without encryption', () => {
  /** What is said of a sandbox that an API names this address of. */
  async function said(api: string, sandboxUrl: string): Promise<string> {
    const endpoint = parseEndpoint(api);
    assert.ok('ok' in endpoint);
    const session = { endpoint: endpoint.ok, credential: () => Promise.resolve('a-key') };
    const services = openServices(session, { logger: silentLogger, version: '0', network: new Network() });
    try {
      await services.inside({ id: 'box', sandboxUrl });
      return 'reached';
    } catch (error) {
      assert.ok(error instanceof UserError);
      return error.message;
    } finally {
      services.dispose();
    }
  }

  it('is refused with what to set where the server is one that people run themselves', async () => {
    const elsewhere = 'http://other-machine:8095';
    assert.match(
      await said('http://localhost:8900', elsewhere),
      /not of this machine.*Set http_proxy\.advertise_address of its dataplane to an address of this machine/,
    );
    assert.match(
      await said('https://box.example.com/v1/namespaces/x', elsewhere),
      /forwarded to this machine.*http_proxy\.advertise_address of its dataplane/,
    );
    assert.doesNotMatch(await said('https://api.example.com', elsewhere), /advertise_address/);
  });
});

describe('the daemon of a sandbox that is killed', () => {
  before(async () => await signInOpenSource());
  after(async () => await signIn());

  it('ends its terminal, run and files with the sandbox, and each says so', async () => {
    const id = await openSource.running();
    const screen = await terminalIn(id);
    const document = await editing(id, '/tmp/lost');
    let ending: Thenable<unknown> | undefined;
    const output = await opened(() => {
      ending = commands.executeCommand(commandIds.runCommand, id, undefined, 'sleep 4100');
      return Promise.resolve();
    });
    await pidOf(id, '4100');
    // The warning gathers ends for a moment.
    const why = /which is in use here, has ended\. Its container ended although nobody asked for that\./;
    await replying({}, async asked => {
      await openSource.admin('POST', 'kill', { sandbox_id: id });
      await waitFor('its end', async () => (await openSource.row(id)).status === 'terminated');
      await commands.executeCommand(commandIds.refresh);
      await screen.waitFor('The sandbox was terminated, and the shell with it.');
      await waitFor('the warning', () => asked.some(({ text }) => why.test(text)));
    });
    assert.equal((await openSource.row(id)).outcome, 'Failure(ContainerTerminated(Unknown))');
    const [result] = z.array(z.looseObject({ outcome: z.string() })).parse(await ending);
    assert.equal(result?.outcome, 'lost');
    await output.waitFor('The connection broke off before the sandbox said how the program ended.');
    assert.equal(await document.save(), false);
    assert.equal(document.getText(), 'what was typed');
    await assert.rejects(
      Promise.resolve(workspace.fs.writeFile(document.uri, Buffer.from('x'))),
      /The sandbox is not running/,
    );
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const terminal of window.terminals) terminal.dispose();
  });
});
