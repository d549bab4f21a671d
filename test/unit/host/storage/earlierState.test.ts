import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '../../../../src/core/kernel/logger';
import { SandboxStore } from '../../../../src/core/list/store';
import { Origins } from '../../../../src/core/sandbox/origins';
import { Credentials } from '../../../../src/host/session/credentials';
import { ProfileStore, secretSlot } from '../../../../src/host/session/profiles';
import { StoredSecrets } from '../../../../src/host/session/storedSecrets';
import { LastCreate } from '../../../../src/host/storage/lastCreate';
import { PublicDeadlines } from '../../../../src/host/storage/publicDeadlines';
import { SharedMemento } from '../../../../src/host/storage/mementos/sharedMemento';
import { ViewOptionsStore } from '../../../../src/host/storage/viewOptions';
import { SeenFiles } from '../../../../src/remote/files/model/seenFiles';
import { RunHistory } from '../../../../src/remote/run/runHistory';
import { sshSections, withoutSshEntries, withSshEntry } from '../../../../src/remote/ssh/model/sshConfig';
import { SshMemory } from '../../../../src/remote/ssh/sshMemory';
import { TerminalRecords } from '../../../../src/remote/terminal/terminalRecords';
import { FakeClock } from '../../../support/fakeClock';
import { FakeMemento } from '../../../support/storage/fakeMemento';
import { projectRoot } from '../../../support/projectRoot';
import { account, server } from '../../../support/storage/storedAccount';

type Values = Readonly<Record<string, unknown>>;

const folder = join(projectRoot, 'test/support/fixtures/stored-state');
const earlier = JSON.parse(readFileSync(join(folder, 'earlier.json'), 'utf8')) as {
  readonly global: Values;
  readonly workspace: Values;
  readonly secrets: Readonly<Record<string, string>>;
};
const apiDev = 'x0fpidlc74x529x9teyp2';
const session = 'Qovaq-5Pvoyr1ICGfWOH2';
const work = { id: '639f3e12-bf68-4c88-bfb2-56ae0d26d40f', name: 'work' };
/** Of the key that the profile `default` has in `earlier.secrets`. */
const fingerprint = 'f74ed4cb366f03ea03fb4507780d9f277fcec8e09820114380790c5456bbd1f5';
const me = { ...account, fingerprint };

/** Reads a storage, and which keys of it. */
class ReadMemento extends FakeMemento {
  readonly read = new Set<string>();

  constructor(values: Values) {
    super();
    for (const [key, value] of Object.entries(values)) this.kept.set(key, value);
  }

  override get(key: string): undefined;
  override get<T>(key: string, fallback: T): T;
  override get(key: string, fallback?: unknown): unknown {
    this.read.add(key);
    return super.get(key, fallback);
  }
}

