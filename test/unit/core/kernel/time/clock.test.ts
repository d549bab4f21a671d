import assert from 'node:assert/strict';
import { elapsedTime, timeOfDayAt } from '../../../../../src/core/kernel/time/clock';
import { systemClock } from '../../../../../src/host/editor/clock';
import { FakeClock } from '../../../../support/fakeClock';

const hour = 3_600_000;

describe('elapsed', () => {
  let clock: FakeClock;
  let startMs: number;
  const passed = (): number => clock.elapsed() - startMs;
  beforeEach(() => {
    clock = new FakeClock();
    startMs = clock.elapsed();
  });

  it('counts what passes', async () => {
    await clock.advance(500);
    assert.equal(passed(), 500);
  });

  it('counts sleep, through which the monotonic clock stands still', () => {
    clock.sleep(hour);
    assert.equal(clock.monotonic(), startMs);
    assert.equal(passed(), hour);
  });

  it('never goes back, whatever is done to the clock', async () => {
    let last = passed();
    for (const ms of [-hour, hour, -30 * 24 * hour, 5, -400, 60 * 24 * hour, -hour]) {
      clock.setBy(ms);
      assert.ok(passed() >= last);
      last = passed();
      await clock.advance(1000);
      assert.ok(passed() >= last + 1000);
      last = passed();
    }
  });

  it('goes on at once after the clock was set back', async () => {
    clock.setBy(-hour);
    assert.equal(passed(), 0);
    await clock.advance(1000);
    assert.equal(passed(), 1000);
  });

  it('does not count twice what one reading rounds', async () => {
    // The time of day has whole milliseconds only.
    const rounded = elapsedTime({ now: () => Math.floor(clock.now()), monotonic: () => clock.monotonic() });
    const beganMs = rounded();
    for (let count = 0; count < 200; count++) {
      await clock.advance(0.25);
      rounded();
    }
    assert.equal(rounded() - beganMs, 50);
  });

  it('places a past moment on the clock as it is set now', async () => {
    const moment = clock.elapsed();
    await clock.advance(1000);
    clock.setBy(-hour);
    assert.equal(timeOfDayAt(clock, moment), clock.now() - 1000);
  });
});

describe('systemClock', () => {
  it('does not run a timer of more than 24.8 days at once', async () => {
    let runs = 0;
    const timers = [2 ** 31, 2 ** 31 * 3, Infinity].map(ms => systemClock.after(ms, () => (runs += 1)));
    await new Promise<void>(resolve => systemClock.after(20, resolve));
    for (const timer of timers) timer.dispose();
    assert.equal(runs, 0);
  });
});
