import assert from 'node:assert/strict';
import { settle } from '../../../support/fakeClock';
import { row } from '../../../support/sandboxBuilder';
import { bench } from './closingsBench';

const minute = 60_000;
const hour = 60 * minute;

describe('DueClosings, of many', () => {
  it('tries those that cannot be closed one by one, 4 s apart, and gives up none', async () => {
    const { clock, log, answers, keep, kept } = bench();
    for (let index = 0; index < 40; index += 1) keep(`s${index}`, minute);
    answers.push(...Array.from({ length: 10_000 }, () => 'server' as const));
    await clock.advance(minute);
    assert.equal(log.filter(line => line.includes('close ')).length, 40);
    log.length = 0;
    await clock.advance(30 * minute);
    const tries = log.filter(line => line.includes('close ')).map(parseFloat);
    assert.ok(tries.length > 400 && tries.length <= 450, String(tries.length));
    assert.ok(tries.every((at, index) => at - (tries[index - 1] ?? -Infinity) >= 4));
    answers.length = 0;
    await clock.advance(3 * minute);
    assert.equal(kept.size, 0);
  });

  it('asks about ten in a minute at most, and about each in turn', async () => {
    const { clock, keep, list, world } = bench();
    for (let index = 0; index < 25; index += 1) keep(`s${index}`, 10 * hour);
    const rows = Array.from({ length: 25 }, (_, index) => row({ id: `s${index}` }));
    for (let minutes = 1; minutes <= 3; minutes += 1) {
      await list(...rows);
      await list(...rows);
      assert.equal(world.rechecks, Math.min(25 + 5, 10 * minutes));
      await clock.advance(minute);
    }
  });

  it('takes none for gone because a list lacks it that is not whole', async () => {
    const { clock, closings, keep, log, world } = bench();
    world.isPublic = false;
    keep('a', hour);
    closings.observe({ status: { kind: 'fresh', atMs: 0 }, rows: new Map(), cut: 'pages' });
    await clock.advance(5 * minute);
    closings.observe({ status: { kind: 'fresh', atMs: 0 }, rows: new Map(), cut: 'pages' });
    await settle();
    assert.deepEqual([log, world.rechecks], [[], 0]);
  });
});
