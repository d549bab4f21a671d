import assert from 'node:assert/strict';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { sandbox } from '../../../../support/sandboxBuilder';
import {
  second,
  minute,
  hour,
  watched,
  unfocused,
  started,
  ids,
  sandboxOf,
  statusOf,
  soFar,
  rejected,
  refused,
  busy,
  isSuspended,
} from './pollerSession';

describe('Poller', () => {
  describe('a sandbox in transition', () => {
    it('is polled after 1 s growing to 5 s, for at most 2 min, then only listed', async () => {
      const { clock, source } = await started({
        sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'p', state: 'pending' })],
      });
      await clock.advance(10 * minute);
      const requests = source.takeTimes();
      const polls = requests.filter(({ what }) => what === 'get p').map(({ seconds }) => seconds);
      const gaps = polls.map((at, index) => at - (polls[index - 1] ?? 0));
      assert.deepEqual(gaps.slice(0, 3), [1, 1.25, 1.5625]);
      assert.ok(gaps.every((gap, index) => gap <= 5 && gap >= (gaps[index - 1] ?? 0)));
      assert.equal(gaps.at(-1), 5);
      const last = polls.at(-1) ?? 0;
      assert.ok(last > 115 && last <= 120, `${last}`);
      const lists = requests.filter(({ what }) => what === 'list').map(({ seconds }) => seconds);
      assert.deepEqual(
        lists,
        Array.from({ length: 40 }, (_, index) => 15 * (index + 1)),
      );
      assert.equal(polls.length + lists.length, requests.length);
    });

    it('is no longer polled once its state is stable', async () => {
      const session = await started({ sandboxes: [sandbox({ id: 'p', state: 'pending' })] });
      const { clock, source } = session;
      await clock.advance(second);
      source.put(sandbox({ id: 'p' }));
      await clock.advance(13 * second);
      assert.deepEqual(source.take(), ['1 get p', '2.25 get p']);
      assert.equal(sandboxOf(session, 'p')?.state, 'running');
    });

    it('is polled again when the next state is a transition too', async () => {
      const { clock, source } = await started({ sandboxes: [sandbox({ id: 'p', state: 'suspending' })] });
      await clock.advance(10 * second);
      source.put(sandbox({ id: 'p', state: 'pending' }));
      source.take();
      await clock.advance(2 * minute);
      const polls = source.takeTimes().filter(({ what }) => what === 'get p');
      assert.ok((polls.at(-1)?.seconds ?? 0) > 125);
    });

    it('is not polled while the window is unfocused, and is when focus returns', async () => {
      const { clock, source, poller } = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' })],
      });
      poller.setConditions(unfocused);
      await clock.advance(10 * second);
      assert.deepEqual(source.take(), []);
      poller.setConditions(watched);
      await clock.advance(0);
      assert.deepEqual(source.take(), ['10 get p']);
    });

    it('is dropped when the service no longer knows it', async () => {
      const session = await started({
        sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'p', state: 'pending' })],
      });
      session.source.drop('p');
      await session.clock.advance(14 * second);
      assert.deepEqual(session.source.take(), ['1 get p']);
      assert.deepEqual(ids(session), ['a']);
      assert.equal(statusOf(session).kind, 'fresh');
    });

    it('is polled again after a failed poll, and the list stays fresh', async () => {
      const session = await started({ sandboxes: [sandbox({ id: 'p', state: 'pending' })] });
      session.source.getFailure = refused;
      await session.clock.advance(3 * second);
      assert.deepEqual(session.source.take(), ['1 get p', '2.25 get p']);
      assert.equal(statusOf(session).kind, 'fresh');
      assert.deepEqual(session.told, []);
    });

    it('is not polled until Retry-After has passed, after any request', async () => {
      for (const failing of ['get', 'list'] as const) {
        const session = await started({
          sandboxes: [sandbox({ id: 'p', state: 'pending' }), sandbox({ id: 'q', state: 'pending' })],
        });
        const { clock, source, poller } = session;
        await clock.advance(900);
        if (failing === 'get') source.getFailure = busy(60 * second);
        else {
          source.listFailure = busy(60 * second);
          void poller.refresh();
        }
        await clock.advance(100);
        source.getFailure = source.listFailure = undefined;
        const first = failing === 'get' ? '1 get p' : '0.9 list';
        assert.deepEqual(source.take(), [first]);
        await clock.advance(59.8 * second);
        assert.deepEqual(source.take(), []);
        await clock.advance(second);
        assert.ok(source.take().length > 0);
      }
    });

    it('does not stop the poll of another when its own poll fails', async () => {
      const { clock, source } = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' }), sandbox({ id: 'q', state: 'pending' })],
      });
      source.getFailure = refused;
      await clock.advance(second);
      assert.deepEqual(source.take(), ['1 get p', '1 get q']);
    });

    it('is no longer polled when a listing does not name it', async () => {
      const { clock, source, poller } = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' })],
      });
      source.drop('p');
      void poller.refresh();
      await clock.advance(10 * second);
      assert.deepEqual(source.take(), ['0 list']);
    });

    it('is read by one listing when there are many', async () => {
      const eight = Array.from({ length: 8 }, (_, index) => sandbox({ id: `p${index}`, state: 'pending' }));
      const few = await started({ sandboxes: eight });
      await few.clock.advance(second);
      assert.deepEqual(
        few.source.take(),
        eight.map(({ id }) => `1 get ${id}`),
      );
      const sandboxes = Array.from({ length: 9 }, (_, index) =>
        sandbox({ id: `p${index}`, state: 'pending' }),
      );
      const session = await started({ sandboxes });
      session.source.put(sandbox({ id: 'p3' }));
      await session.clock.advance(second);
      assert.deepEqual(session.source.take(), ['1 list']);
      assert.equal(sandboxOf(session, 'p3')?.state, 'running');
    });

    it('is read by one listing when there are more of them than pages', async () => {
      const sandboxes = Array.from({ length: 10 }, (_, index) =>
        sandbox({ id: `p${index}`, state: 'pending' }),
      );
      const few = await started({ sandboxes, pageSize: 5 });
      await few.clock.advance(second);
      assert.deepEqual(few.source.take(), ['1 list', '1 list 5']);
      const many = await started({ sandboxes, pageSize: 1 });
      await many.clock.advance(second);
      assert.deepEqual(
        many.source.take(),
        sandboxes.map(({ id }) => `1 get ${id}`),
      );
    });

    it('is read by a listing that counts like any other', async () => {
      const sandboxes = Array.from({ length: 9 }, (_, index) =>
        sandbox({ id: `p${index}`, state: 'pending' }),
      );
      const session = await started({ sandboxes });
      const { clock, source, poller } = session;
      source.listFailure = refused;
      void poller.refresh();
      await clock.advance(500);
      assert.equal(statusOf(session).kind, 'stale');
      source.listFailure = undefined;
      source.put(...sandboxes.map(({ id }) => sandbox({ id })));
      await clock.advance(500);
      assert.equal(statusOf(session).kind, 'fresh');
      source.take();
      await clock.advance(15 * second);
      assert.deepEqual(source.take(), ['16 list']);
      source.listFailure = refused;
      await clock.advance(15 * second);
      const status = statusOf(session);
      assert.ok(status.kind === 'stale');
      assert.equal(status.retryAtMs, clock.now() + 5 * second);
    });

    it('may be forbidden while others are polled', async () => {
      const session = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' }), sandbox({ id: 'q', state: 'pending' })],
      });
      const { clock, source, poller } = session;
      const following = poller.follow('p', isSuspended);
      source.getFailure = new ApiError('forbidden', 'not yours', { status: 403 });
      await clock.advance(second);
      assert.deepEqual(source.take(), ['1 get p', '1 get q']);
      assert.equal(await soFar(following), 'open');
      assert.equal(statusOf(session).kind, 'fresh');
      assert.deepEqual(session.told, []);
      source.getFailure = undefined;
      await clock.advance(14 * second);
      assert.ok(source.take().includes('15 list'));
    });

    it('ends all polls when the key is rejected: no request follows, and waiters are notified', async () => {
      const session = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' }), sandbox({ id: 'q', state: 'pending' })],
      });
      const { clock, source, poller } = session;
      const following = poller.follow('q', isSuspended);
      source.getFailure = rejected;
      await clock.advance(hour);
      assert.deepEqual(source.take(), ['1 get p']);
      assert.deepEqual(await soFar(following), { kind: 'stopped' });
      const status = statusOf(session);
      assert.ok(status.kind === 'stale' && status.failure.kind === 'unauthenticated');
      assert.equal(session.told.length, 1);
    });

    it('is not polled once the key is rejected elsewhere, and is again after a refresh', async () => {
      const { clock, source, poller } = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' })],
      });
      source.listFailure = rejected;
      void poller.refresh();
      await clock.advance(minute);
      assert.deepEqual(source.take(), ['0 list']);
      assert.equal(clock.pending, 0);
      source.listFailure = undefined;
      void poller.refresh();
      await clock.advance(second);
      assert.deepEqual(source.take(), ['60 list', '61 get p']);
    });
  });

  describe('follow', () => {
    it('polls the sandbox until it is settled', async () => {
      const session = await started();
      const { clock, source, poller } = session;
      const following = poller.follow('a', isSuspended);
      await clock.advance(2 * second);
      assert.deepEqual(source.take(), ['1 get a']);
      assert.equal(await soFar(following), 'open');
      source.put(sandbox({ id: 'a', state: 'suspended' }));
      await clock.advance(12 * second);
      assert.deepEqual(source.take(), ['2.25 get a']);
      assert.deepEqual(await soFar(following), {
        kind: 'settled',
        item: sandbox({ id: 'a', state: 'suspended' }),
      });
      assert.equal(sandboxOf(session, 'a')?.state, 'suspended');
    });

    it('continues while the window is unfocused, and leaves no timer behind', async () => {
      const { clock, source, poller } = await started({ conditions: unfocused });
      const following = poller.follow('a', isSuspended);
      await clock.advance(10 * second);
      assert.ok(source.take().length >= 4);
      source.put(sandbox({ id: 'a', state: 'suspended' }));
      await clock.advance(5 * second);
      assert.equal((await following).kind, 'settled');
      assert.equal(clock.pending, 0);
    });

    it('gives up after 2 min', async () => {
      const { clock, source, poller } = await started({ conditions: unfocused });
      const following = poller.follow('a', isSuspended);
      await clock.advance(119 * second);
      assert.equal(await soFar(following), 'open');
      await clock.advance(6 * second);
      assert.deepEqual(await soFar(following), { kind: 'tooLong' });
      source.take();
      await clock.advance(hour);
      assert.deepEqual(source.take(), []);
    });

    it('gives up after 2 min even during Retry-After or without an answer', async () => {
      const quiet = await started({ conditions: unfocused });
      quiet.source.getFailure = busy(10 * minute);
      const silent = await started({ conditions: unfocused });
      silent.source.hold();
      for (const { clock, poller } of [quiet, silent]) {
        const following = poller.follow('a', isSuspended);
        await clock.advance(2 * minute - 1);
        assert.equal(await soFar(following), 'open');
        await clock.advance(1);
        assert.deepEqual(await soFar(following), { kind: 'tooLong' });
      }
    });

    it('ends when the service no longer knows the sandbox', async () => {
      const session = await started({ conditions: unfocused });
      const following = session.poller.follow('a', isSuspended);
      session.source.drop('a');
      await session.clock.advance(second);
      assert.deepEqual(await soFar(following), { kind: 'gone' });
      assert.deepEqual(ids(session), []);
      await session.clock.advance(hour);
      assert.deepEqual(session.source.take(), ['1 get a']);
    });

    it('is settled by a listing as well as by an update of a command', async () => {
      const { clock, source, poller } = await started();
      const byListing = poller.follow('a', isSuspended);
      source.put(sandbox({ id: 'a', state: 'suspended' }));
      void poller.refresh();
      await clock.advance(0);
      assert.equal((await byListing).kind, 'settled');
      const byCommand = poller.follow('a', ({ state }) => state === 'terminated');
      poller.applyUpdate([sandbox({ id: 'a', state: 'terminated' })]);
      assert.equal((await byCommand).kind, 'settled');
      assert.deepEqual(source.take(), ['0 list']);
    });

    it('continues after failures', async () => {
      const { clock, source, poller } = await started();
      const following = poller.follow('a', isSuspended);
      source.getFailure = source.listFailure = refused;
      await clock.advance(30 * second);
      assert.equal(await soFar(following), 'open');
      source.put(sandbox({ id: 'a', state: 'suspended' }));
      source.getFailure = undefined;
      await clock.advance(5 * second);
      assert.equal((await following).kind, 'settled');
    });
  });

  describe('applyUpdate', () => {
    it('shows the update of a command at once, and polls the transition that it started', async () => {
      const session = await started();
      session.poller.applyUpdate([sandbox({ id: 'new', state: 'pending' })]);
      assert.deepEqual(ids(session), ['a', 'new']);
      session.source.put(sandbox({ id: 'new', state: 'pending' }));
      await session.clock.advance(second);
      assert.deepEqual(session.source.take(), ['1 get new']);
    });

    it('is not overwritten by a listing that started before', async () => {
      const session = await started({ latencyMs: 2 * second });
      const { clock, source, poller } = session;
      await clock.advance(2 * second);
      void poller.refresh();
      await clock.advance(second);
      const renamed = sandbox({ id: 'a', name: 'renamed' });
      const made = sandbox({ id: 'new' });
      poller.applyUpdate([renamed, made]);
      await clock.advance(second);
      assert.equal(statusOf(session).kind, 'fresh');
      assert.equal(sandboxOf(session, 'a')?.name, 'renamed');
      assert.deepEqual(ids(session), ['a', 'new']);
      source.put(renamed);
      await clock.advance(20 * second);
      assert.equal(sandboxOf(session, 'a')?.name, 'renamed');
      assert.deepEqual(ids(session), ['a']);
    });
  });
});
