import assert from 'node:assert/strict';
import { followBoundMs } from '../../../../src/core/list/schedule';
import { SnapshotWatch } from '../../../../src/core/list/snapshotWatch';
import type { SandboxSnapshot } from '../../../../src/core/snapshots/snapshot';
import { FakeClock } from '../../../support/fakeClock';
import { snapshot } from '../../../support/snapshotBuilder';

interface Bench {
  readonly watch: SnapshotWatch;
  readonly clock: FakeClock;
  readonly looks: (readonly string[])[];
  readonly saw: (...snapshots: readonly SandboxSnapshot[]) => void;
}

function bench(): Bench {
  const clock = new FakeClock();
  const looks: (readonly string[])[] = [];
  const watch = new SnapshotWatch(clock, ids => {
    looks.push(ids);
    return Promise.resolve();
  });
  const saw = (...snapshots: readonly SandboxSnapshot[]): void => {
    watch.saw(new Map(snapshots.map(each => [each.id, each])));
  };
  watch.setOn(true);
  return { watch, clock, looks, saw };
}

describe('SnapshotWatch', () => {
  it('looks at what is being taken, and goes on until it is stored', async () => {
    const { clock, looks, saw } = bench();
    saw(snapshot({ id: 'a', status: 'in_progress' }), snapshot({ id: 'b' }));
    await clock.advance(1000);
    assert.deepEqual(looks, [['a']]);
    saw(snapshot({ id: 'a', status: 'local_ready' }));
    await clock.advance(1300);
    assert.deepEqual(looks, [['a'], ['a']]);
    saw(snapshot({ id: 'a', status: 'completed' }));
    await clock.advance(60_000);
    assert.equal(looks.length, 2);
    assert.equal(clock.pending, 0);
  });

  it('does not look at what was usable when it was first seen, nor at what failed', async () => {
    const { clock, looks, saw } = bench();
    saw(snapshot({ id: 'a', status: 'local_ready' }), snapshot({ id: 'b', status: 'failed' }));
    await clock.advance(60_000);
    assert.deepEqual([looks.length, clock.pending], [0, 0]);
  });

  it('does nothing while nobody looks, and goes on when somebody does', async () => {
    const { watch, clock, looks, saw } = bench();
    watch.setOn(false);
    saw(snapshot({ id: 'a', status: 'in_progress' }));
    await clock.advance(60_000);
    assert.deepEqual([looks.length, clock.pending], [0, 0]);
    watch.setOn(true);
    await clock.advance(1);
    assert.deepEqual(looks, [['a']]);
  });

  it('looks less and less often, and gives up one that takes too long', async () => {
    const { clock, looks, saw } = bench();
    const stuck = snapshot({ id: 'a', status: 'in_progress' });
    saw(stuck);
    await clock.advance(followBoundMs + 10_000);
    assert.ok(looks.length > 20 && looks.length < 40, String(looks.length));
    saw(stuck);
    assert.equal(clock.pending, 0);
  });

  it('forgets what is gone, and everything once disposed', async () => {
    const { watch, clock, looks, saw } = bench();
    saw(snapshot({ id: 'a', status: 'in_progress' }));
    saw();
    assert.equal(clock.pending, 0);
    saw(snapshot({ id: 'a', status: 'in_progress' }));
    assert.equal(clock.pending, 1);
    watch.dispose();
    await clock.advance(60_000);
    assert.deepEqual([looks.length, clock.pending], [0, 0]);
  });
});
