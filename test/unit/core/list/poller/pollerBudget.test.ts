import assert from 'node:assert/strict';
import { listBounds } from '../../../../../src/core/kernel/listBounds';
import { Poller } from '../../../../../src/core/list/polling/poller';
import { RequestBudget } from '../../../../../src/core/list/polling/requestBudget';
import { SandboxStore } from '../../../../../src/core/list/store';
import { FakeClock } from '../../../../support/fakeClock';
import { sandbox } from '../../../../support/sandboxBuilder';
import { minute, second, soFar, watched, type SessionOptions } from './pollerSession';
import { ScriptedSource } from './scriptedSource';

/** Counts what is spent. */
class CountingBudget extends RequestBudget {
  spent = 0;

  override spend(inTransition: number): void {
    this.spent += 1;
    super.spend(inTransition);
  }
}

interface Session {
  readonly clock: FakeClock;
  readonly source: ScriptedSource;
  readonly store: SandboxStore;
  readonly budget: CountingBudget;
  readonly poller: Poller;
}

/** A poller with a budget that the test shares, after its first listing. */
async function started({ sandboxes, pageSize = 100 }: SessionOptions = {}): Promise<Session> {
  const clock = new FakeClock();
  const source = new ScriptedSource(clock, sandboxes ?? [sandbox({ id: 'a' })]);
  source.pageSize = pageSize;
  const store = new SandboxStore();
  store.reset({ kind: 'loading' });
  const budget = new CountingBudget(clock);
  const poller = new Poller({ source, store, clock, budget, conditions: watched, random: () => 0 });
  await clock.advance(0);
  return { clock, source, store, budget, poller };
}

const many = (count: number, more: Parameters<typeof sandbox>[0] = {}) =>
  Array.from({ length: count }, (_, index) => sandbox({ id: `r${index}`, ...more }));

describe('Poller, in the background', () => {
  it('says when the list was read last', async () => {
    const { clock, poller, source } = await started();
    const listedAtMs = clock.elapsed();
    assert.equal(poller.listedAtMs, listedAtMs);
    source.listFailure = new Error('no');
    await clock.advance(20 * second);
    assert.equal(poller.listedAtMs, listedAtMs);
  });

  describe('when a refresh is asked for that no user asks for', () => {
    it('reads the list, once for all who ask meanwhile, and counts one request', async () => {
      const { clock, source, budget, poller } = await started();
      source.take();
      const spent = budget.spent;
      const asked = Array.from({ length: 100 }, () => poller.refresh('background'));
      await clock.advance(0);
      await Promise.all(asked);
      assert.deepEqual(source.take(), ['0 list']);
      assert.equal(budget.spent - spent, 1);
    });

    it('ends nothing that is under way', async () => {
      const { clock, source, poller } = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' })],
      });
      const release = source.hold();
      await clock.advance(second);
      const refreshed = poller.refresh('background');
      await clock.advance(10 * second);
      assert.deepEqual([await soFar(refreshed), source.abortedRequests], ['open', 0]);
      release();
      await clock.advance(0);
      assert.equal(await soFar(refreshed), undefined);
    });

    it('does nothing while a listing that met a bound is held, which a user is not', async () => {
      const { clock, source, poller } = await started();
      source.pages = () => ({ sandboxes: [sandbox({ id: 'a' })], badRows: 0, isCut: true });
      await clock.advance(15 * second);
      source.take();
      await poller.refresh('background');
      await clock.advance(4 * minute);
      await poller.refresh('background');
      assert.deepEqual(source.take(), []);
      void poller.refresh();
      await clock.advance(0);
      assert.deepEqual(source.take(), ['255 list']);
      source.pages = undefined;
      await clock.advance(listBounds.holdMs - 1);
      assert.deepEqual(source.take(), []);
      await clock.advance(1);
      assert.deepEqual(source.take(), ['555 list']);
      void poller.refresh('background');
      await clock.advance(0);
      assert.deepEqual(source.take(), ['555 list']);
    });

    it('does nothing beyond the requests of a minute, and reads the list again after it', async () => {
      const { clock, source, budget, poller } = await started();
      while (budget.left('listing', 0) > 0) budget.spend(0);
      source.take();
      await poller.refresh('background');
      await clock.advance(30 * second);
      assert.deepEqual(source.take(), []);
      await clock.advance(31 * second);
      assert.deepEqual(source.take(), ['60 list']);
      void poller.refresh('background');
      await clock.advance(0);
      assert.deepEqual(source.take(), ['61 list']);
    });
  });

  it('counts the pages of one full listing as one, and of what a user asks for none', async () => {
    const { clock, source, budget, poller } = await started({ sandboxes: many(10), pageSize: 1 });
    assert.equal(source.take().length, 10);
    assert.equal(budget.spent, 1);
    void poller.refresh();
    await clock.advance(0);
    assert.equal(source.take().length, 10);
    assert.equal(budget.spent, 1);
  });

  it('counts every other request, whatever it is for', async () => {
    const sandboxes = many(9, { state: 'pending' });
    const { clock, source, budget } = await started({ sandboxes });
    await clock.advance(3 * minute);
    assert.equal(budget.spent, source.take().length);
  });

  it('counts each page of what runs', async () => {
    const { clock, source, budget } = await started({ sandboxes: many(6), pageSize: 2 });
    source.take();
    const { spent } = budget;
    await clock.advance(20 * second);
    assert.deepEqual(source.take(), ['20 list running', '20 list running 2', '20 list running 4']);
    assert.equal(budget.spent - spent, 3);
  });

  it('reads no whole list in place of many polls when no request is left', async () => {
    const { clock, source, store, budget } = await started({ sandboxes: many(9), pageSize: 8 });
    source.sandboxes = many(9, { state: 'suspended' });
    await clock.advance(20 * second - 1);
    while (budget.left('listing', 0) > 1) budget.spend(0);
    source.take();
    await clock.advance(30 * second);
    assert.deepEqual(source.take(), ['20 list running']);
    await clock.advance(2 * minute);
    assert.equal(store.current.rows.get('r8')?.sandbox.state, 'suspended');
  });

  it('polls none of what a part of the running ones lacks', async () => {
    const { clock, source, store } = await started({ sandboxes: many(4), pageSize: 2 });
    source.pages = () => ({ sandboxes: many(1), badRows: 0, isTruncated: true });
    source.take();
    await clock.advance(20 * second);
    assert.deepEqual(source.take(), ['20 list running']);
    assert.equal(store.current.rows.size, 4);
  });

  it('leaves room for listings, however many sandboxes are polled', async () => {
    const { clock, source, budget, poller } = await started({ sandboxes: many(1, { state: 'pending' }) });
    while (budget.left('poll', 1) > 0) budget.spend(1);
    poller.setConditions(watched);
    source.take();
    await clock.advance(15 * second);
    assert.deepEqual(source.take(), ['15 list']);
  });
});
