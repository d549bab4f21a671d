import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Deadline } from '../../../../../src/api/http/times/deadline';

const second = 1000;

describe('Deadline', () => {
  let elapsedMs: number;
  let over: boolean[];
  const start = (totalMs: number): Deadline =>
    new Deadline(
      totalMs,
      () => elapsedMs,
      slept => over.push(slept),
    );
  /** Time in which the machine is awake. */
  function pass(ms: number): void {
    for (let left = ms; left > 0; left -= second) {
      const step = Math.min(left, second);
      elapsedMs += step;
      mock.timers.tick(step);
    }
  }

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    elapsedMs = 0;
    over = [];
  });
  afterEach(() => mock.timers.reset());

  it('ends after its time, once', () => {
    start(315 * second);
    pass(315 * second - 1);
    assert.deepEqual(over, []);
    pass(1000 * second);
    assert.deepEqual(over, [false]);
  });

  it('leaves an answer ten seconds after the machine slept, and not the rest of its time', () => {
    start(315 * second);
    pass(15 * second);
    elapsedMs += 60 * second;
    pass(14 * second);
    assert.deepEqual(over, []);
    pass(6 * second);
    assert.deepEqual(over, [true]);
  });

  it('does so after a sleep that was longer than its time', () => {
    start(60 * second);
    elapsedMs += 3600 * second;
    pass(19 * second);
    assert.deepEqual(over, []);
    pass(2 * second);
    assert.deepEqual(over, [true]);
  });

  it('takes a late turn of the event loop for no sleep', () => {
    start(60 * second);
    elapsedMs += 20 * second;
    pass(39 * second);
    assert.deepEqual(over, []);
    pass(11 * second);
    assert.deepEqual(over, [false]);
  });

  it('never ends once disposed', () => {
    const deadline = start(second);
    deadline.dispose();
    pass(10 * second);
    assert.deepEqual(over, []);
  });
});
