import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FollowOutcome } from '../../../../../src/core/list/polling/transitionWatcher';
import { sandbox } from '../../../../support/sandboxBuilder';
import {
  second,
  minute,
  hour,
  watched,
  hidden,
  unfocused,
  manual,
  type Session,
  type SessionOptions,
  open,
  started,
  soFar,
  rejected,
  refused,
  busy,
  isSuspended,
} from './pollerSession';

describe('Poller', () => {
  describe('dispose', () => {
    it('stops all timers and sends no further request', async () => {
      const { clock, source, poller } = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' })],
      });
      assert.equal(clock.pending, 1);
      poller.dispose();
      poller.dispose();
      assert.equal(clock.pending, 0);
      poller.setConditions(unfocused);
      poller.setConditions(watched);
      await clock.advance(hour);
      assert.deepEqual(source.take(), []);
    });

    it('prevents the first request when it is called at once', async () => {
      const { clock, source, poller } = open();
      poller.dispose();
      await clock.advance(hour);
      assert.deepEqual(source.take(), []);
    });

    it('aborts the pending request, and does not report its failure', async () => {
      const session = open({ latencyMs: second });
      const { clock, source, store, poller, told } = session;
      await clock.advance(500);
      const before = store.current;
      poller.dispose();
      await clock.advance(hour);
      assert.equal(source.abortedRequests, 1);
      assert.equal(store.current, before);
      assert.deepEqual(told, []);
      assert.equal(clock.pending, 0);
    });

    it('ignores a result that arrives later, and reads no further page', async () => {
      const session = open({ pageSize: 1, sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'b' })] });
      const { clock, source, store, poller } = session;
      const release = source.hold({ isDeaf: true });
      await clock.advance(0);
      poller.dispose();
      const before = store.current;
      release();
      await clock.advance(hour);
      assert.equal(store.current, before);
      assert.deepEqual(source.take(), ['0 list']);
      assert.equal(clock.pending, 0);
    });

    it('ignores a listing of the running sandboxes that arrives later', async () => {
      const { clock, source, store, poller } = await started({
        pageSize: 1,
        sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'b', state: 'suspended' })],
      });
      source.sandboxes = [];
      const release = source.hold({ isDeaf: true });
      await clock.advance(20 * second);
      assert.deepEqual(source.take(), ['20 list running']);
      poller.dispose();
      const before = store.current;
      release();
      await clock.advance(hour);
      assert.equal(store.current, before);
      assert.deepEqual(source.take(), []);
    });

    it('ignores a poll that arrives later, found or not', async () => {
      for (const isKnown of [true, false]) {
        const session = await started({ sandboxes: [sandbox({ id: 'p', state: 'pending' })] });
        const { clock, source, store, poller } = session;
        source.sandboxes = isKnown ? [sandbox({ id: 'p' })] : [];
        const release = source.hold({ isDeaf: true });
        await clock.advance(second);
        assert.deepEqual(source.take(), ['1 get p']);
        poller.dispose();
        const before = store.current;
        release();
        await clock.advance(hour);
        assert.equal(store.current, before);
        assert.deepEqual(source.take(), []);
      }
    });

    it('notifies waiters, whether they began to wait before or after', async () => {
      const { clock, source, poller, store } = await started({ latencyMs: second });
      await clock.advance(second);
      const following = poller.follow('a', isSuspended);
      const refreshed = poller.refresh();
      await clock.advance(500);
      const again = poller.refresh();
      source.take();
      poller.dispose();
      assert.deepEqual(await soFar(following), { kind: 'stopped' });
      assert.equal(await soFar(refreshed), undefined);
      assert.equal(await soFar(again), undefined);
      assert.deepEqual(await soFar(poller.follow('a', isSuspended)), { kind: 'stopped' });
      assert.equal(await soFar(poller.refresh()), undefined);
      const before = store.current;
      poller.applyUpdate([sandbox({ id: 'late' })]);
      assert.equal(store.current, before);
      assert.equal(clock.pending, 0);
    });
  });

  describe('an idle hour', () => {
    async function requestsInAnHour(options: SessionOptions): Promise<readonly string[]> {
      const { clock, source } = await started(options);
      await clock.advance(hour);
      return source.takeTimes().map(({ what }) => what);
    }

    const histories = Array.from({ length: 100 }, (_, index) =>
      sandbox({ id: `t${index}`, state: 'terminated' }),
    );

    for (const [name, random] of [
      ['at worst', () => 0],
      ['with chance', Math.random],
    ] as const) {
      it(`costs at most 240 requests while the view is visible, ${name}`, async () => {
        const requests = await requestsInAnHour({ sandboxes: histories, random });
        assert.ok(requests.length <= 240 && requests.length >= 200, `${requests.length}`);
      });

      it(`costs at most 60 requests while the view is hidden, ${name}`, async () => {
        const requests = await requestsInAnHour({ sandboxes: histories, conditions: hidden, random });
        assert.ok(requests.length <= 60 && requests.length >= 50, `${requests.length}`);
      });
    }

    it('costs no requests while the window is unfocused, with any transitions', async () => {
      const sandboxes = [...histories, sandbox({ id: 'p', state: 'pending' })];
      assert.deepEqual(await requestsInAnHour({ sandboxes, conditions: unfocused }), []);
    });

    it('costs no more for a long list, on average, with any number of pages', async () => {
      const hours = 10;
      for (const [conditions, budget] of [
        [watched, 240],
        [hidden, 60],
      ] as const)
        for (const pages of [2, 5, 6, 20, 100]) {
          const pageSize = histories.length / pages;
          const { clock, source } = await started({ sandboxes: histories, pageSize, conditions });
          await clock.advance(hours * hour);
          const requests = source.take();
          assert.ok(requests.length <= hours * budget, `${pages} pages: ${requests.length}`);
          assert.ok(requests.length >= 0.75 * hours * budget, `${pages} pages: ${requests.length}`);
          const full = requests.filter(request => request.endsWith(' list'));
          assert.ok(full.length >= 1, `${pages} pages are read in full`);
        }
    }).timeout(10_000);
  });

  it('has one request in flight, answers every caller and leaves nothing behind, for any events', async () => {
    const idArbitrary = fc.constantFrom('a', 'b', 'c');
    const stateArbitrary = fc.constantFrom('pending', 'running', 'suspending', 'suspended', 'terminated');
    type Step = (session: Session, waiting: Promise<unknown>[]) => unknown;
    const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
      fc.nat({ max: 40_000 }).map(
        (ms): Step =>
          ({ clock }) =>
            clock.advance(ms),
      ),
      fc.constant<Step>(({ poller }, waiting) => waiting.push(poller.refresh())),
      fc.constantFrom(watched, hidden, unfocused, manual).map(
        (conditions): Step =>
          ({ poller }) =>
            poller.setConditions(conditions),
      ),
      idArbitrary.map(
        (id): Step =>
          ({ poller }, waiting) =>
            waiting.push(poller.follow(id, isSuspended)),
      ),
      fc.record({ id: idArbitrary, state: stateArbitrary }).map((overrides): Step => ({ source, poller }) => {
        source.put(sandbox(overrides));
        poller.applyUpdate([sandbox(overrides)]);
      }),
      idArbitrary.map(
        (id): Step =>
          ({ source }) =>
            source.drop(id),
      ),
      fc
        .constantFrom(undefined, undefined, refused, rejected, busy(20 * second))
        .map((failure): Step => ({ source }) => {
          source.listFailure = failure;
          source.getFailure = failure;
        }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepArbitrary, { maxLength: 25 }),
        fc.constantFrom(1, 100),
        fc.constantFrom(0, 700, 7000),
        async (steps, pageSize, latencyMs) => {
          const session = open({ pageSize, latencyMs });
          const waiting: Promise<unknown>[] = [];
          for (const step of steps) await step(session, waiting);
          session.poller.dispose();
          const ended = await soFar(Promise.all(waiting));
          assert.notEqual(ended, 'open');
          assert.equal(session.clock.pending, 0);
          assert.ok(session.source.mostInFlight <= 1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('finally shows what the service has, after any events', async () => {
    const changes = fc.array(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c', 'd'),
        state: fc.constantFrom('pending', 'running', 'suspended', 'terminated', undefined),
        waitMs: fc.nat({ max: 20_000 }),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(changes, fc.constantFrom(1, 100), async (list, pageSize) => {
        const session = open({ pageSize, latencyMs: 300 });
        const { clock, source } = session;
        for (const { id, state, waitMs } of list) {
          if (state === undefined) source.drop(id);
          else source.put(sandbox({ id, state }));
          await clock.advance(waitMs);
        }
        await clock.advance(6 * minute);
        const expected = new Map(source.sandboxes.map(each => [each.id, each.state]));
        const shown = [...session.store.current.rows.values()].map(row => row.sandbox);
        assert.deepEqual(new Map(shown.map(({ id, state }) => [id, state])), expected);
      }),
      { numRuns: 60 },
    );
  });

  it('ends every follow with one of the four outcomes', async () => {
    const kinds = new Set<FollowOutcome['kind']>();
    const { clock, source, poller } = await started({
      sandboxes: ['a', 'b', 'c'].map(id => sandbox({ id })),
    });
    const following = ['a', 'b', 'c'].map(id => poller.follow(id, isSuspended));
    source.put(sandbox({ id: 'a', state: 'suspended' }));
    source.drop('b');
    await clock.advance(3 * minute);
    following.push(poller.follow('c', isSuspended));
    poller.dispose();
    for (const { kind } of await Promise.all(following)) kinds.add(kind);
    assert.deepEqual(kinds, new Set<FollowOutcome['kind']>(['settled', 'gone', 'tooLong', 'stopped']));
  });
});
