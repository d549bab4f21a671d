import assert from 'node:assert/strict';
import fc from 'fast-check';
import { apiErrorKinds } from '../../../../../src/core/kernel/errors';
import {
  followDelay,
  fullListingIntervalMs,
  nextListingAt,
  fullListingAt,
  type LastFull,
  retryDelay,
  type ListConditions,
} from '../../../../../src/core/list/polling/schedule';

const endedMs = 1_000_000;

/** Milliseconds from the end of the last listing to the next one. */
function delay(overrides: Partial<ListConditions> = {}): number | undefined {
  const at = nextListingAt({
    focused: true,
    visible: true,
    intervalMs: 15_000,
    lastEndedAtMs: endedMs,
    failures: 0,
    jitter: 0,
    ...overrides,
  });
  return at === undefined ? undefined : at - endedMs;
}

function failing(failures: number, overrides: Partial<ListConditions> = {}): number | undefined {
  return delay({ failures, lastFailure: 'network', ...overrides });
}

describe('nextListingAt', () => {
  it('is at once before the first listing, in any window and view', () => {
    for (const focused of [true, false])
      for (const visible of [true, false])
        for (const intervalMs of [0, 15_000])
          assert.equal(nextListingAt({ focused, visible, intervalMs, failures: 0, jitter: 0.9 }), 0);
  });

  it('is the configured interval while the view is visible', () => {
    assert.equal(delay(), 15_000);
    assert.equal(delay({ intervalMs: 5000 }), 5000);
    assert.equal(delay({ intervalMs: 3_600_000 }), 3_600_000);
  });

  it('is a minute while the view is hidden, or the configured interval if that is longer', () => {
    assert.equal(delay({ visible: false }), 60_000);
    assert.equal(delay({ visible: false, intervalMs: 300_000 }), 300_000);
  });

  it('is never while the window is unfocused', () => {
    assert.equal(delay({ focused: false }), undefined);
    assert.equal(delay({ focused: false, visible: false }), undefined);
    assert.equal(failing(3, { focused: false }), undefined);
  });

  it('is never with interval 0, not even after a failure', () => {
    assert.equal(delay({ intervalMs: 0 }), undefined);
    assert.equal(delay({ intervalMs: 0, visible: false }), undefined);
    assert.equal(failing(1, { intervalMs: 0 }), undefined);
  });

  it('is randomly later, by a tenth at most, never sooner', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), jitter => {
        const late = delay({ jitter });
        assert.ok(late !== undefined && late >= 15_000 && late <= 16_500);
      }),
    );
    assert.equal(delay({ jitter: 0.5 }), 15_750);
  });

  it('backs off from 5 s, doubling to 5 min, visible or hidden', () => {
    const expected = [5, 10, 20, 40, 80, 160, 300, 300, 300];
    for (const visible of [true, false])
      assert.deepEqual(
        expected.map((_, index) => failing(index + 1, { visible })),
        expected.map(seconds => seconds * 1000),
      );
    assert.equal(failing(100_000), 300_000);
  });

  it('gives up on errors that a retry cannot fix, and on no others', () => {
    for (const lastFailure of apiErrorKinds) {
      const isHopeless = lastFailure === 'unauthenticated' || lastFailure === 'forbidden';
      assert.equal(failing(1, { lastFailure }), isHopeless ? undefined : 5000, lastFailure);
    }
  });

  it('ignores earlier failures after a successful listing', () => {
    assert.equal(delay({ failures: 0, lastFailure: 'unauthenticated', retryAfterMs: 99_000 }), 15_000);
  });
});

describe('retryDelay', () => {
  it('is never sooner than Retry-After', () => {
    assert.equal(failing(1, { retryAfterMs: 90_000 }), 90_000);
    assert.equal(failing(1, { retryAfterMs: 900_000 }), 900_000);
    assert.equal(failing(5, { retryAfterMs: 1000 }), 80_000);
    assert.equal(failing(1, { retryAfterMs: 90_000, jitter: 0.9 }), 90_000);
  });

  it('is randomly sooner, by a fifth at most, and stays between 4 s and 5 min', () => {
    const jitterArbitrary = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), jitterArbitrary, (failures, jitter) => {
        const full = retryDelay({ failures, jitter: 0 });
        const drawn = retryDelay({ failures, jitter });
        assert.ok(drawn <= full && drawn >= full * 0.8);
        assert.ok(drawn >= 4000 && drawn <= 300_000);
        assert.ok(retryDelay({ failures: failures + 1, jitter }) >= drawn);
      }),
    );
    assert.equal(retryDelay({ failures: 1, jitter: 0.5 }), 4500);
  });
});

describe('followDelay', () => {
  it('grows from 1 s to 5 s and stays there', () => {
    assert.equal(followDelay(0), 1000);
    assert.equal(followDelay(1), 1250);
    assert.equal(followDelay(100_000), 5000);
    fc.assert(
      fc.property(fc.nat({ max: 200 }), polls => {
        assert.ok(followDelay(polls + 1) >= followDelay(polls));
        assert.ok(followDelay(polls) <= 5000);
      }),
    );
  });
});

describe('fullListingAt', () => {
  const watched = { visible: true, intervalMs: 15_000 };
  const plan = ({ nowMs = 1000, ...overrides }: Partial<LastFull & { nowMs: number }> = {}): string => {
    const last: LastFull = { lastFullAtMs: 0, lastFullPages: 2, conditions: watched, ...overrides };
    return nowMs >= fullListingAt(last) ? 'full' : 'running';
  };

  it('reads a long list in full every 5 min, and the running sandboxes in between', () => {
    assert.equal(plan(), 'running');
    assert.equal(plan({ nowMs: fullListingIntervalMs - 1 }), 'running');
    assert.equal(plan({ nowMs: fullListingIntervalMs }), 'full');
    assert.equal(fullListingIntervalMs, 300_000);
  });

  it('reads a list in full less often the more pages it has', () => {
    const second = 1000;
    const cases: readonly (readonly [pages: number, visible: boolean, dueMs: number])[] = [
      [5, true, 300 * second],
      [6, true, 360 * second],
      [100, true, 6000 * second],
      [2, false, 480 * second],
    ];
    for (const [lastFullPages, visible, dueMs] of cases) {
      const conditions = { ...watched, visible };
      assert.equal(plan({ lastFullPages, conditions, nowMs: dueMs - 1 }), 'running');
      assert.equal(plan({ lastFullPages, conditions, nowMs: dueMs }), 'full');
    }
  });

  it('always reads a short list in full', () => {
    for (const lastFullPages of [0, 1]) assert.equal(plan({ lastFullPages }), 'full');
  });

  it('reads in full the first time', () => {
    assert.equal(plan({ lastFullAtMs: undefined }), 'full');
  });
});
