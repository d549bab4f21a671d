import assert from 'node:assert/strict';
import fc from 'fast-check';
import { listBounds } from '../../../../../src/core/kernel/listBounds';
import type { SandboxPage } from '../../../../../src/core/list/polling/pageReading';
import type { Sandbox } from '../../../../../src/core/sandbox/sandbox';
import type { SandboxState } from '../../../../../src/core/sandbox/state';
import { ApiError } from '../../../../../src/core/kernel/errors';
import { sandbox } from '../../../../support/sandboxBuilder';
import { busy, hour, ids, minute, open, second, type Session, started, statusOf } from './pollerSession';

/** The most requests in any minute; the pages of one full listing count as one. */
function mostAMinute(session: Session): number {
  const times = session.source
    .takeTimes()
    .filter(({ what }) => !/^list (?!running)/.test(what))
    .map(({ seconds }) => seconds);
  let most = 0;
  let first = 0;
  for (const [index, at] of times.entries()) {
    while ((times[first] ?? at) <= at - 60) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** Full listings that were begun, by the second. */
function listings(session: Session): readonly number[] {
  return session.source
    .takeTimes()
    .filter(({ what }) => what === 'list')
    .map(({ seconds }) => seconds);
}

const underWay: readonly SandboxState[] = ['pending', 'suspending', 'snapshotting'];

/** Another number at each call. */
function counter(): () => number {
  let count = 0;
  return () => (count += 1);
}

function pending(count: number): readonly Sandbox[] {
  return Array.from({ length: count }, (_, index) => sandbox({ id: `p${index}`, state: 'pending' }));
}

describe('Poller with a server that', () => {
  describe('names a new page for ever', () => {
    it('begins no listing again for 5 min, unless the user asks', async () => {
      const session = open();
      const next = counter();
      session.source.pages = ({ runningOnly }) => ({
        sandboxes: [sandbox({ id: `r${next() % 3000}` })],
        badRows: 0,
        ...(!runningOnly && { nextCursor: String(next()) }),
      });
      await session.clock.advance(0);
      assert.equal(session.source.take().length, listBounds.pages);
      await session.clock.advance(5 * minute - second);
      assert.deepEqual(listings(session), []);
      void session.poller.refresh();
      await session.clock.advance(0);
      assert.equal(listings(session).length, 1);
      await session.clock.advance(30 * minute);
      const begun = listings(session);
      const gaps = begun.map((at, index) => at - (begun[index - 1] ?? at - 300));
      assert.ok(
        begun.length >= 5 && begun.length <= 6 && gaps.every(gap => gap >= 300),
        JSON.stringify(begun),
      );
      assert.equal(session.store.current.cut, 'pages');
    });

    it('is asked at most 60 times a minute, in both of its lists', async () => {
      for (const isEmpty of [true, false]) {
        const session = open();
        const next = counter();
        session.source.pages = () => ({
          sandboxes: isEmpty ? [] : [sandbox({ id: 'a' })],
          badRows: 0,
          nextCursor: String(next()),
        });
        await session.clock.advance(30 * minute);
        assert.ok(mostAMinute(session) <= 60);
      }
    });

    it('is asked at most 60 times a minute for as many pages of what runs as it may have', async () => {
      const session = open();
      session.source.pages = ({ cursor = '0' }) => ({
        sandboxes: [sandbox({ id: `r${cursor}` })],
        badRows: 0,
        ...(Number(cursor) < listBounds.runningPages - 1 && { nextCursor: String(Number(cursor) + 1) }),
      });
      await session.clock.advance(hour);
      const most = mostAMinute(session);
      assert.ok(most <= 60 && most >= listBounds.runningPages, String(most));
      assert.equal(statusOf(session).kind, 'fresh');
      assert.equal(session.store.current.cut, undefined);
    });
  });

  it('answers with another sandbox than the one asked for is not believed', async () => {
    const session = await started({ sandboxes: pending(8) });
    const next = counter();
    session.source.reads = () => sandbox({ id: `other${next()}`, state: 'pending' });
    const seen = new Set<string>();
    session.store.onDidChange(() => ids(session).forEach(id => seen.add(id)));
    await session.clock.advance(hour);
    assert.deepEqual(
      [...seen],
      pending(8).map(({ id }) => id),
    );
    assert.ok(mostAMinute(session) <= 240);
  });

  for (const [count, most] of [
    [1, 60],
    [2, 60],
    [8, 240],
    [40, 240],
  ] as const)
    it(`flips the state of ${count} at each look is asked at most ${most} times a minute`, async () => {
      const session = await started({ sandboxes: pending(count) });
      const next = counter();
      const flipped = (id: string): Sandbox =>
        sandbox({
          id,
          state: next() % 2 === 0 ? 'running' : (underWay[next() % underWay.length] ?? 'pending'),
        });
      session.source.reads = flipped;
      session.source.pages = () => ({ sandboxes: pending(count).map(({ id }) => flipped(id)), badRows: 0 });
      await session.clock.advance(hour);
      assert.ok(mostAMinute(session) <= most);
    });

  it('has others in a transition at each look is asked at most 240 times a minute', async () => {
    const session = await started();
    const next = counter();
    session.source.pages = () => ({
      sandboxes: Array.from({ length: 8 }, () => sandbox({ id: `n${next()}`, state: 'pending' })),
      badRows: 0,
    });
    session.source.reads = id => sandbox({ id, state: underWay[next() % underWay.length] ?? 'pending' });
    await session.clock.advance(hour);
    assert.ok(mostAMinute(session) <= 240);
  });

  it('spreads many transitions over many pages is asked at most 240 times a minute', async () => {
    const session = await started({ sandboxes: pending(300), pageSize: 1 });
    await session.clock.advance(hour);
    assert.ok(mostAMinute(session) <= 240);
  });

  it('stops all sandboxes of a long list at once reads each of them in the end', async () => {
    const running = Array.from({ length: 150 }, (_, index) => sandbox({ id: `r${index}` }));
    const session = await started({ sandboxes: running, pageSize: 1 });
    session.source.sandboxes = running.map(({ id }) => sandbox({ id, state: 'suspended' }));
    await session.clock.advance(10 * minute);
    const rows = [...session.store.current.rows.values()];
    assert.ok(rows.every(({ sandbox: { state } }) => state === 'suspended'));
    assert.ok(mostAMinute(session) <= 60);
  });

  it('refuses with a Retry-After of nothing is asked at most 60 times a minute', async () => {
    const session = await started({ sandboxes: pending(1) });
    session.source.listFailure = session.source.getFailure = busy(0);
    await session.clock.advance(hour);
    assert.ok(mostAMinute(session) <= 60);
  });

  it('does any of this at random is asked at most 240 times a minute, and is read again after it', async () => {
    const draw = fc.infiniteStream(fc.nat(1000));
    await fc.assert(
      fc.asyncProperty(draw, async stream => {
        const random = (below: number): number => (stream.next().value ?? 0) % below;
        const session = open();
        const any = (): Sandbox =>
          sandbox({ id: `s${random(30)}`, state: [...underWay, 'running' as const][random(4)] ?? 'running' });
        const page = (): SandboxPage => ({
          sandboxes: Array.from({ length: random(12) }, any),
          badRows: random(3) === 0 ? 1 : 0,
          ...(random(3) === 0 && { isTruncated: true }),
          ...(random(3) > 0 && { nextCursor: String(random(1000)) }),
        });
        const fails = (): void => {
          if (random(6) === 0)
            throw new ApiError('server', 'no', { status: 500, retryAfterMs: random(3000) });
        };
        session.source.pages = () => (fails(), page());
        session.source.reads = id => (fails(), random(4) === 0 ? any() : sandbox({ id, state: any().state }));
        await session.clock.advance(10 * minute);
        assert.ok(mostAMinute(session) <= 240);
        session.source.pages = session.source.reads = undefined;
        session.source.sandboxes = [sandbox({ id: 'a' })];
        await session.clock.advance(11 * minute);
        assert.deepEqual(ids(session), ['a']);
        assert.equal(session.store.current.cut, undefined);
      }),
      { numRuns: 12 },
    );
  });
});

describe('Poller with a list that is not whole', () => {
  const both = [sandbox({ id: 'a' }), sandbox({ id: 'b' })];

  it('keeps what it could not read, and says so', async () => {
    const session = await started({ sandboxes: both });
    session.source.pages = () => ({
      sandboxes: [sandbox({ id: 'a', image: 'new' })],
      badRows: 0,
      isTruncated: true,
    });
    await session.clock.advance(15 * second);
    assert.deepEqual(ids(session), ['a', 'b']);
    assert.equal(session.store.current.rows.get('a')?.sandbox.image, 'new');
    assert.deepEqual([statusOf(session).kind, session.store.current.cut], ['fresh', 'cursor']);
    session.source.pages = undefined;
    session.source.drop('b');
    await session.clock.advance(15 * second);
    assert.deepEqual([ids(session), session.store.current.cut], [['a'], undefined]);
  });

  it('shows 100,000 rows of a page of 150,000, in time that grows with their number', async () => {
    const times = [];
    for (const count of [75_000, 150_000]) {
      const rows = Array.from({ length: count }, (_, index) => sandbox({ id: `r${index}` }));
      const session = open();
      session.source.pages = () => ({ sandboxes: rows, badRows: 0 });
      const startedAt = performance.now();
      await session.clock.advance(0);
      times.push(performance.now() - startedAt);
      assert.equal(session.store.current.rows.size, Math.min(count, listBounds.rows));
      assert.equal(session.store.current.cut, count > listBounds.rows ? 'rows' : undefined);
    }
    const [half = 0, whole = 0] = times;
    assert.ok(whole < 4 * half + 500, `${half} ms, ${whole} ms`);
  });

  it('shows all of 100,000 rows in 1,000 pages', async () => {
    const session = open();
    const rows = Array.from({ length: 100_000 }, (_, index) => sandbox({ id: `r${index}` }));
    session.source.pages = ({ cursor = '0' }) => {
      const to = Number(cursor) + 100;
      const more = to < rows.length ? { nextCursor: String(to) } : {};
      return { sandboxes: rows.slice(to - 100, to), badRows: 0, ...more };
    };
    await session.clock.advance(0);
    assert.equal(session.source.take().length, 1000);
    assert.equal(session.store.current.rows.size, 100_000);
    assert.equal(session.store.current.cut, undefined);
  });

  it('ends a listing of few, large pages', async () => {
    const session = open();
    const next = counter();
    session.source.pages = () => ({
      sandboxes: [sandbox({ id: `r${next()}` })],
      badRows: 0,
      characters: 32 * 1024 * 1024,
      nextCursor: String(next()),
    });
    await session.clock.advance(0);
    assert.equal(session.store.current.cut, 'size');
    assert.equal(session.source.take().length, 1);
  });

  it('ends a listing that takes an hour', async () => {
    const session = open({ latencyMs: minute });
    const next = counter();
    session.source.pages = () => ({ sandboxes: [sandbox()], badRows: 0, nextCursor: String(next()) });
    await session.clock.advance(62 * minute);
    assert.equal(session.store.current.cut, 'time');
  });

  it('does not grow beyond the rows of a list when each part brings others', async () => {
    const session = open();
    const next = counter();
    session.source.pages = () => ({
      sandboxes: Array.from({ length: 80_000 }, () => sandbox({ id: `r${next()}` })),
      badRows: 0,
      isTruncated: true,
    });
    await session.clock.advance(20 * second);
    assert.equal(session.store.current.rows.size, listBounds.rows);
  });

  it('keeps the newer version of a row that moves between pages of the first listing', async () => {
    const session = open({ latencyMs: second });
    session.source.pages = ({ cursor }) =>
      cursor === undefined
        ? {
            sandboxes: [sandbox({ id: 'a', image: 'old' }), sandbox({ id: 'b' })],
            badRows: 0,
            nextCursor: '1',
          }
        : { sandboxes: [sandbox({ id: 'a', image: 'new' })], badRows: 0 };
    await session.clock.advance(second);
    assert.equal(session.store.current.rows.get('a')?.sandbox.image, 'old');
    await session.clock.advance(second);
    assert.equal(session.store.current.rows.get('a')?.sandbox.image, 'new');
  });

  it('keeps an update of a command that came during the first listing', async () => {
    const session = open({ latencyMs: second });
    session.source.pages = ({ cursor }) =>
      cursor === undefined
        ? { sandboxes: [sandbox({ id: 'a', image: 'old' })], badRows: 0, nextCursor: '1' }
        : { sandboxes: [sandbox({ id: 'b' })], badRows: 0 };
    await session.clock.advance(1500);
    session.poller.applyUpdate([sandbox({ id: 'a', image: 'changed' })]);
    await session.clock.advance(500);
    assert.equal(session.store.current.rows.get('a')?.sandbox.image, 'changed');
  });
});
