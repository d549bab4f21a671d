import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deferred, loadedOnce, mapLimited } from '../../../../src/core/kernel/async';
import { FakeClock, settle } from '../../../support/fakeClock';

describe('deferred', () => {
  it('resolves once, on request', async () => {
    const { promise, resolve } = deferred<number>();
    const seen: number[] = [];
    void promise.then(value => seen.push(value));
    await settle();
    assert.deepEqual(seen, []);
    resolve(1);
    resolve(2);
    assert.equal(await promise, 1);
    assert.deepEqual(seen, [1]);
  });
});

describe('loadedOnce', () => {
  it('loads once for concurrent and later callers, and again only after a failure', async () => {
    const loads = [Promise.reject(new Error('unreadable')), Promise.resolve('loaded')];
    const get = loadedOnce(() => loads.shift() ?? Promise.resolve('loaded a second time'));
    const first = [get(), get()];
    for (const failed of first) await assert.rejects(failed, /unreadable/);
    assert.equal(await get(), 'loaded');
    assert.equal(await get(), 'loaded');
  });
});

describe('mapLimited', () => {
  it('keeps the order of the items and never runs more than the limit', async () => {
    const delays = fc.array(fc.nat({ max: 50 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 6 }), async (items, limit) => {
        const clock = new FakeClock();
        let running = 0;
        let most = 0;
        const mapped = mapLimited([...items.entries()], limit, async ([index, delayMs]) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise<void>(resolve => clock.after(delayMs, resolve));
          running -= 1;
          return `${index}:${delayMs}`;
        });
        await clock.advance(50 * items.length);
        assert.deepEqual(
          await mapped,
          items.map((delayMs, index) => `${index}:${delayMs}`),
        );
        assert.equal(most, Math.min(limit, items.length));
      }),
      { numRuns: 40 },
    );
  });

  it('starts the next item as soon as one ends', async () => {
    const clock = new FakeClock();
    const started: number[] = [];
    const mapped = mapLimited([10, 100, 1], 2, async delayMs => {
      started.push(delayMs);
      await new Promise<void>(resolve => clock.after(delayMs, resolve));
    });
    await settle();
    assert.deepEqual(started, [10, 100]);
    await clock.advance(10);
    assert.deepEqual(started, [10, 100, 1]);
    await clock.advance(100);
    await mapped;
  });

  it('rejects with the first error', async () => {
    const work = (item: string): Promise<never> => Promise.reject(new Error(item));
    await assert.rejects(mapLimited(['first', 'second'], 2, work), /first/);
  });
});
