import assert from 'node:assert/strict';
import { DoubleClicks, doubleClickMs } from '../../../../../src/core/kernel/time/doubleClick';

describe('DoubleClicks', () => {
  const [row, other] = [{}, {}];

  it('takes the second of two quick clicks on the same row, and not the third', () => {
    const clicks = new DoubleClicks();
    assert.deepEqual(
      [0, doubleClickMs, doubleClickMs + 1].map(ms => clicks.take(row, ms)),
      [false, true, false],
    );
  });

  it('takes none that is late, on another row, or from before a clock was set back', () => {
    const clicks = new DoubleClicks();
    assert.equal(clicks.take(row, 1000), false);
    assert.equal(clicks.take(row, 1001 + doubleClickMs), false);
    assert.equal(clicks.take(other, 1002 + doubleClickMs), false);
    assert.equal(clicks.take(other, 0), false);
  });
});
