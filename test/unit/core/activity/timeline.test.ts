import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ObservedTransition } from '../../../../src/core/activity/activityLog';
import { longestTimeline, timelineOf } from '../../../../src/core/activity/timeline';

const startMs = Date.UTC(2026, 0, 15, 12);

function entry(atMs: number, to: string, from?: string): ObservedTransition {
  return { sandboxId: 'a', atMs, to, ...(from !== undefined && { from }), cause: { kind: 'unknown' } };
}

describe('the timeline', () => {
  it('shows only the current state without entries', () => {
    assert.deepEqual(timelineOf([], 'running', startMs), [{ state: 'running', x: 0, width: 1 }]);
  });

  it('runs from the state before the first entry to the current one', () => {
    const entries = [
      entry(startMs, 'suspending', 'running'),
      entry(startMs + 1000, 'suspended', 'suspending'),
    ];
    const segments = timelineOf(entries, 'suspended', startMs + 10_000);
    assert.deepEqual(
      segments.map(({ state, fromMs, toMs }) => [state, fromMs, toMs]),
      [
        ['running', undefined, startMs],
        ['suspending', startMs, startMs + 1000],
        ['suspended', startMs + 1000, undefined],
      ],
    );
    const [, suspending, suspended] = segments;
    assert.ok(suspending && suspended && suspended.width > suspending.width);
  });

  it('starts with the creation when it is known', () => {
    const segments = timelineOf([entry(startMs, 'pending')], 'pending', startMs + 1000);
    assert.equal(segments.length, 1);
    assert.equal(segments[0]?.fromMs, startMs);
  });

  it('leaves out the oldest of many', () => {
    const entries = Array.from({ length: 50 }, (_none, index) => entry(startMs + index, `s${index}`, 'x'));
    const segments = timelineOf(entries, 's49', startMs + 50);
    assert.equal(segments.length, longestTimeline + 1);
    assert.equal(segments.at(-1)?.state, 's49');
  });

  it('gives each state its share when the clock was set back between', () => {
    const hour = 3_600_000;
    const entries = [entry(startMs, 'suspended', 'running'), entry(startMs + 1000, 'running')];
    const [, suspended, running] = timelineOf(entries, 'running', startMs + 2000 - hour);
    assert.ok(suspended && running && suspended.width > running.width);
    const [, , later] = timelineOf(
      [entry(startMs, 'suspended', 'running'), entry(startMs + 1000 - hour, 'running')],
      'running',
      startMs + 5000 - hour,
    );
    assert.ok(later && later.width > 0.5 && later.width < 1);
  });

  it('has no gaps, even when the clock was changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 1, maxLength: 30 }),
        offsets => {
          const entries = offsets.map((offset, index) => entry(startMs + offset, `s${index}`, 'before'));
          const segments = timelineOf(entries, 'now', startMs);
          let x = 0;
          for (const segment of segments) {
            assert.ok(Math.abs(segment.x - x) < 1e-9 && segment.width > 0);
            x += segment.width;
          }
          assert.ok(Math.abs(x - 1) < 1e-9);
        },
      ),
    );
  });
});
