import assert from 'node:assert/strict';
import { aloneMs, lifeHoldsUntil, lifeOf } from '../../../../src/core/terminal/detachedShell';
import { FakeClock } from '../../../support/fakeClock';

const minuteMs = 60_000;

/** Lets time pass, and records the text about a shell each time it is rendered. */
async function textsOver(detachedMsAgo: number, forMs: number): Promise<string[]> {
  const clock = new FakeClock();
  const shell = { detachedAtMs: clock.now() - detachedMsAgo };
  const lines: string[] = [];
  const draw = (): void => {
    const life = lifeOf(shell, clock.now());
    lines.push(`${clock.seconds} s: ${life.kind === 'left' ? `${life.minutesLeft} min left` : life.kind}`);
    const until = lifeHoldsUntil(shell, clock.now());
    if (until !== undefined) clock.after(until - clock.now(), draw);
  };
  draw();
  await clock.advance(forMs);
  assert.equal(clock.pending, lines.at(-1)?.endsWith('over') === true ? 0 : 1);
  return lines;
}

describe('lifeOf', () => {
  it('counts down for a detached shell, and reports when it has probably ended', async () => {
    assert.deepEqual(await textsOver(0, 24 * 60 * minuteMs), [
      '0 s: 5 min left',
      '60 s: 4 min left',
      '120 s: 3 min left',
      '180 s: 2 min left',
      '240 s: 1 min left',
      '300 s: over',
    ]);
  });

  it('counts on from an earlier detach', async () => {
    assert.deepEqual(await textsOver(250_000, minuteMs), ['0 s: 1 min left', '50 s: over']);
    assert.deepEqual(await textsOver(aloneMs, minuteMs), ['0 s: over']);
  });

  it('changes exactly at the time that it announces', () => {
    const shell = { detachedAtMs: 1_000 };
    for (const nowMs of [1_000, 30_000, 61_000, 200_123, 300_999]) {
      const until = lifeHoldsUntil(shell, nowMs) ?? assert.fail('it changes');
      assert.deepEqual(lifeOf(shell, until - 1), lifeOf(shell, nowMs));
      assert.notDeepEqual(lifeOf(shell, until), lifeOf(shell, nowMs));
    }
  });

  it('is unknown for a shell that another window may show', () => {
    assert.deepEqual(lifeOf({}, 1_000_000_000), { kind: 'unknown' });
    assert.equal(lifeHoldsUntil({}, 1_000_000_000), undefined);
  });

  it('counts no time when the clock was set back', () => {
    assert.deepEqual(lifeOf({ detachedAtMs: 5 * minuteMs }, 0), { kind: 'left', minutesLeft: 5 });
  });
});