describe('what an earlier version stored', () => {
  const clock = new FakeClock(1795771200000);
  const [kept, workspace] = [new ReadMemento(earlier.global), new ReadMemento(earlier.workspace)];
  // The look at what changed reads all keys, and comes later.
  const global = new SharedMemento(kept, clock);
  kept.read.clear();
  after(() => global.dispose());

  const secrets = new StoredSecrets(
    {
      get: name => Promise.resolve(earlier.secrets[name]),
      store: () => Promise.resolve(),
      delete: () => Promise.resolve(),
      onDidChange: () => ({ dispose: () => undefined }),
    },
    global,
  );

  it('has the profiles, which one is in use, and their keys', async () => {
    const profiles = new ProfileStore(global, workspace);
    assert.deepEqual(profiles.list(server), {
      profiles: [{ id: 'default', name: 'default' }, work],
      activeId: 'default',
    });
    const credentials = new Credentials({ secrets, logger: silentLogger });
    assert.deepEqual(await credentials.read(secretSlot(server, { id: 'default' })), {
      place: 'stored',
      key: 'tl_apiKey_default',
    });
    assert.deepEqual(await credentials.read(secretSlot(server, work)), {
      place: 'stored',
      key: 'tl_apiKey_work',
    });
    // From now on it is known what there is to remove.
    assert.equal((await secrets.names()).length, 2);
  });

  it('has what the view shows: pins, order and filter', () => {
    const options = new ViewOptionsStore(workspace, new SandboxStore());
    options.useSession(me);
    const { pins, sort, filterText } = options.current;
    assert.deepEqual([[...pins], sort, filterText], [[apiDev], 'oldest', 'e']);
  });

  it('has the end of public access', () => {
    const deadlines = new PublicDeadlines(global, clock);
    deadlines.useSession(me);
    assert.deepEqual([...deadlines.ends], [[apiDev, { closesAtMs: 1796375917163 }]]);
    assert.equal(deadlines.mine()[0]?.claim, 'own');
  });

  it('has the shells to reattach to, with their tokens', async () => {
    const records = new TerminalRecords(secrets, global, clock, silentLogger);
    assert.deepEqual(records.list(server), [
      {
        sessionId: session,
        sandboxId: apiDev,
        endpoint: server,
        command: '/bin/bash',
        openedAtMs: 1795771120791,
      },
    ]);
    assert.equal(await records.token(session), 'token-of-a-terminal');
  });

  it('has the last settings, what was run, restored, and not saved', () => {
    assert.deepEqual(new LastCreate(global).read(), earlier.global['tensorlake.lastCreate']);
    const history = new RunHistory(workspace);
    assert.deepEqual(history.lines, ['echo hello']);
    assert.deepEqual(history.options, { workingDir: '/srv', user: 'root', timeoutSecs: 60, env: {} });
    const origins = new Origins(workspace.get<unknown>('tensorlake.lineage', undefined), () => undefined);
    assert.equal(origins.sourceOf('uiv58ngk75sc6wv24i612', 'snapshot'), '5v6jdggry9psoje2nel0o');
    const file = `tensorlake://${apiDev}/srv/app.py`;
    assert.equal(new SeenFiles(workspace).get(file)?.digest, 'digest');
  });

  it('has the choices about SSH, and a block that is known, replaced and removed', () => {
    const memory = new SshMemory(global, me);
    assert.equal(memory.usedPath, '/home/user/.ssh/id_ed25519_tensorlake.pub');
    assert.equal(memory.registered, 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');

    const include = '~/.ssh/tensorlake-sandboxes';
    const earlierFiles = { config: readFileSync(join(folder, 'ssh-config.txt'), 'latin1'), entries: '' };
    assert.deepEqual(sshSections(earlierFiles), [{ alias: 'tl-api-dev', sandboxId: apiDev }]);
    const entry = { alias: 'tl-renamed', hostName: 'h', sandboxId: apiDev, identityFile: '~/.ssh/id' };
    const replaced = withSshEntry(earlierFiles, entry, include);
    assert.ok(replaced);
    assert.deepEqual(sshSections(replaced), [{ alias: 'tl-renamed', sandboxId: apiDev }]);
    assert.equal(replaced.config.match(/# >>> Tensorlake/g)?.length, 1);
    assert.ok(replaced.config.endsWith('# mine\nHost work\n  User me\n'));
    const second = withSshEntry(earlierFiles, { ...entry, alias: 'tl-b', sandboxId: 'b' }, include);
    assert.equal(second && sshSections(second)?.length, 2);
    assert.deepEqual(withoutSshEntries(earlierFiles, new Set([apiDev]), include), {
      config: '# mine\nHost work\n  User me\n',
      entries: '',
    });
  });

  it('is read to the last key', () => {
    const unread = (memento: ReadMemento, values: Values): readonly string[] =>
      Object.keys(values).filter(key => !memento.read.has(key));
    assert.deepEqual(unread(kept, earlier.global), []);
    // What terminals this workspace showed is read in the window; see the test of the window.
    assert.deepEqual(unread(workspace, earlier.workspace), ['tensorlake.terminals.shown']);
  });
});
