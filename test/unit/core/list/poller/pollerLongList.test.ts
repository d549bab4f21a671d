import assert from 'node:assert/strict';
import { listBounds } from '../../../../../src/core/kernel/listBounds';
import { sandbox } from '../../../../support/sandboxBuilder';
import {
  second,
  minute,
  hour,
  watched,
  hidden,
  unfocused,
  open,
  started,
  ids,
  sandboxOf,
  statusOf,
  rejected,
  busy,
} from './pollerSession';

describe('Poller', () => {
  describe('a long list', () => {
    const three = [
      sandbox({ id: 'a' }),
      sandbox({ id: 'b' }),
      sandbox({ id: 'old', state: 'terminated', terminatedAtMs: 1 }),
    ];
    const long = { sandboxes: three, pageSize: 2 };

    it('is read page by page', async () => {
      const session = open(long);
      await session.clock.advance(0);
      assert.deepEqual(session.source.take(), ['0 list', '0 list 2']);
      assert.deepEqual(ids(session), ['a', 'b', 'old']);
    });

    it('shows the first page of the first listing before the second arrives', async () => {
      const session = open({ ...long, latencyMs: second });
      await session.clock.advance(second);
      assert.deepEqual(ids(session), ['a', 'b']);
      assert.equal(statusOf(session).kind, 'loading');
      await session.clock.advance(second);
      assert.deepEqual(ids(session), ['a', 'b', 'old']);
      assert.equal(statusOf(session).kind, 'fresh');
    });

    it('shows more of the first listing each time it has doubled', async () => {
      const eight = Array.from({ length: 8 }, (_, index) => sandbox({ id: `r${index}` }));
      const session = open({ sandboxes: eight, pageSize: 1, latencyMs: second });
      const shown: number[] = [];
      for (let page = 0; page < 8; page += 1) {
        await session.clock.advance(second);
        shown.push(ids(session).length);
      }
      assert.deepEqual(shown, [1, 2, 2, 4, 4, 4, 4, 8]);
      assert.equal(statusOf(session).kind, 'fresh');
    });

    it('is applied as a whole after that: one change, when the last page has arrived', async () => {
      const session = await started(long);
      session.source.latencyMs = second;
      session.source.put(sandbox({ id: 'a', image: 'new' }), sandbox({ id: 'b', image: 'new' }));
      void session.poller.refresh();
      let changes = 0;
      session.store.onDidChange(() => (changes += 1));
      await session.clock.advance(second);
      assert.equal(changes, 0);
      await session.clock.advance(second);
      assert.equal(changes, 1);
      assert.equal(sandboxOf(session, 'b')?.image, 'new');
    });

    it('costs one request per tick in between: the running sandboxes', async () => {
      const session = await started(long);
      session.source.put(sandbox({ id: 'a', image: 'new' }));
      await session.clock.advance(40 * second);
      assert.deepEqual(session.source.take(), ['20 list running', '40 list running']);
      assert.deepEqual(ids(session), ['a', 'b', 'old']);
      assert.equal(sandboxOf(session, 'a')?.image, 'new');
      assert.deepEqual(statusOf(session), { kind: 'fresh', atMs: session.clock.now() });
    });

    it('polls each one that stopped running', async () => {
      const session = await started(long);
      session.source.put(sandbox({ id: 'b', state: 'suspended' }));
      await session.clock.advance(40 * second);
      assert.deepEqual(session.source.take(), ['20 list running', '20 get b', '40 list running']);
      assert.equal(sandboxOf(session, 'b')?.state, 'suspended');
    });

    it('drops one that stopped running and is no longer known', async () => {
      const session = await started(long);
      session.source.drop('b');
      await session.clock.advance(40 * second);
      assert.deepEqual(session.source.take(), ['20 list running', '20 get b', '40 list running']);
      assert.deepEqual(ids(session), ['a', 'old']);
    });

    it('polls each one in transition in every tick, after its quick polls have ended', async () => {
      const sandboxes = [...three, sandbox({ id: 'p', state: 'pending' })];
      const { clock, source } = await started({ ...long, sandboxes });
      await clock.advance(4 * minute);
      source.take();
      await clock.advance(20 * second);
      assert.deepEqual(source.take(), ['260 list running', '260 get p']);
    });

    it('is read in full when many sandboxes would have to be polled', async () => {
      const running = Array.from({ length: 9 }, (_, index) => sandbox({ id: `r${index}` }));
      const session = await started({ sandboxes: running, pageSize: 8 });
      session.source.sandboxes = running.map(({ id }) => sandbox({ id, state: 'suspended' }));
      await session.clock.advance(20 * second);
      assert.deepEqual(session.source.take(), ['20 list running', '20 list', '20 list 8']);
      assert.equal(sandboxOf(session, 'r8')?.state, 'suspended');
      await session.clock.advance(20 * second);
      assert.deepEqual(session.source.take(), ['40 list running']);
    });

    it('is polled one by one when few sandboxes stopped running', async () => {
      const running = Array.from({ length: 8 }, (_, index) => sandbox({ id: `r${index}` }));
      const { clock, source } = await started({ sandboxes: [...three, ...running], pageSize: 8 });
      source.put(...running.map(({ id }) => sandbox({ id, state: 'suspended' })));
      await clock.advance(20 * second);
      assert.deepEqual(source.take(), ['20 list running', ...running.map(({ id }) => `20 get ${id}`)]);
    });

    it('is polled one by one when fewer sandboxes are in question than pages', async () => {
      const sandboxes = Array.from({ length: 9 }, (_, index) =>
        sandbox({ id: `p${index}`, state: 'pending', pendingReason: 'no_resources_available' }),
      );
      const { clock, source } = await started({ sandboxes, pageSize: 1 });
      await clock.advance(4 * minute);
      source.take();
      await clock.advance(20 * second);
      assert.deepEqual(source.take(), ['260 list running', ...sandboxes.map(({ id }) => `260 get ${id}`)]);
    });

    it('pauses after the polls of a tick, even when they take long', async () => {
      const { clock, source } = await started({ ...long, latencyMs: 10 * second });
      await clock.advance(20 * second);
      source.put(sandbox({ id: 'b', state: 'suspended' }));
      source.take();
      await clock.advance(60 * second);
      assert.deepEqual(source.take(), ['40 list running', '50 get b', '80 list running']);
    });

    it('obeys the Retry-After of a poll in a tick', async () => {
      const { clock, source } = await started(long);
      source.put(sandbox({ id: 'b', state: 'suspended' }));
      source.getFailure = busy(minute);
      await clock.advance(minute);
      assert.deepEqual(source.take(), ['20 list running', '20 get b']);
      await clock.advance(20 * second);
      assert.deepEqual(source.take(), ['80 list running', '80 get b']);
    });

    it('notifies waiters of what a tick found', async () => {
      const { clock, source, poller } = await started({ ...long, latencyMs: 10 });
      await clock.advance(19.5 * second);
      source.take();
      const following = poller.follow('a', ({ image }) => image === 'new');
      source.put(sandbox({ id: 'a', image: 'new' }));
      await clock.advance(900);
      assert.equal((await following).kind, 'settled');
      assert.deepEqual(source.take(), ['20.02 list running']);
    });

    it('is not read in full because the window lost focus for a moment', async () => {
      const { clock, source, poller } = await started(long);
      poller.setConditions(unfocused);
      poller.setConditions(watched);
      await clock.advance(20 * second);
      assert.deepEqual(source.take(), ['20 list running']);
    });

    it('is read in full every 5 min', async () => {
      const { clock, source } = await started(long);
      await clock.advance(299 * second);
      assert.ok(source.take().every(request => request.endsWith('list running')));
      await clock.advance(second);
      assert.deepEqual(source.take(), ['300 list', '300 list 2']);
      await clock.advance(299 * second);
      assert.ok(source.take().every(request => request.endsWith('list running')));
      await clock.advance(second);
      assert.deepEqual(source.take(), ['600 list', '600 list 2']);
    });

    it('is read in full when the user refreshes and when the view becomes visible', async () => {
      const { clock, source, poller } = await started({ ...long, conditions: hidden });
      await clock.advance(80 * second);
      assert.deepEqual(source.take(), ['80 list running']);
      void poller.refresh();
      await clock.advance(0);
      assert.deepEqual(source.take(), ['80 list', '80 list 2']);
      await clock.advance(20 * second);
      poller.setConditions(watched);
      await clock.advance(20 * second);
      assert.deepEqual(source.take(), ['100 list', '100 list 2', '120 list running']);
    });

    it('is treated as a short list again when it shrinks to one page', async () => {
      const { clock, source, poller } = await started(long);
      source.drop('old');
      void poller.refresh();
      await clock.advance(15 * second);
      assert.deepEqual(source.take(), ['0 list', '15 list']);
    });

    it('stops when the key is rejected in a poll of a tick', async () => {
      const session = await started(long);
      session.source.put(sandbox({ id: 'b', state: 'suspended' }));
      session.source.getFailure = rejected;
      await session.clock.advance(hour);
      assert.deepEqual(session.source.take(), ['20 list running', '20 get b']);
      assert.equal(statusOf(session).kind, 'stale');
    });
  });

  describe('a cursor that never ends', () => {
    const loops: readonly (readonly [
      name: string,
      next: Record<string, string>,
      expected: readonly string[],
    ])[] = [
      ['repeats', { '': 'x', x: 'x' }, ['0 list', '0 list x']],
      ['goes in a circle', { '': 'x', x: 'y', y: 'x' }, ['0 list', '0 list x', '0 list y']],
    ];
    for (const [name, next, expected] of loops)
      it(`and ${name} ends the listing with the pages read so far`, async () => {
        const session = open();
        session.source.pages = ({ cursor = '' }) => ({
          sandboxes: [sandbox({ id: `at-${cursor}` })],
          badRows: 0,
          nextCursor: next[cursor],
        });
        await session.clock.advance(0);
        assert.deepEqual(session.source.take(), expected);
        assert.equal(session.store.current.rows.size, expected.length);
        assert.equal(statusOf(session).kind, 'fresh');
      });

    it('and is always new ends the listing at the bound of pages', async () => {
      const session = open();
      let page = 0;
      session.source.pages = () => ({ sandboxes: [], badRows: 0, nextCursor: String((page += 1)) });
      await session.clock.advance(0);
      assert.equal(session.source.take().length, listBounds.pages);
      assert.equal(statusOf(session).kind, 'fresh');
      assert.equal(session.store.current.cut, 'pages');
    });

    it('drops no row of a page that was not read', async () => {
      const session = await started({ sandboxes: [sandbox({ id: 'a' }), sandbox({ id: 'b' })] });
      const { clock, source, poller } = session;
      let page = 0;
      for (const nextCursor of [() => 'x', () => String((page += 1))]) {
        const image = `new ${page}`;
        source.pages = () => ({
          sandboxes: [sandbox({ id: 'a', image })],
          badRows: 0,
          nextCursor: nextCursor(),
        });
        void poller.refresh();
        await clock.advance(second);
        assert.deepEqual(ids(session), ['a', 'b']);
        assert.equal(sandboxOf(session, 'a')?.image, image);
        assert.deepEqual(statusOf(session), { kind: 'fresh', atMs: clock.now() - second });
      }
      source.pages = undefined;
      source.drop('b');
      void poller.refresh();
      await clock.advance(0);
      assert.deepEqual(ids(session), ['a']);
    });
  });
});
