import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { sandbox } from '../../../../support/sandboxBuilder';
import {
  second,
  minute,
  hour,
  watched,
  hidden,
  unfocused,
  manual,
  open,
  started,
  ids,
  statusOf,
  soFar,
  refused,
  busy,
} from './pollerSession';

describe('Poller', () => {
  describe('listing', () => {
    it('begins at once, in any window and view', async () => {
      for (const conditions of [watched, hidden, unfocused, manual]) {
        const session = open({ conditions });
        assert.equal(statusOf(session).kind, 'loading');
        await session.clock.advance(0);
        assert.deepEqual(session.source.take(), ['0 list']);
        assert.deepEqual(ids(session), ['a']);
        assert.deepEqual(statusOf(session), { kind: 'fresh', atMs: session.clock.now() });
      }
    });

    it('happens every 15 s while the view is visible', async () => {
      const { clock, source } = await started();
      await clock.advance(minute);
      assert.deepEqual(source.take(), ['15 list', '30 list', '45 list', '60 list']);
    });

    it('happens every 60 s while the view is hidden', async () => {
      const { clock, source } = await started({ conditions: hidden });
      await clock.advance(3 * minute);
      assert.deepEqual(source.take(), ['60 list', '120 list', '180 list']);
    });

    it('does not happen while the window is unfocused, and no timer runs', async () => {
      const { clock, source } = await started({ conditions: unfocused });
      assert.equal(clock.pending, 0);
      await clock.advance(hour);
      assert.deepEqual(source.take(), []);
    });

    it('starts its interval at the end of the last one, and adds a random delay', async () => {
      const { clock, source } = open({ latencyMs: 2 * second, random: () => 0.5 });
      await clock.advance(40 * second);
      assert.deepEqual(source.take(), ['0 list', '17.75 list', '35.5 list']);
    });

    it('draws a new random delay each time', async () => {
      const draws = [0, 0.5, 0.2];
      const { clock, source } = open({ random: () => draws.shift() ?? 0 });
      await clock.advance(47 * second);
      assert.deepEqual(source.take(), ['0 list', '15 list', '30.75 list', '46.05 list']);
    });

    it('happens once when focus returns and the last is older than the interval', async () => {
      const { clock, source, poller } = await started();
      poller.setConditions(unfocused);
      await clock.advance(100 * second);
      assert.deepEqual(source.take(), []);
      poller.setConditions(watched);
      poller.setConditions(watched);
      await clock.advance(14 * second);
      assert.deepEqual(source.take(), ['100 list']);
    });

    it('does not happen when focus returns and the last is younger', async () => {
      const { clock, source, poller } = await started();
      poller.setConditions(unfocused);
      await clock.advance(10 * second);
      poller.setConditions(watched);
      await clock.advance(4 * second);
      assert.deepEqual(source.take(), []);
      await clock.advance(second);
      assert.deepEqual(source.take(), ['15 list']);
    });

    it('happens at once when the view becomes visible if it is due, and less often when it hides', async () => {
      const { clock, source, poller } = await started({ conditions: hidden });
      await clock.advance(20 * second);
      poller.setConditions(watched);
      await clock.advance(0);
      assert.deepEqual(source.take(), ['20 list']);
      poller.setConditions(hidden);
      await clock.advance(minute);
      assert.deepEqual(source.take(), ['80 list']);
    });

    it('happens only on request at interval 0: no timer after the first', async () => {
      const { clock, source, poller } = await started({ conditions: manual });
      assert.equal(clock.pending, 0);
      poller.setConditions({ ...manual, visible: false, focused: false });
      poller.setConditions(manual);
      assert.equal(clock.pending, 0);
      const refreshed = poller.refresh();
      await clock.advance(second);
      await refreshed;
      assert.deepEqual(source.take(), ['0 list']);
      source.listFailure = refused;
      void poller.refresh();
      await clock.advance(0);
      assert.equal(clock.pending, 0);
      poller.setConditions(watched);
      assert.equal(clock.pending, 1);
    });

    it('reports how many rows could not be read, over all pages', async () => {
      const session = open({ pageSize: 1, sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'b' })] });
      session.source.badRows = 2;
      await session.clock.advance(0);
      assert.equal(session.store.current.badRows, 4);
    });

    it('drops rows no longer listed, and keeps unchanged ones', async () => {
      const session = await started({ sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'b' })] });
      const before = session.store.current.rows.get('b');
      session.source.drop('a');
      await session.clock.advance(15 * second);
      assert.deepEqual(ids(session), ['b']);
      assert.equal(session.store.current.rows.get('b'), before);
    });
  });

  describe('refresh', () => {
    it('lists now and resolves afterwards', async () => {
      const { clock, source, poller } = await started({ latencyMs: second });
      await clock.advance(3 * second);
      const refreshed = poller.refresh();
      await clock.advance(second - 1);
      assert.equal(await soFar(refreshed), 'open');
      await clock.advance(1);
      assert.equal(await soFar(refreshed), undefined);
      assert.deepEqual(source.take(), ['3 list']);
    });

    it('postpones the next listing by a whole interval', async () => {
      const { clock, source, poller } = await started();
      await clock.advance(10 * second);
      void poller.refresh();
      await clock.advance(15 * second);
      assert.deepEqual(source.take(), ['10 list', '25 list']);
    });

    it('is one listing for concurrent calls', async () => {
      const { clock, source, poller } = await started();
      const refreshed = Promise.all([poller.refresh(), poller.refresh(), poller.refresh()]);
      await clock.advance(0);
      await refreshed;
      assert.deepEqual(source.take(), ['0 list']);
    });

    it('starts another listing when one of the user is pending, and resolves after that one', async () => {
      const { clock, source, poller } = await started();
      const release = source.hold();
      void poller.refresh();
      await clock.advance(0);
      const refreshed = Promise.all([poller.refresh(), poller.refresh()]);
      await clock.advance(second);
      assert.deepEqual(source.take(), ['0 list']);
      const releaseNext = (release(), source.hold());
      await clock.advance(0);
      assert.deepEqual(source.take(), ['1 list']);
      assert.equal(await soFar(refreshed), 'open');
      releaseNext();
      await clock.advance(0);
      assert.notEqual(await soFar(refreshed), 'open');
      assert.deepEqual(source.take(), []);
      assert.equal(source.mostInFlight, 1);
    });

    it('never rejects: the failure is in the store', async () => {
      const session = open();
      session.source.listFailure = refused;
      const refreshed = session.poller.refresh();
      await session.clock.advance(0);
      assert.equal(await soFar(refreshed), undefined);
      assert.equal(statusOf(session).kind, 'failed');
    });

    it('works in an unfocused window', async () => {
      const { clock, source, poller } = await started({ conditions: unfocused });
      void poller.refresh();
      await clock.advance(hour);
      assert.deepEqual(source.take(), ['0 list']);
    });
  });

  describe('failure', () => {
    it('keeps the rows, stale since the last success, with the time of the next try', async () => {
      const session = await started();
      const goodMs = session.clock.now();
      session.source.listFailure = refused;
      await session.clock.advance(15 * second);
      assert.deepEqual(ids(session), ['a']);
      assert.deepEqual(statusOf(session), {
        kind: 'stale',
        sinceMs: goodMs,
        failure: { kind: 'network', message: 'connect ECONNREFUSED' },
        retryAtMs: goodMs + 20 * second,
      });
      assert.deepEqual(session.told, [refused]);
    });

    it('backs off, doubling to 5 min, and is back to normal after one success', async () => {
      const session = await started({ conditions: hidden });
      const { clock, source } = session;
      source.listFailure = refused;
      await clock.advance(1275 * second);
      const at = [60, 65, 75, 95, 135, 215, 375, 675, 975, 1275];
      assert.deepEqual(
        source.take(),
        at.map(each => `${each} list`),
      );
      source.listFailure = undefined;
      await clock.advance(6 * minute);
      assert.deepEqual(source.take(), ['1575 list', '1635 list']);
      assert.equal(statusOf(session).kind, 'fresh');
      source.listFailure = refused;
      await clock.advance(65 * second);
      assert.deepEqual(source.take(), ['1695 list', '1700 list']);
    });

    it('tries again exactly at the time it showed, with any random delay', async () => {
      let draws = 0;
      const session = await started({ random: () => (draws++ * 0.37) % 1 });
      const { clock, source } = session;
      source.listFailure = refused;
      await clock.advance(20 * second);
      for (let failure = 0; failure < 6; failure += 1) {
        const status = statusOf(session);
        assert.ok(status.kind === 'stale' && status.retryAtMs !== undefined);
        const waitMs = status.retryAtMs - clock.now();
        source.take();
        await clock.advance(waitMs - 1);
        assert.deepEqual(source.take(), []);
        await clock.advance(2);
        assert.equal(source.take().length, 1);
      }
    });

    it('obeys Retry-After', async () => {
      const session = await started();
      session.source.listFailure = busy(90 * second);
      await session.clock.advance(15 * second);
      const status = statusOf(session);
      assert.ok(status.kind === 'stale');
      assert.equal(status.retryAtMs, session.clock.now() + 90 * second);
      session.source.listFailure = undefined;
      await session.clock.advance(90 * second);
      assert.deepEqual(session.source.take(), ['15 list', '105 list']);
    });

    it('with Retry-After ends with a successful refresh', async () => {
      const session = await started({
        sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'p', state: 'pending' })],
      });
      const { clock, source, poller } = session;
      source.listFailure = source.getFailure = busy(10 * minute);
      await clock.advance(15 * second);
      assert.deepEqual(source.take(), ['1 get p']);
      void poller.refresh();
      await clock.advance(10 * second);
      assert.deepEqual(source.take(), ['15 list']);
      source.listFailure = source.getFailure = undefined;
      void poller.refresh();
      await clock.advance(0);
      assert.equal(statusOf(session).kind, 'fresh');
      source.put(sandbox({ id: 'p' }));
      await clock.advance(30 * second);
      assert.deepEqual(source.take(), ['25 list', '25 get p', '26.5625 get p', '40 list', '55 list']);
    });

    it('waits for focus, and the status says so', async () => {
      const session = open({ conditions: unfocused });
      session.source.listFailure = refused;
      await session.clock.advance(hour);
      assert.deepEqual(session.source.take(), ['0 list']);
      assert.deepEqual(statusOf(session), {
        kind: 'failed',
        failure: { kind: 'network', message: 'connect ECONNREFUSED' },
        retriesOnReturn: true,
      });
      session.poller.setConditions(watched);
      await session.clock.advance(0);
      assert.deepEqual(session.source.take(), ['3600 list']);
    });

    it('updates the time of the next try when the window loses and regains focus', async () => {
      const { clock, source, store, poller } = await started();
      source.listFailure = refused;
      await clock.advance(15 * second);
      const failedMs = clock.now();
      const retry = (): unknown => {
        const { status } = store.current;
        assert.ok(status.kind === 'stale');
        return [status.retryAtMs, status.retriesOnReturn];
      };
      assert.deepEqual(retry(), [failedMs + 5 * second, undefined]);
      poller.setConditions(unfocused);
      assert.deepEqual(retry(), [undefined, true]);
      await clock.advance(2 * second);
      poller.setConditions(watched);
      assert.deepEqual(retry(), [failedMs + 5 * second, undefined]);
      poller.setConditions(manual);
      assert.deepEqual(retry(), [undefined, undefined]);
      poller.setConditions(unfocused);
      await clock.advance(minute);
      const release = source.hold();
      poller.setConditions(watched);
      assert.deepEqual(retry(), [clock.now(), undefined]);
      release();
    });

    it('that has ended is not shown when the window loses focus', async () => {
      const { clock, source, store, poller } = await started();
      source.listFailure = refused;
      await clock.advance(15 * second);
      source.listFailure = undefined;
      await clock.advance(5 * second);
      poller.setConditions(unfocused);
      assert.equal(store.current.status.kind, 'fresh');
    });

    for (const kind of ['unauthenticated', 'forbidden'] as const)
      it(`stops when the key is ${kind}, until the user refreshes`, async () => {
        const session = await started();
        const { clock, source, poller } = session;
        source.listFailure = new ApiError(kind, 'no');
        await clock.advance(15 * second);
        source.take();
        const status = statusOf(session);
        assert.ok(status.kind === 'stale' && status.retryAtMs === undefined);
        assert.equal(clock.pending, 0);
        poller.setConditions(hidden);
        poller.setConditions(watched);
        await clock.advance(hour);
        assert.deepEqual(source.take(), []);
        source.listFailure = undefined;
        void poller.refresh();
        await clock.advance(15 * second);
        assert.deepEqual(source.take(), ['3615 list', '3630 list']);
        assert.equal(statusOf(session).kind, 'fresh');
      });

    it('of an unexpected kind is reported and tried again', async () => {
      const session = await started();
      session.source.listFailure = new TypeError('x is not a function');
      await session.clock.advance(20 * second);
      assert.deepEqual(session.source.take(), ['15 list', '20 list']);
      const [told] = session.told;
      assert.equal(told?.kind, 'internal');
      assert.match(told.message, /x is not a function/);
      assert.equal(told.cause, session.source.listFailure);
    });

    it('of a later page keeps the rows of the first listing that were read', async () => {
      const session = open({
        pageSize: 1,
        latencyMs: second,
        sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'b' })],
      });
      await session.clock.advance(500);
      session.source.listFailure = refused;
      await session.clock.advance(1500);
      assert.equal(statusOf(session).kind, 'failed');
      assert.deepEqual(ids(session), ['a']);
      session.source.listFailure = undefined;
      await session.clock.advance(10 * second);
      assert.deepEqual(ids(session), ['a', 'b']);
      assert.equal(statusOf(session).kind, 'fresh');
    });
  });
});
