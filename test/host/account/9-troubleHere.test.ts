import assert from 'node:assert/strict';
import { commands, Disposable, Uri, workspace } from 'vscode';
import { KnownSecrets } from '../../../src/api/http/errors/redact';
import { deferred } from '../../../src/core/kernel/async';
import { ApiError, localCodes } from '../../../src/core/kernel/errors';
import { silentLogger } from '../../../src/core/kernel/logger';
import { viewStateOf } from '../../../src/core/list/counts';
import { SandboxStore } from '../../../src/core/list/store';
import { systemClock } from '../../../src/host/editor/clock';
import { type Answer, askText } from '../../../src/host/editor/dialogs/quickInput';
import { Connections } from '../../../src/host/session/connection';
import { Credentials, type SecretStoreLike } from '../../../src/host/session/credentials';
import { ProfileStore } from '../../../src/host/session/profiles';
import { SessionStore } from '../../../src/host/session/session';
import { commandIds, fileScheme } from '../../../src/manifest';
import { SizeGate, upToSize } from '../../../src/remote/files/model/sizeGate';
import { confirmMore } from '../../../src/remote/files/transfer/progress';
import { FakeMemento } from '../../support/storage/fakeMemento';
import { waitFor } from '../../support/waitFor';
import { answering, instead, messagesOf, replying } from '../support/answers';
import { apiKey, emulator } from '../support/emulatorClient';
import { signIn, signOut } from '../support/session';

/** Ends of what is built here, after each test. */
const ends: (() => void)[] = [];

/** A window's way to the service, with a secret store of its own. */
function window(secrets: Pick<SecretStoreLike, 'get'>, make = Connections) {
  const store = new SandboxStore();
  const others = { store: () => Promise.resolve(), delete: () => Promise.resolve() };
  const onDidChange = () => ({ dispose: () => undefined });
  const credentials = new Credentials({
    secrets: { ...others, onDidChange, ...secrets },
    logger: silentLogger,
  });
  const profiles = new ProfileStore(new FakeMemento(), new FakeMemento());
  const sessions = new SessionStore(credentials, profiles, silentLogger);
  const connections = new make({
    sessions,
    store,
    clock: systemClock,
    logger: silentLogger,
    version: '0.0.0',
    secrets: new KnownSecrets(),
    traffic: { note: () => undefined },
  });
  ends.push(() => {
    for (const each of [connections, sessions, credentials]) each.dispose();
  });
  return { store, sessions, connections };
}

/**
 * Types a text into the box that `act` shows, and once more when the box says what is wrong, after the faults of the
 * emulator are over. Returns what it said; nothing else is said.
 */
async function throughTrouble(text: string, act: () => PromiseLike<unknown>): Promise<string> {
  const problems: string[] = [];
  const asked = await replying(
    {
      box: (_title, value, problem) => {
        if (problem === undefined) return text;
        problems.push(problem);
        assert.equal(value, text);
        return problems.length > 5 ? undefined : value;
      },
    },
    async () => {
      const ended = act();
      await waitFor('what is wrong', () => problems.length > 0);
      await emulator.clearFaults();
      await ended;
    },
  );
  assert.deepEqual(
    asked.filter(({ kind }) => kind !== 'box'),
    [],
  );
  return problems.join(' ');
}

