import assert from 'node:assert/strict';
import { Pace } from '../../../../../src/remote/files/model/pace';
import { FakeClock } from '../../../../support/fakeClock';

const [minute, hour] = [60_000, 3_600_000];

describe('Pace', () => {
  it('lets each thing happen once in its time', async () => {
    const clock = new FakeClock();
    const pace = new Pace(minute, clock);
    assert.equal(pace.isDue('a'), true);
    pace.note('a');
    assert.deepEqual([pace.isDue('a'), pace.isDue('b')], [false, true]);
    await clock.advance(minute - 1);
    assert.equal(pace.isDue('a'), false);
    await clock.advance(1);
    assert.equal(pace.isDue('a'), true);
  });

  it('is no slower after the clock was set back', async () => {
    const clock = new FakeClock();
    const pace = new Pace(minute, clock);
    pace.note('a');
    clock.setBy(-hour);
    assert.equal(pace.isDue('a'), false);
    await clock.advance(minute);
    assert.equal(pace.isDue('a'), true);
  });

  it('counts sleep', () => {
    const clock = new FakeClock();
    const pace = new Pace(minute, clock);
    pace.note('a');
    clock.sleep(hour);
    assert.equal(pace.isDue('a'), true);
  });
});
