import assert from 'node:assert/strict';
import { silentLogger } from '../../../../src/core/kernel/logger';
import type { MementoLike } from '../../../../src/host/storage/mementos/mementoLike';
import { TerminalRecords } from '../../../../src/remote/terminal/terminalRecords';
import { type TerminalRecord } from '../../../../src/core/terminal/detachedShell';
import { FakeClock } from '../../../support/fakeClock';

const endpoint = 'https://api.tensorlake.ai';
const hour = 60 * 60_000;

class FakeMemento implements MementoLike {
  readonly kept = new Map<string, unknown>();
  readonly keys = (): readonly string[] => [...this.kept.keys()];
  readonly get = (key: string): unknown => this.kept.get(key);
  update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.kept.delete(key);
    else this.kept.set(key, structuredClone(value));
    return Promise.resolve();
  }
}

class FakeSecrets {
  readonly kept = new Map<string, string>();
  isBroken = false;
  readonly onDidChange = () => ({ dispose: () => undefined });
  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.kept.get(key));
  }
  store(key: string, value: string): Promise<void> {
    if (this.isBroken) return Promise.reject(new Error(`no keyring for ${value}`));
    this.kept.set(key, value);
    return Promise.resolve();
  }
  delete(key: string): Promise<void> {
    this.kept.delete(key);
    return Promise.resolve();
  }
}

describe('TerminalRecords', () => {
  let clock: FakeClock;
  let memento: FakeMemento;
  let secrets: FakeSecrets;
  let records: TerminalRecords;
  let changed: string[];
  const record = (sessionId: string, more: Partial<TerminalRecord> = {}): TerminalRecord => ({
    sessionId,
    sandboxId: `sandbox-of-${sessionId}`,
    endpoint,
    command: '/bin/bash',
    openedAtMs: clock.now(),
    ...more,
  });

  beforeEach(() => {
    clock = new FakeClock();
    memento = new FakeMemento();
    secrets = new FakeSecrets();
    records = new TerminalRecords(secrets, memento, clock, silentLogger);
    changed = [];
    records.onDidChange(id => changed.push(id));
  });
  afterEach(() => records.dispose());

  it('keep the token in the secret store and nowhere else', async () => {
    await records.keep(record('a'), 'token-a');
    assert.equal(await records.token('a'), 'token-a');
    assert.equal(JSON.stringify([...memento.kept]).includes('token-a'), false);
    assert.deepEqual(changed, ['sandbox-of-a']);
  });

  it('survive the window, and are listed for one service, the newest first', async () => {
    await records.keep(record('a'), 'token-a');
    await clock.advance(1_000);
    await records.keep(record('b'), 'token-b');
    await records.keep(record('c', { endpoint: 'http://127.0.0.1:1' }), 'token-c');
    const later = new TerminalRecords(secrets, memento, clock, silentLogger);
    assert.deepEqual(
      later.list(endpoint).map(({ sessionId }) => sessionId),
      ['b', 'a'],
    );
    assert.equal(await later.token('a'), 'token-a');
    later.dispose();
  });

  it('stay in memory when the secret store fails, and log no token', async () => {
    secrets.isBroken = true;
    const logged: string[] = [];
    const own = new TerminalRecords(secrets, memento, clock, {
      ...silentLogger,
      warn: line => void logged.push(line),
    });
    await own.keep(record('a'), 'token-a');
    assert.equal(await own.token('a'), 'token-a');
    assert.equal(logged.join().includes('token-a'), false);
    assert.equal(logged.length, 1);
    own.dispose();
  });

  it('record since when no client is attached', async () => {
    await records.keep(record('a'), 'token-a');
    await clock.advance(1_000);
    await records.mark('a', 'detached');
    assert.equal(records.find('a')?.detachedAtMs, clock.now());
    await records.mark('a', 'shown');
    assert.equal(records.find('a')?.detachedAtMs, undefined);
    await records.mark('a', 'leftBehind');
    const { detachedAtMs, isLeftBehind } = records.find('a') ?? {};
    assert.deepEqual({ detachedAtMs, isLeftBehind }, { detachedAtMs: clock.now(), isLeftBehind: true });
    await records.mark('a', 'detached');
    assert.equal(records.find('a')?.isLeftBehind, undefined);
    await records.mark('unknown', 'shown');
    assert.equal(records.find('unknown'), undefined);
  });

  it('can be removed, with their token', async () => {
    await records.keep(record('a'), 'token-a');
    await records.forget('a');
    assert.equal(await records.token('a'), undefined);
    assert.deepEqual(records.list(endpoint), []);
    assert.equal(secrets.kept.size + memento.kept.size, 0);
  });

  it('can all be removed at once, for all services, with tokens that lost their record', async () => {
    await records.keep(record('a'), 'token-a');
    await records.keep(record('b', { endpoint: 'http://127.0.0.1:1' }), 'token-b');
    secrets.kept.set('tensorlake.terminal:lost', 'token-lost');
    secrets.kept.set('tensorlake.apiKey:x', 'key');
    assert.equal(records.count, 2);
    changed = [];
    await records.forgetAll(['tensorlake.terminal:lost', 'tensorlake.apiKey:x']);
    assert.deepEqual([...secrets.kept.keys()], ['tensorlake.apiKey:x']);
    assert.equal(memento.kept.size, 0);
    assert.deepEqual(changed.sort(), ['sandbox-of-a', 'sandbox-of-b']);
  });

  it('are dropped after a day, and when they cannot be read', async () => {
    await records.keep(record('a'), 'token-a');
    memento.kept.set('tensorlake.terminal:b', { sessionId: 7 });
    memento.kept.set('unrelated', 1);
    await clock.advance(23 * hour);
    assert.equal(records.list(endpoint).length, 1);
    await clock.advance(2 * hour);
    assert.deepEqual(records.list(endpoint), []);
    await clock.advance(0);
    assert.deepEqual([...memento.kept.keys()], ['unrelated']);
    assert.equal(secrets.kept.size, 0);
  });
});
