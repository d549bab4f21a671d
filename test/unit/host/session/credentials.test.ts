import assert from 'node:assert/strict';
import { ApiError, localCodes } from '../../../../src/core/kernel/errors';
import { Emitter } from '../../../../src/core/kernel/event';
import { silentLogger } from '../../../../src/core/kernel/logger';
import { Credentials, isPlausibleKey, type SecretStoreLike } from '../../../../src/host/session/credentials';
import { KeyNews } from '../../../../src/host/session/keyNews';
import { SharedMemento } from '../../../../src/host/storage/mementos/sharedMemento';
import { FakeClock } from '../../../support/fakeClock';
import { SharedStorage } from '../../../support/storage/sharedStorage';

const endpoint = 'https://api.tensorlake.ai';
const other = 'http://127.0.0.1:8900';

/** A secret store in memory that can fail like one on Linux without a keyring. */
class FakeSecrets implements SecretStoreLike {
  readonly kept = new Map<string, string>();
  readonly changes = new Emitter<{ key: string }>();
  readonly onDidChange = this.changes.event;
  failure: 'none' | 'forgets' | 'throws' | 'cannotDelete' | 'locked' | 'hangs' = 'none';

  get(key: string): Promise<string | undefined> {
    if (this.failure === 'locked') return Promise.reject(new Error('locked: tl_apiKey_secret'));
    if (this.failure === 'hangs') return new Promise(() => undefined);
    // As an editor without encryption does.
    const value = this.kept.get(key);
    return Promise.resolve(value === '' ? undefined : value);
  }

  store(key: string, value: string): Promise<void> {
    if (this.failure === 'throws') return Promise.reject(new Error(`no keyring for ${value}`));
    if (this.failure === 'none') this.kept.set(key, value);
    this.changes.fire({ key });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    if (this.failure !== 'cannotDelete') this.kept.delete(key);
    this.changes.fire({ key });
    return Promise.resolve();
  }
}

describe('Credentials', () => {
  let secrets: FakeSecrets;
  let logged: string[];
  let credentials: Credentials;

  beforeEach(() => {
    secrets = new FakeSecrets();
    logged = [];
    credentials = new Credentials({
      secrets,
      logger: { ...silentLogger, warn: line => void logged.push(line) },
    });
  });
  afterEach(() => credentials.dispose());

  it('keep that a server needs no key, also where the storage takes an empty text for none', async () => {
    assert.equal(await credentials.keep(other, ''), 'stored');
    assert.deepEqual(await credentials.read(other), { place: 'stored', key: '' });
    assert.equal(await credentials.read(endpoint), undefined);
    assert.ok([...secrets.kept.values()].every(text => text !== '' && !isPlausibleKey(text)));
    await credentials.keep(other, 'tl_apiKey_a');
    assert.deepEqual(await credentials.read(other), { place: 'stored', key: 'tl_apiKey_a' });
    await credentials.keep(other, '');
    await credentials.forget(other);
    assert.equal(await credentials.read(other), undefined);
  });

  it('keep for this window that a server needs no key where the secret store keeps nothing', async () => {
    secrets.failure = 'forgets';
    assert.equal(await credentials.keep(other, ''), 'window');
    assert.deepEqual(await credentials.read(other), { place: 'window', key: '' });
  });

  it('keep a key for one endpoint and return it for no other', async () => {
    assert.equal(await credentials.keep(endpoint, 'tl_apiKey_a'), 'stored');
    assert.deepEqual(await credentials.read(endpoint), { place: 'stored', key: 'tl_apiKey_a' });
    assert.equal(await credentials.read(other), undefined);
  });

  for (const failure of ['forgets', 'throws'] as const)
    it(`keep a key in memory only when the secret store ${failure}, and log no key`, async () => {
      secrets.failure = failure;
      assert.equal(await credentials.keep(endpoint, 'tl_apiKey_secret'), 'window');
      assert.deepEqual(await credentials.read(endpoint), { place: 'window', key: 'tl_apiKey_secret' });
      assert.deepEqual([...secrets.kept], []);
      assert.equal(logged.join('\n').includes('tl_apiKey_secret'), false);
      await credentials.forget(endpoint);
      assert.equal(await credentials.read(endpoint), undefined);
    });

  it('remove the keys of all servers and profiles, and no other secrets', async () => {
    await credentials.keep(endpoint, 'tl_apiKey_a');
    await credentials.keep(`${other}#work`, 'tl_apiKey_b');
    secrets.kept.set('tensorlake.terminal:t', 'token');
    secrets.failure = 'forgets';
    await credentials.keep(other, 'tl_apiKey_window');
    secrets.failure = 'none';
    const changed: string[] = [];
    credentials.onDidChange(each => changed.push(each));
    // The second is known only by its profile.
    const names = [...secrets.kept.keys()].filter(name => !name.includes('#'));
    assert.equal(await credentials.forgetAll(names, [`${other}#work`]), true);
    assert.deepEqual([...secrets.kept.keys()], ['tensorlake.terminal:t']);
    assert.equal(await credentials.read(other), undefined);
    assert.ok(changed.length > 0);
  });

  it('report when a key could not be removed', async () => {
    const names = await keyNames();
    secrets.failure = 'cannotDelete';
    assert.equal(await credentials.forgetAll(names, []), false);
  });

  it('follow changes of another window', async () => {
    const changed: string[] = [];
    credentials.onDidChange(each => changed.push(each));
    const [key] = await keyNames();
    secrets.kept.delete(key ?? '');
    secrets.changes.fire({ key: key ?? '' });
    secrets.changes.fire({ key: 'of another extension' });
    assert.deepEqual(changed.at(-1), endpoint);
    assert.equal(changed.length, new Set(['store', 'keep', 'other window']).size);
    assert.equal(await credentials.read(endpoint), undefined);
  });

  it('treat an implausible stored key as none', async () => {
    const [key] = await keyNames();
    for (const nonsense of ['', ' ', 'two words', 'line\nbreak', 'é', 'x'.repeat(5000)]) {
      secrets.kept.set(key ?? '', nonsense);
      assert.equal(await credentials.read(endpoint), undefined, JSON.stringify(nonsense));
      assert.equal(isPlausibleKey(nonsense), false);
    }
  });

  it('fire no event once disposed', async () => {
    const [key] = await keyNames();
    const changed: string[] = [];
    credentials.onDidChange(each => changed.push(each));
    credentials.dispose();
    secrets.changes.fire({ key: key ?? '' });
    assert.deepEqual(changed, []);
  });

  async function keyNames(): Promise<readonly string[]> {
    await credentials.keep(endpoint, 'tl_apiKey_a');
    return [...secrets.kept.keys()];
  }

  for (const failure of ['locked', 'hangs'] as const)
    it(`say at once that there is no key when the secret store is such that it ${failure}, and read it afterwards`, async () => {
      const impatient = new Credentials({
        secrets,
        logger: { ...silentLogger, warn: line => void logged.push(line) },
        patienceMs: 5,
      });
      await impatient.keep(endpoint, 'tl_apiKey_secret');
      secrets.failure = failure;
      await assert.rejects(
        impatient.read(endpoint),
        (error: unknown) => ApiError.is(error, 'network') && error.code === localCodes.noSecret,
      );
      assert.equal(logged.length, 1);
      assert.equal(logged.join().includes('tl_apiKey_secret'), false);
      secrets.failure = 'none';
      assert.deepEqual(await impatient.read(endpoint), { place: 'stored', key: 'tl_apiKey_secret' });
      impatient.dispose();
    });
});