describe('trouble on this side', () => {
  afterEach(() => ends.splice(0).forEach(end => end()));

  it('of an input box that cannot find out whether a text will do is shown in the box, which stays', async () => {
    const problems: (string | undefined)[] = [];
    const failures: Error[] = [new ApiError('network', 'down'), new TypeError('broken')];
    let answer: Answer<string> | undefined;
    await replying(
      {
        box: (_title, value, problem) => {
          problems.push(problem);
          return `${value}x`;
        },
      },
      async () => {
        const accept = async (): Promise<undefined> => {
          const failure = await Promise.resolve(failures.shift());
          if (failure) throw failure;
        };
        answer = await askText({ title: 'Name', prompt: 'Which?', value: 'a', accept });
      },
    );
    assert.deepEqual(answer, { kind: 'value', value: 'axxx' });
    assert.equal(problems[0], undefined);
    assert.match(problems[1] ?? '', /cannot be reached/);
    assert.match(problems[2] ?? '', /broken/);
  });

  it('of an input box that was closed before its text was used up is told all the same', async () => {
    const box = { value: 'a', onHide: () => undefined as unknown, onAccept: () => undefined as unknown };
    const listen = () => new Disposable(() => undefined);
    const createInputBox = () =>
      Object.assign(box, {
        onDidAccept: (listener: () => unknown) => ((box.onAccept = listener), listen()),
        onDidHide: (listener: () => unknown) => ((box.onHide = listener), listen()),
        onDidChangeValue: listen,
        onDidTriggerButton: listen,
        show: () => undefined,
        dispose: () => undefined,
      });
    /** What becomes of a question whose box is closed while `accept` goes on, which then ends so. */
    const closedOn = async (end: () => string | undefined): Promise<unknown> => {
      const using = deferred<undefined>();
      let outcome: unknown;
      await instead({ createInputBox }, async () => {
        const accept = async () => {
          await using.promise;
          return end();
        };
        const asked = askText({ title: 'Name', prompt: 'Which?', accept });
        box.onAccept();
        await waitFor('the text to be used', () => 'busy' in box && box.busy === true);
        box.onHide();
        using.resolve(undefined);
        outcome = await asked.catch((error: unknown) => error);
      });
      return outcome;
    };
    const failure = new ApiError('network', 'down');
    const failing = (error: Error) => () => {
      throw error;
    };
    assert.equal(await closedOn(failing(failure)), failure);
    assert.match(String(await closedOn(() => 'The name is taken.')), /name is taken/);
    assert.deepEqual(await closedOn(() => undefined), { kind: 'cancel' });
    assert.deepEqual(await closedOn(failing(new ApiError('cancelled', ''))), { kind: 'cancel' });
  });

  it('of a download without a known size is a question at each further gigabyte', async () => {
    const piece = new Uint8Array(64 * 1024 ** 2);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield await Promise.resolve(piece);
    }
    const replies = ['Go On', 'Go On', undefined];
    let pieces = 0;
    const asked = await answering(
      () => Promise.resolve(replies.shift()),
      async () => {
        const gate = new SizeGate(0, confirmMore);
        const download = async (): Promise<void> => {
          for await (const part of upToSize(endless(), undefined, gate, () => undefined))
            pieces += part.length === piece.length ? 1 : 0;
        };
        await assert.rejects(download(), error => ApiError.is(error, 'cancelled'));
      },
    );
    assert.equal(asked.length, 3);
    for (const question of asked) assert.match(question, /^The download has reached \d.* GB. Go on\?$/);
    // A piece more than a gigabyte each time, and the last one is not let in.
    assert.equal(pieces, 50);
  });

  describe('with a key in the secret store', () => {
    before(async () => await signOut());

    it('of a keyring that is locked at the start is told, and over once it is unlocked', async () => {
      let isLocked = true;
      const get = () => (isLocked ? Promise.reject(new Error('locked')) : Promise.resolve(apiKey));
      const { store, sessions, connections } = window({ get });
      await sessions.load();
      const { status } = store.current;
      assert.equal('failure' in status && status.failure.code, localCodes.noSecret);
      assert.equal(viewStateOf({ status }, 0, 0), 'keyless');
      await assert.rejects(
        connections.require(),
        error => ApiError.is(error) && error.code === localCodes.noSecret,
      );
      isLocked = false;
      const { poller } = await connections.require();
      await poller.refresh();
      assert.equal(store.current.status.kind, 'fresh');
    });

    it('of a part of the extension that could not be loaded is over at the next try', async () => {
      let isBroken = true;
      class Broken extends Connections {
        override async openServices(...args: Parameters<Connections['openServices']>) {
          if (isBroken) throw new Error('The chunk could not be loaded');
          return await super.openServices(...args);
        }
      }
      const { store, sessions, connections } = window({ get: () => Promise.resolve(apiKey) }, Broken);
      await sessions.load();
      await waitFor('the failure', () => store.current.status.kind === 'failed');
      await assert.rejects(connections.require(), /chunk could not be loaded/);
      isBroken = false;
      const { poller } = await connections.require();
      await poller.refresh();
      assert.equal(store.current.status.kind, 'fresh');
    });
  });

  describe('with a sandbox', () => {
    before(async () => await signIn());
    afterEach(async () => await emulator.clearFaults());

    it('of a new file is shown in the box, and the next try makes it', async () => {
      const { id } = await emulator.create({ name: 'file-in-trouble' });
      await commands.executeCommand(commandIds.refresh);
      const at = Uri.from({ scheme: fileScheme, authority: id, path: '/tmp' });
      await workspace.fs.readDirectory(at);
      await emulator.addFault({ fault: '500', plane: 'proxy', method: 'PUT' });
      const problems: string[] = [];
      const asked = await replying(
        {
          box: (_title, _value, problem) => {
            if (problem !== undefined) {
              problems.push(problem);
              void emulator.clearFaults();
            }
            return problems.length > 5 ? undefined : 'made-here';
          },
        },
        async () => await commands.executeCommand(commandIds.newFile, at),
      );
      assert.ok(problems.length > 0, JSON.stringify(asked));
      const names = (await workspace.fs.readDirectory(at)).map(([name]) => name);
      assert.ok(names.includes('made-here'), names.join(' '));
    });

    it('of a rename is shown in the box with what was typed, and the next try does it', async () => {
      const { id } = await emulator.create({ name: 'rename-in-trouble' });
      await commands.executeCommand(commandIds.refresh);
      await emulator.addFault({ fault: '500', method: 'PATCH' });
      const shown = await throughTrouble('renamed-at-last', () =>
        commands.executeCommand(commandIds.rename, id),
      );
      assert.match(shown, /Tensorlake answered with an error/);
      assert.equal((await emulator.get(id)).name, 'renamed-at-last');
    });

    it('of a rename of a file is shown in the box with what was typed, and the next try does it', async () => {
      const { id } = await emulator.create({ name: 'file-rename-in-trouble' });
      await commands.executeCommand(commandIds.refresh);
      const at = (path: string) => Uri.from({ scheme: fileScheme, authority: id, path });
      await workspace.fs.writeFile(at('/tmp/before'), new Uint8Array());
      await emulator.addFault({ fault: 'drop-before', plane: 'proxy' });
      const shown = await throughTrouble('after', () =>
        commands.executeCommand(commandIds.renameFile, at('/tmp/before')),
      );
      assert.match(shown, /cannot be reached/);
      const names = (await workspace.fs.readDirectory(at('/tmp'))).map(([name]) => name);
      assert.deepEqual([names.includes('before'), names.includes('after')], [false, true]);
    });

    it('of signing in is shown in the box with what was typed, and the next try does it', async () => {
      await signOut();
      try {
        await emulator.addFault({ fault: 'drop-before', method: 'GET', route: '/sandboxes' });
        const shown = await throughTrouble(apiKey, () => commands.executeCommand(commandIds.signIn, 'key'));
        assert.match(shown, /cannot be reached/);
        const listings = async () => (await emulator.counters()).routes['GET /sandboxes'] ?? 0;
        const before = await listings();
        await waitFor('a listing', async () => {
          await commands.executeCommand(commandIds.refresh);
          return (await listings()) > before;
        });
      } finally {
        await commands.executeCommand(commandIds.signOut);
        await signIn();
      }
    });

    it('of a setting that closes the connection under a command is told', async () => {
      const { id } = await emulator.create({ name: 'closed-under' });
      await commands.executeCommand(commandIds.refresh);
      await emulator.addFault({ fault: 'slow-headers', ms: 20_000, method: 'PATCH' });
      const settings = workspace.getConfiguration('tensorlake');
      try {
        const messages = await messagesOf(async () => {
          const renaming = commands.executeCommand(commandIds.rename, id, undefined, 'renamed');
          await waitFor('the request', async () => (await emulator.faultsFired()) > 0);
          await settings.update('namespace', 'another', true);
          await renaming;
        });
        assert.match(messages.join(' '), /changed while this was under way, which closed the connection/);
      } finally {
        await settings.update('namespace', undefined, true);
      }
    });
  });
});
