import assert from 'node:assert/strict';
import { lookFor } from '../../../../../src/core/list/polling/lookFor';
import { lookBoundMs } from '../../../../../src/core/list/moves';
import { FakeClock, settle } from '../../../../support/fakeClock';

const never = new AbortController().signal;

/** Looks for something that appears at the n-th attempt. */
function search(appearsAt: number, signal = never, hangs = false) {
  const clock = new FakeClock();
  const attempts: number[] = [];
  const found = lookFor(
    async () => {
      attempts.push(clock.seconds);
      if (hangs) await new Promise<never>(() => undefined);
      return attempts.length >= appearsAt ? 'it' : undefined;
    },
    clock,
    signal,
  );
  return { clock, attempts, found };
}

describe('lookFor', () => {
  it('tries at once', async () => {
    const { clock, attempts, found } = search(1);
    assert.equal(await found, 'it');
    assert.deepEqual(attempts, [0]);
    assert.equal(clock.pending, 0);
  });

  it('tries again with growing pauses', async () => {
    const { clock, attempts, found } = search(4);
    await clock.advance(lookBoundMs);
    assert.equal(await found, 'it');
    assert.deepEqual(attempts, [0, 1, 2.25, 3.8125]);
  });

  it('gives up after ten seconds, whether or not an answer comes', async () => {
    for (const hangs of [false, true]) {
      const { clock, attempts, found } = search(Infinity, never, hangs);
      let isOver = false;
      void found.then(() => (isOver = true));
      await clock.advance(lookBoundMs - 1);
      assert.equal(isOver, false);
      await clock.advance(1);
      assert.equal(await found, undefined);
      const { length } = attempts;
      await clock.advance(60_000);
      assert.equal(attempts.length, length);
      assert.equal(clock.pending, 0);
    }
  });

  it('ends with its signal', async () => {
    const abort = new AbortController();
    const { clock, found } = search(Infinity, abort.signal);
    await settle();
    abort.abort();
    assert.equal(await found, undefined);
    assert.equal(clock.pending, 0);
    assert.equal(await lookFor(() => Promise.resolve('it'), clock, abort.signal), undefined);
  });

  it('rejects with the error of an attempt', async () => {
    const failure = new Error('no');
    await assert.rejects(
      lookFor(() => Promise.reject(failure), new FakeClock(), never),
      failure,
    );
  });
});
