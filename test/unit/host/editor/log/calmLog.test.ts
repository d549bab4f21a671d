import assert from 'node:assert/strict';
import { CalmLog } from '../../../../../src/host/editor/log/calmLog';
import type { Log } from '../../../../../src/host/editor/log/log';
import { FakeClock } from '../../../../support/fakeClock';
import { assertLinear, assertStrain } from '../../../../support/strain';

describe('CalmLog', () => {
  let clock: FakeClock;
  let lines: string[];
  let log: CalmLog;
  beforeEach(() => {
    clock = new FakeClock();
    lines = [];
    const to =
      (level: string) =>
      (line: string): void =>
        void lines.push(`${level} ${line}`);
    const inner: Log = {
      trace: to('trace'),
      debug: to('debug'),
      info: to('info'),
      warn: to('warn'),
      error: to('error'),
      show: () => undefined,
      recent: () => [],
    };
    log = new CalmLog(inner, clock);
  });

  it('writes ten lines of a kind in a minute, and counts the rest', async () => {
    for (let row = 0; row < 100; row += 1) log.warn(`Row ${row} could not be read`);
    log.warn('Refresh failed (network): no');
    log.error('Row 1 is an error');
    assert.equal(lines.length, 12);
    assert.deepEqual(lines.slice(-2), ['warn Refresh failed (network): no', 'error Row 1 is an error']);
    await clock.advance(60_000);
    assert.deepEqual(lines.slice(12), [
      'warn 90 more lines that begin with "Row" were left out within a minute',
    ]);
    log.warn('Row 5 could not be read');
    assert.equal(lines.length, 14);
  });

  it('stays short in half an hour of garbage, however it is worded', async () => {
    const letters = (number: number): string =>
      Array.from(String(number), digit => 'abcdefghij'.charAt(Number(digit))).join('');
    for (let second = 0; second < 1_800; second += 1) {
      for (let row = 0; row < 20; row += 1) log.warn(`Row ${row} of the listing could not be read`);
      for (let word = 0; word < 10; word += 1) log.error(`${letters(second * 10 + word)} went wrong`);
      await clock.advance(1_000);
    }
    assert.ok(lines.length < 3_500, `${lines.length} lines`);
    assert.ok(clock.pending <= 70, `${clock.pending} timers`);
    assert.ok(lines.some(line => / more other lines were left out/.test(line)));
  });

  it('takes a hundred thousand lines, whatever they say, in linear time and little memory', async () => {
    const written = (count: number): number => {
      let calls = 0;
      const note = (): void => void (calls += 1);
      const inner = { trace: note, debug: note, info: note, warn: note, error: note };
      const calm = new CalmLog({ ...inner, show: () => undefined, recent: () => [] }, new FakeClock());
      for (let line = 0; line < count; line += 1) calm.warn(`Row${line} of ${'x'.repeat(line % 500)}`);
      calm.dispose();
      return calls;
    };
    assertLinear('lines of the log', 10_000, count => assert.ok(written(count) < 700));
    await assertStrain('lines of the log', { mib: 16, turnMs: 200 }, async () => {
      for (let batch = 0; batch < 10; batch += 1) {
        for (let line = 0; line < 10_000; line += 1) log.warn(`Row${batch * line} ${'x'.repeat(line % 500)}`);
        await new Promise(resolve => setImmediate(resolve));
      }
    });
    assert.ok(lines.length < 700, `${lines.length} lines`);
  }).timeout(30_000);

  it('writes the details that a user asked for', () => {
    for (let call = 0; call < 500; call += 1) log.debug(`#${call} GET /sandboxes 200`);
    assert.equal(lines.length, 500);
  });

  it('leaves no timer behind', () => {
    log.info('one');
    log.dispose();
    log.info('two');
    assert.deepEqual([lines.length, clock.pending], [2, 0]);
  });
});
