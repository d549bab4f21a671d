import assert from 'node:assert/strict';
import { followBoundMs } from '../../../../../src/core/list/polling/schedule';
import { sandbox } from '../../../../support/sandboxBuilder';
import {
  busy,
  hidden,
  hour,
  minute,
  refused,
  second,
  started,
  statusOf,
  unfocused,
  watched,
} from './pollerSession';

const day = 24 * hour;

/** More than what a timer can hold, too. */
const jumps = [-hour, hour, -40 * day, 40 * day];

describe('Poller, when somebody sets the clock', () => {
  for (const jumpMs of jumps) {
    const by = `by ${jumpMs / hour} h`;
    /** A clock that is set forward looks like sleep, after which the list is read early once. */
    const early = jumpMs > 0 ? 1 : 0;

    it(`lists at its interval: ${by}`, async () => {
      const { clock, source } = await started();
      await clock.advance(5 * second);
      clock.setBy(jumpMs);
      await clock.advance(minute);
      const listed = source.take().length;
      assert.ok(listed >= 4 && listed <= 4 + early, `${listed} listings in a minute`);
    });

    it(`says at once that the list is stale: ${by}`, async () => {
      const session = await started();
      session.source.listFailure = refused;
      session.clock.setBy(jumpMs);
      await session.clock.advance(15 * second);
      assert.equal(statusOf(session).kind, 'stale');
    });

    it(`neither cuts nor prolongs what the server asked to wait: ${by}`, async () => {
      const { clock, source } = await started();
      source.listFailure = busy(4 * minute);
      await clock.advance(15 * second);
      source.take();
      clock.setBy(jumpMs);
      await clock.advance(4 * minute - second);
      assert.deepEqual(source.take(), []);
      await clock.advance(second);
      assert.equal(source.take().length, 1);
    });

    it(`says at which time of day it is tried again: ${by}`, async () => {
      const session = await started();
      const { clock, poller, source } = session;
      source.listFailure = busy(4 * minute);
      await clock.advance(15 * second);
      clock.setBy(jumpMs);
      await clock.advance(minute);
      poller.setConditions(watched);
      const status = statusOf(session);
      assert.ok('retryAtMs' in status);
      assert.equal(status.retryAtMs, clock.now() + 3 * minute);
    });

    it(`polls what is in a transition for as long as ever: ${by}`, async () => {
      const { clock, source } = await started({ sandboxes: [sandbox({ id: 'p', state: 'pending' })] });
      await clock.advance(10 * second);
      clock.setBy(jumpMs);
      await clock.advance(followBoundMs - 10 * second);
      assert.ok(source.take().filter(line => line.endsWith('get p')).length > 20);
      await clock.advance(minute);
      assert.deepEqual(
        source.take().filter(line => line.endsWith('get p')),
        [],
      );
    });
  }

  it('keeps what was received while a listing was under way, during which it was set back', async () => {
    const session = await started({ latencyMs: 10 * second });
    const { clock, poller, store } = session;
    await clock.advance(10 * second);
    await clock.advance(15 * second);
    clock.setBy(-hour);
    await clock.advance(second);
    poller.applyUpdate([sandbox({ id: 'a', state: 'suspended' })]);
    await clock.advance(9 * second);
    assert.equal(store.current.rows.get('a')?.sandbox.state, 'suspended');
  });
});

describe('Poller, after the machine has slept', () => {
  it('lists soon, although its timer stood still', async () => {
    const { clock, source } = await started({ conditions: hidden });
    await clock.advance(5 * second);
    clock.sleep(hour);
    await clock.advance(15 * second);
    assert.equal(source.take().length, 1);
  });

  it('tries again soon after a failure, however long it would have waited', async () => {
    const { clock, source } = await started();
    source.listFailure = refused;
    await clock.advance(20 * minute);
    source.take();
    clock.sleep(hour);
    await clock.advance(15 * second);
    assert.equal(source.take().length, 1);
  });

  it('lists on return to a window that it was not focused in', async () => {
    const { clock, poller, source } = await started({ conditions: unfocused });
    clock.sleep(hour);
    poller.setConditions(watched);
    await clock.advance(0);
    assert.equal(source.take().length, 1);
  });

  it('sets no timer for that in a window without the focus', async () => {
    const { clock } = await started({ conditions: unfocused });
    clock.sleep(hour);
    assert.equal(clock.pending, 0);
  });

  it('reads the whole of a long list, which is old', async () => {
    const sandboxes = Array.from({ length: 5 }, (_, index) => sandbox({ id: `s${index}` }));
    const { clock, source } = await started({ sandboxes, pageSize: 2 });
    await clock.advance(minute);
    source.take();
    clock.sleep(hour);
    await clock.advance(15 * second);
    assert.ok(source.take().some(line => / list$| list 1$/.test(line)));
  });
});
