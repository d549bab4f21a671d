import assert from 'node:assert/strict';
import { silentLogger } from '../../../../src/core/kernel/logger';
import { Emitter } from '../../../../src/core/kernel/event';
import { SandboxStore } from '../../../../src/core/list/store';
import { Origins } from '../../../../src/core/sandbox/origins';
import { KeyNews } from '../../../../src/host/session/keyNews';
import { ProfileStore } from '../../../../src/host/session/profiles';
import { StoredSecrets } from '../../../../src/host/session/storedSecrets';
import { DefaultSandboxes } from '../../../../src/host/storage/defaultSandboxes';
import { KeptStorage } from '../../../../src/host/storage/mementos/keptStorage';
import { PublicDeadlines } from '../../../../src/host/storage/publicDeadlines';
import { SharedMemento } from '../../../../src/host/storage/mementos/sharedMemento';
import { ViewOptionsStore } from '../../../../src/host/storage/viewOptions';
import { ConsentMemory } from '../../../../src/remote/files/model/consent';
import { SeenFiles } from '../../../../src/remote/files/model/seenFiles';
import { RunHistory } from '../../../../src/remote/run/runHistory';
import { SshMemory } from '../../../../src/remote/ssh/sshMemory';
import { TerminalRecords } from '../../../../src/remote/terminal/terminalRecords';
import { FakeClock } from '../../../support/fakeClock';
import { FakeMemento } from '../../../support/storage/fakeMemento';
import { account, accountKey, server } from '../../../support/storage/storedAccount';

/** Every key of the two storages. */
const ofGlobal = [
  `tensorlake.profiles:${server}`,
  'tensorlake.publicDeadlines',
  'tensorlake.lastCreate',
  'tensorlake.terminal:session',
  'tensorlake.secret:name',
  'tensorlake.keyChange',
  'tensorlake.writes',
  `tensorlake.ssh.path:${server}`,
  `tensorlake.ssh.registered:${account.fingerprint}`,
  'tensorlake.files.adding',
];
const ofWorkspace = [
  `tensorlake.profiles:${server}`,
  'tensorlake.filterText',
  'tensorlake.sort',
  'tensorlake.pins',
  'tensorlake.defaultSandboxes',
  'tensorlake.lineage',
  'tensorlake.runHistory',
  'tensorlake.runOptions',
  'tensorlake.files.allowed',
  'tensorlake.files.unsaved',
];

const unreadable: Readonly<Record<string, unknown>> = {
  null: null,
  'a number': 7,
  'no number': Number.NaN,
  'a truncated text': '{"profiles":[{"id',
  'an empty text': '',
  true: true,
  'a list': [1, null, 'x', [[]], {}],
  'an object': {
    profiles: 'x',
    activeId: 5,
    sessionId: 1,
    [accountKey]: 'x',
    workingDir: [],
    timeoutSecs: {},
  },
  'a list of such objects': [{ sandboxId: 'a', closesAtMs: 'x' }, { sandboxId: null }, ['a', 1, 'x', 2]],
  'lists in an object': { profiles: [null, 1, { id: 4 }, []], [accountKey]: { 0: 'x' } },
};

describe('what is stored and cannot be read', () => {
  for (const [what, value] of Object.entries(unreadable))
    it(`counts as not stored: ${what}`, async () => {
      const clock = new FakeClock();
      const [stored, workspace] = [new FakeMemento(), new FakeMemento()];
      for (const key of ofGlobal) await stored.update(key, value);
      for (const key of ofWorkspace) await workspace.update(key, value);
      const global = new SharedMemento(stored, clock);

      const kept = new KeptStorage(global, workspace, () => Promise.resolve());
      assert.equal(kept.isBehind, false);
      const profiles = new ProfileStore(global, workspace);
      assert.deepEqual(profiles.list(server), {
        profiles: [{ id: 'default', name: 'default' }],
        activeId: 'default',
      });
      const deadlines = new PublicDeadlines(global, clock);
      deadlines.useSession(account);
      assert.deepEqual([deadlines.all, deadlines.ends.size], [[], 0]);
      const store = new SandboxStore();
      const options = new ViewOptionsStore(workspace, store);
      options.useSession(account);
      assert.deepEqual(
        [[...options.current.pins].filter(pin => pin !== 'x'), typeof options.current.filterText],
        [[], 'string'],
      );
      assert.ok(['newest', 'oldest', 'name', options.current.sort].includes(options.current.sort));
      const defaults = new DefaultSandboxes(workspace, () => '0', store, new Emitter<void>().event);
      defaults.useSession(account);
      assert.ok([undefined, 'x'].includes(defaults.here));
      const origins = new Origins(workspace.get<unknown>('tensorlake.lineage', undefined), () => undefined);
      assert.equal(origins.bySource('snapshot').size, 0);
      const history = new RunHistory(workspace);
      assert.ok(history.lines.every(line => line === 'x'));
      assert.equal(JSON.stringify(history.options), '{"env":{}}');
      const secrets = new StoredSecrets(noSecrets, global);
      assert.deepEqual(await secrets.names(), ['name']);
      const records = new TerminalRecords(secrets, global, clock, silentLogger);
      assert.deepEqual(records.list(server), []);
      const memory = new SshMemory(global, account);
      assert.ok([undefined, '', value].includes(memory.usedPath));
      const consent = new ConsentMemory(workspace, global, () => 0);
      assert.equal(consent.answerFor('box', true), undefined);
      assert.equal(await consent.takeOver(['folder']), undefined);
      assert.equal(new SeenFiles(workspace).get('file'), undefined);
      const news = new KeyNews(global);
      await clock.advance(2000);

      // And what is stored next takes its place.
      const work = { id: 'w', name: 'work' };
      await profiles.keep(server, work);
      await deadlines.set(account, [{ id: 'a', name: 'api' }], 5);
      await options.setPinned(['a'], true);
      await history.remember('ls');
      assert.deepEqual(profiles.list(server).profiles.at(-1), work);
      assert.deepEqual([...deadlines.ends.keys()], ['a']);
      assert.ok(new ViewOptionsStore(workspace, store).current);
      assert.equal(history.lines[0], 'ls');
      for (const each of [profiles, deadlines, options, origins, records, news, global]) each.dispose();
    });
});

const noSecrets = {
  get: () => Promise.resolve(undefined),
  store: () => Promise.resolve(),
  delete: () => Promise.resolve(),
  onDidChange: () => ({ dispose: () => undefined }),
};
