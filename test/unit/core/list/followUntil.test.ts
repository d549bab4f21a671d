import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { followUntil } from '../../../../src/core/list/followUntil';
import { FakeClock } from '../../../support/fakeClock';

describe('followUntil', () => {
  function start(read: (look: number) => Promise<string>): {
    readonly clock: FakeClock;
    readonly abort: AbortController;
    readonly looks: number[];
    readonly result: Promise<string | undefined>;
  } {
    const clock = new FakeClock();
    const abort = new AbortController();
    const looks: number[] = [];
    const result = followUntil(
      () => {
        looks.push(clock.seconds);
        return read(looks.length);
      },
      value => value === 'done',
      clock,
      abort.signal,
    );
    return { clock, abort, looks, result };
  }

  it('reads 1 s apart and growing until it is done', async () => {
    const { clock, abort, looks, result } = start(look => Promise.resolve(look === 3 ? 'done' : 'busy'));
    await clock.advance(60_000);
    assert.equal(await result, 'done');
    assert.deepEqual(looks, [1, 2.25, 3.8125]);
    assert.equal(clock.pending, 0);
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
  });

  it('gives up after 2 min, 5 s apart by then', async () => {
    const { clock, looks, result } = start(() => Promise.resolve('busy'));
    await clock.advance(130_000);
    assert.equal(await result, undefined);
    const [beforeLast = 0, last = 0] = looks.slice(-2);
    assert.equal(last - beforeLast, 5);
    assert.ok(last >= 115 && last <= 125, `${last}`);
    assert.equal(clock.pending, 0);
  });

  it('stops when aborted, without waiting and without a timer left', async () => {
    const { clock, abort, looks, result } = start(() => Promise.resolve('busy'));
    await clock.advance(1500);
    abort.abort();
    assert.equal(await result, undefined);
    assert.deepEqual(looks, [1]);
    assert.equal(clock.pending, 0);
  });

  it('does not read at all when it was aborted before', async () => {
    const clock = new FakeClock();
    const read = (): Promise<string> => assert.fail('read');
    assert.equal(await followUntil(read, () => true, clock, AbortSignal.abort()), undefined);
    assert.equal(clock.pending, 0);
  });

  it('fails as its read does', async () => {
    const { clock, result } = start(() => Promise.reject(new Error('no such snapshot')));
    const failed = assert.rejects(result, /no such snapshot/);
    await clock.advance(1000);
    await failed;
  });
});