/** In a browser each window reads all secrets when it is opened, and stores all of them when it changes one. */
describe('keys of two windows in a browser', () => {
  let clock: FakeClock;
  let disk: ReadonlyMap<string, string>;
  let storage: SharedStorage;
  let opened: { dispose(): void }[];

  class PageSecrets extends FakeSecrets {
    override readonly kept = new Map(disk);
    override async store(key: string, value: string): Promise<void> {
      await super.store(key, value);
      disk = new Map(this.kept);
    }
    override async delete(key: string): Promise<void> {
      await super.delete(key);
      disk = new Map(this.kept);
    }
  }

  function open(secrets: SecretStoreLike = new PageSecrets(), isApart = true) {
    const shared = new SharedMemento(storage.window(), clock);
    const news = new KeyNews(shared);
    const credentials = new Credentials({ secrets, logger: silentLogger, news, isApart });
    opened.push(credentials, news, shared);
    const missed: string[] = [];
    const changed: string[] = [];
    credentials.onDidMiss(slot => missed.push(slot));
    credentials.onDidChange(slot => changed.push(slot));
    return { credentials, missed, changed };
  }

  beforeEach(() => {
    [clock, disk, opened] = [new FakeClock(), new Map(), []];
    storage = new SharedStorage(clock);
  });
  afterEach(() => {
    for (const each of opened) each.dispose();
  });

  it('are missed where another window has signed in, and there after a reload', async () => {
    const [one, two] = [open(), open()];
    await one.credentials.keep(endpoint, 'tl_apiKey_a');
    await clock.advance(2000);
    assert.deepEqual([one.missed, two.missed], [[], [endpoint]]);
    assert.equal(await two.credentials.read(endpoint), undefined);
    assert.deepEqual(await open().credentials.read(endpoint), { place: 'stored', key: 'tl_apiKey_a' });
  });

  it('are gone from every window once one has signed out, and do not come back', async () => {
    await open().credentials.keep(endpoint, 'tl_apiKey_a');
    await clock.advance(2000);
    const [one, two] = [open(), open()];
    await one.credentials.forget(endpoint);
    await clock.advance(2000);
    assert.ok(two.changed.includes(endpoint));
    assert.equal(await two.credentials.read(endpoint), undefined);
    await two.credentials.keep(other, 'tl_apiKey_b');
    assert.equal(await open().credentials.read(endpoint), undefined);
  });

  it('are not deleted where windows share the storage: the key there is one that was stored since', async () => {
    const secrets = new FakeSecrets();
    const [one, two] = [open(secrets, false), open(secrets, false)];
    await one.credentials.keep(endpoint, 'tl_apiKey_a');
    await clock.advance(2000);
    await one.credentials.forget(endpoint);
    secrets.kept.set('tensorlake.apiKey:' + endpoint, 'tl_apiKey_b');
    await clock.advance(2000);
    assert.deepEqual(await two.credentials.read(endpoint), { place: 'stored', key: 'tl_apiKey_b' });
    assert.deepEqual(two.missed, []);
  });

  it('are told of without the keys', async () => {
    await open().credentials.keep(endpoint, 'tl_apiKey_a');
    await clock.advance(2000);
    assert.ok('tensorlake.keyChange' in storage.stored);
    assert.ok(!JSON.stringify(storage.stored).includes('tl_apiKey'));
  });
});
