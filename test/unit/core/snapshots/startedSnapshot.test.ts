import assert from 'node:assert/strict';
import { clockSkewMs } from '../../../../src/core/create/lostCreate';
import { ApiError } from '../../../../src/core/kernel/errors';
import { lookBoundMs } from '../../../../src/core/list/moves';
import { readerOfStarted, startedBy } from '../../../../src/core/snapshots/startedSnapshot';
import { FakeClock } from '../../../support/fakeClock';
import { snapshot } from '../../../support/snapshotBuilder';

describe('a snapshot whose start had no answer', () => {
  it('is a new one of the sandbox', () => {
    const atMs = Date.UTC(2026, 0, 15, 12);
    const sent = { known: new Set(['known']), atMs };
    const ours = snapshot({ id: 'ours', sandboxId: 'box', createdAtMs: atMs });
    const others = [
      snapshot({ id: 'known', sandboxId: 'box', createdAtMs: atMs }),
      snapshot({ id: 'other', sandboxId: 'other', createdAtMs: atMs }),
      snapshot({ id: 'older', sandboxId: 'box', createdAtMs: atMs - clockSkewMs - 1 }),
      snapshot({ id: 'undated', sandboxId: 'box', createdAtMs: undefined }),
    ];
    assert.deepEqual(startedBy([...others, ours], 'box', sent), [ours]);
    assert.deepEqual(startedBy(others, 'box', sent), []);
  });
});

describe('readerOfStarted', () => {
  it('waits ten seconds for a snapshot that the service does not know yet', async () => {
    const clock = new FakeClock();
    const read = readerOfStarted(() => Promise.reject(new ApiError('notFound', '')), clock);
    assert.equal(await read(), undefined);
    await clock.advance(lookBoundMs - 1);
    assert.equal(await read(), undefined);
    await clock.advance(1);
    await assert.rejects(read(), error => ApiError.is(error, 'notFound'));
  });

  it('does so however the clock is set meanwhile', async () => {
    for (const byMs of [-3_600_000, 3_600_000]) {
      const clock = new FakeClock();
      const read = readerOfStarted(() => Promise.reject(new ApiError('notFound', '')), clock);
      clock.setBy(byMs);
      await clock.advance(lookBoundMs - 1);
      assert.equal(await read(), undefined);
      await clock.advance(1);
      await assert.rejects(read(), error => ApiError.is(error, 'notFound'));
    }
  });

  it('ignores temporary failures, and no others', async () => {
    const clock = new FakeClock();
    for (const kind of ['network', 'timeout', 'server', 'rateLimited'] as const)
      assert.equal(await readerOfStarted(() => Promise.reject(new ApiError(kind, '')), clock)(), undefined);
    for (const kind of ['unauthenticated', 'forbidden', 'schema'] as const)
      await assert.rejects(readerOfStarted(() => Promise.reject(new ApiError(kind, '')), clock)(), ApiError);
    const found = snapshot();
    assert.equal(await readerOfStarted(() => Promise.resolve(found), clock)(), found);
  });
});
