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
    it('is read at 1 s growing to 5 s, at most 2 min long, then left to the listing', async () => {
      const { clock, source } = await started({
        sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'p', state: 'pending' })],
      });
      await clock.advance(10 * minute);
      const requests = source.takeTimes();
      const looks = requests.filter(({ what }) => what === 'get p').map(({ seconds }) => seconds);
      const gaps = looks.map((at, index) => at - (looks[index - 1] ?? 0));
      assert.deepEqual(gaps.slice(0, 3), [1, 1.25, 1.5625]);
      assert.ok(gaps.every((gap, index) => gap <= 5 && gap >= (gaps[index - 1] ?? 0)));
      assert.equal(gaps.at(-1), 5);
      const last = looks.at(-1) ?? 0;
      assert.ok(last > 115 && last <= 120, `${last}`);
      const lists = requests.filter(({ what }) => what === 'list').map(({ seconds }) => seconds);
      assert.deepEqual(
        lists,
        Array.from({ length: 40 }, (_, index) => 15 * (index + 1)),
      );
      assert.equal(looks.length + lists.length, requests.length);
    });

    it('is left alone as soon as it is at rest', async () => {
      const session = await started({ sandboxes: [sandbox({ id: 'p', state: 'pending' })] });
      const { clock, source } = session;
      await clock.advance(second);
      source.put(sandbox({ id: 'p' }));
      await clock.advance(13 * second);
      assert.deepEqual(source.take(), ['1 get p', '2.25 get p']);
      assert.equal(sandboxOf(session, 'p')?.state, 'running');
    });

    it('is read again when the next state is one of transition too', async () => {
      const { clock, source } = await started({ sandboxes: [sandbox({ id: 'p', state: 'suspending' })] });
      await clock.advance(10 * second);
      source.put(sandbox({ id: 'p', state: 'pending' }));
      source.take();
      await clock.advance(2 * minute);
      const looks = source.takeTimes().filter(({ what }) => what === 'get p');
      assert.ok((looks.at(-1)?.seconds ?? 0) > 125);
    });

    it('is not read while the window is unfocused, and is on return', async () => {
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

    it('is dropped when the service does not know it any more', async () => {
      const session = await started({
        sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'p', state: 'pending' })],
      });
      session.source.drop('p');
      await session.clock.advance(14 * second);
      assert.deepEqual(session.source.take(), ['1 get p']);
      assert.deepEqual(ids(session), ['a']);
      assert.equal(statusOf(session).kind, 'fresh');
    });

    it('is read after a failed look as if nothing was: the list stays as good as it is', async () => {
      const session = await started({ sandboxes: [sandbox({ id: 'p', state: 'pending' })] });
      session.source.getFailure = refused;
      await session.clock.advance(3 * second);
      assert.deepEqual(session.source.take(), ['1 get p', '2.25 get p']);
      assert.equal(statusOf(session).kind, 'fresh');
      assert.deepEqual(session.told, []);
    });

    it('is not read while the server asked for quiet, whichever request it answered so', async () => {
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

    it('does not keep another from being read when its look fails', async () => {
      const { clock, source } = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' }), sandbox({ id: 'q', state: 'pending' })],
      });
      source.getFailure = refused;
      await clock.advance(second);
      assert.deepEqual(source.take(), ['1 get p', '1 get q']);
    });

    it('is forgotten when a listing does not name it any more', async () => {
      const { clock, source, poller } = await started({
        sandboxes: [sandbox({ id: 'p', state: 'pending' })],
      });
      source.drop('p');
      void poller.refresh();
      await clock.advance(10 * second);
      assert.deepEqual(source.take(), ['0 list']);
    });

    it('is one listing when there are many', async () => {
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

    it('is one listing when there are more than pages', async () => {
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

    it('makes a listing that counts like any other', async () => {
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

    it('may be forbidden while the others are read', async () => {
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

    it('ends the round when the key is rejected: no request follows, and who waits is told', async () => {
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

    it('is not read any more once the key is rejected elsewhere, and is again after a refresh', async () => {
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
    it('reads the sandbox until it has settled', async () => {
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

    it('goes on while the window is unfocused, and leaves no timer behind', async () => {
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

    it('gives up after 2 min even while the server asked for quiet or does not answer', async () => {
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

    it('ends with a row the service does not know any more', async () => {
      const session = await started({ conditions: unfocused });
      const following = session.poller.follow('a', isSuspended);
      session.source.drop('a');
      await session.clock.advance(second);
      assert.deepEqual(await soFar(following), { kind: 'gone' });
      assert.deepEqual(ids(session), []);
      await session.clock.advance(hour);
      assert.deepEqual(session.source.take(), ['1 get a']);
    });

    it('takes the answer from a listing as well as from what a command learnt', async () => {
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

    it('outlasts failures', async () => {
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
    it('shows what a command learnt at once, and watches what it set going', async () => {
      const session = await started();
      session.poller.applyUpdate([sandbox({ id: 'new', state: 'pending' })]);
      assert.deepEqual(ids(session), ['a', 'new']);
      session.source.put(sandbox({ id: 'new', state: 'pending' }));
      await session.clock.advance(second);
      assert.deepEqual(session.source.take(), ['1 get new']);
    });

    it('is not undone by a listing that was under way', async () => {
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
