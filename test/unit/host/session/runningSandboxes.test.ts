import assert from 'node:assert/strict';
import { deferred } from '../../../../src/core/kernel/async';
import { ApiError } from '../../../../src/core/kernel/errors';
import { SandboxStore } from '../../../../src/core/list/store';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { RunningSandboxes } from '../../../../src/host/session/runningSandboxes';
import { FakeClock } from '../../../support/fakeClock';
import { sandbox } from '../../../support/sandboxBuilder';
import { clientOf, transportOf } from '../../api/http/box';

const second = 1_000;
const sandboxUrl = 'https://a.sandbox.example';
const running = sandbox({ id: 'a', sandboxUrl });
const suspended = sandbox({ id: 'a', state: 'suspended' });
const client = clientOf(transportOf(), 'http://127.0.0.1:1');

/** A session with a scripted control plane. */
class Stage {
  readonly clock = new FakeClock();
  readonly store = new SandboxStore();
  readonly abort = new AbortController();
  /** The ids requested from the control plane, in order. */
  readonly requested: string[] = [];
  answer: () => Promise<Sandbox> = () => Promise.resolve(running);
  readonly poller = {
    listedAtMs: undefined as number | undefined,
    applyUpdate: (updated: readonly Sandbox[]): void => this.store.upsert(updated, this.clock.now()),
  };
  readonly sandboxes = new RunningSandboxes({
    sandboxes: {
      get: id => {
        this.requested.push(id);
        return this.answer();
      },
    },
    poller: this.poller,
    store: this.store,
    clock: this.clock,
    inside: () => Promise.resolve(client),
    signal: this.abort.signal,
  });

  /** Applies a listing that was just read. */
  list(...sandboxes: readonly Sandbox[]): void {
    this.store.applyListing(sandboxes, this.clock.now(), this.clock.now(), 0);
    this.poller.listedAtMs = this.clock.elapsed();
  }

  async isRunning(maxAgeMs?: number): Promise<boolean> {
    return (await this.sandboxes.get('a', maxAgeMs)) !== undefined;
  }
}

describe('RunningSandboxes', () => {
  let stage: Stage;

  beforeEach(() => {
    stage = new Stage();
  });

  it('uses a list that is less than 15 seconds old', async () => {
    stage.list(running);
    await stage.clock.advance(14 * second);
    assert.equal(await stage.isRunning(), true);
    assert.deepEqual(stage.requested, []);
  });

  it('requests the sandbox once the list is older, and updates the list', async () => {
    stage.list(running);
    await stage.clock.advance(15 * second);
    stage.answer = () => Promise.resolve(suspended);
    assert.equal(await stage.isRunning(), false);
    assert.equal(stage.store.current.rows.get('a')?.sandbox.state, 'suspended');
    assert.deepEqual(stage.requested, ['a']);
  });

  it('uses its own answer for 15 seconds, also when the list lacks the sandbox', async () => {
    assert.equal(await stage.isRunning(), true);
    await stage.clock.advance(14 * second);
    assert.equal(await stage.isRunning(), true);
    assert.deepEqual(stage.requested, ['a']);
    await stage.clock.advance(second);
    assert.equal(await stage.isRunning(), true);
    assert.deepEqual(stage.requested, ['a', 'a']);
  });

  it('requests the sandbox when the list has no address yet', async () => {
    stage.list(sandbox({ id: 'a' }));
    const found = await stage.sandboxes.get('a');
    assert.equal(found?.sandbox.sandboxUrl, sandboxUrl);
    assert.deepEqual(stage.requested, ['a']);
  });

  it('requests the sandbox when the list is stale', async () => {
    stage.list(running);
    stage.store.fail({ kind: 'network', message: '' });
    assert.equal(await stage.isRunning(), true);
    assert.deepEqual(stage.requested, ['a']);
  });

  it('requests the sandbox again when the list shows that it was suspended since', async () => {
    assert.equal(await stage.isRunning(), true);
    stage.answer = () => Promise.resolve(suspended);
    stage.store.upsert([suspended], stage.clock.now());
    assert.equal(await stage.isRunning(), false);
    assert.deepEqual(stage.requested, ['a', 'a']);
  });

  for (const known of ['a list', 'its own answer'])
    it(`does not believe ${known} from before the machine slept`, async () => {
      if (known === 'a list') stage.list(running);
      else await stage.isRunning();
      stage.requested.length = 0;
      stage.clock.sleep(3600 * second);
      stage.answer = () => Promise.resolve(suspended);
      assert.equal(await stage.isRunning(), false);
      assert.deepEqual(stage.requested, ['a']);
    });

  it('believes a list no longer because the clock was set back', async () => {
    stage.list(running);
    stage.clock.setBy(-3600 * second);
    await stage.clock.advance(15 * second);
    await stage.isRunning();
    assert.deepEqual(stage.requested, ['a']);
  });

  it('sends one request for concurrent callers', async () => {
    const { promise, resolve } = deferred<Sandbox>();
    stage.answer = () => promise;
    const all = [stage.isRunning(), stage.isRunning(), stage.isRunning()];
    resolve(running);
    assert.deepEqual(await Promise.all(all), [true, true, true]);
    assert.deepEqual(stage.requested, ['a']);
  });

  it('does not keep an answer that failed', async () => {
    stage.answer = () => Promise.reject(new ApiError('network', 'no route'));
    await assert.rejects(stage.isRunning(), /no route/);
    stage.answer = () => Promise.resolve(running);
    assert.equal(await stage.isRunning(), true);
  });

  it('always sends a request with a maximum age of 0', async () => {
    stage.list(running);
    await stage.isRunning(0);
    await stage.isRunning(0);
    assert.deepEqual(stage.requested, ['a', 'a']);
  });

  it('sends a request after a recheck, and uses its answer', async () => {
    stage.list(running);
    stage.sandboxes.recheck('a');
    assert.equal(await stage.isRunning(), true);
    assert.equal(await stage.isRunning(), true);
    assert.deepEqual(stage.requested, ['a']);
  });

  it('sends a request after a recheck while an older one is pending', async () => {
    const { promise, resolve } = deferred<Sandbox>();
    stage.answer = () => promise;
    const before = stage.isRunning();
    stage.sandboxes.recheck('a');
    stage.answer = () => Promise.resolve(suspended);
    assert.equal(await stage.isRunning(), false);
    resolve(running);
    await before;
    assert.deepEqual(stage.requested, ['a', 'a']);
  });

  it('uses a list that was read after a recheck', async () => {
    stage.sandboxes.recheck('a');
    await stage.clock.advance(second);
    stage.list(running);
    assert.equal(await stage.isRunning(), true);
    assert.deepEqual(stage.requested, []);
  });

  it('rechecks one sandbox and no other', async () => {
    stage.list(running);
    stage.sandboxes.recheck('b');
    await stage.isRunning();
    assert.deepEqual(stage.requested, []);
  });

  it('rejects once the session has ended', async () => {
    stage.list(running);
    stage.abort.abort();
    await assert.rejects(stage.isRunning(), (error: unknown) => ApiError.is(error, 'cancelled'));
  });
});
