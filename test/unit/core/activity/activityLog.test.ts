import assert from 'node:assert/strict';
import {
  goneState,
  ActivityLog,
  activityLogLimit,
  type ObservedTransition,
} from '../../../../src/core/activity/activityLog';
import { SandboxStore } from '../../../../src/core/list/store';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { FakeClock } from '../../../support/fakeClock';
import { sandbox } from '../../../support/sandboxBuilder';
import { assertStrain } from '../../../support/strain';

interface Bench {
  readonly store: SandboxStore;
  readonly activityLog: ActivityLog;
  readonly clock: FakeClock;
  readonly events: (readonly ObservedTransition[])[];
  /** Applies a complete listing, as a poll does. */
  readonly list: (...sandboxes: readonly Sandbox[]) => void;
}

function bench(...baseline: readonly Sandbox[]): Bench {
  const clock = new FakeClock();
  const store = new SandboxStore();
  store.reset({ kind: 'loading' });
  const activityLog = new ActivityLog(store, clock);
  const events: (readonly ObservedTransition[])[] = [];
  activityLog.onDidChange(added => events.push(added));
  const list = (...sandboxes: readonly Sandbox[]): void => {
    store.applyListing(sandboxes, clock.now(), clock.now(), 0);
  };
  list(...baseline);
  return { store, activityLog, clock, events, list };
}

function lines(activityLog: ActivityLog): readonly string[] {
  return activityLog
    .entries()
    .map(
      ({ sandboxId, from, to, cause }) =>
        `${sandboxId} ${from ?? '-'} ${to} ${cause.kind}${'action' in cause ? ` ${cause.action}` : ''}${'reason' in cause ? ` ${cause.reason}` : ''}`,
    );
}

describe('ActivityLog', () => {
  describe('the first listing', () => {
    it('adds no entries', () => {
      const { activityLog, events } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b', state: 'pending' }));
      assert.deepEqual([activityLog.entries(), events], [[], []]);
    });

    it('adds none for its pages, nor when it follows failures', () => {
      const { store, activityLog, list } = bench();
      store.reset({ kind: 'loading' });
      store.upsert([sandbox({ id: 'a' })], 10);
      store.upsert([sandbox({ id: 'b' })], 10);
      store.fail({ kind: 'network', message: '' }, undefined);
      list(sandbox({ id: 'a', state: 'suspended' }), sandbox({ id: 'c' }));
      assert.deepEqual(activityLog.entries(), []);
    });

    it('adds none for a sandbox that is older than it and seen only later', () => {
      const { store, activityLog, clock } = bench();
      store.upsert([sandbox({ id: 'a', createdAtMs: clock.now() - 3 * 60_000 })], clock.now());
      assert.deepEqual(activityLog.entries(), []);
    });

    for (const setMs of [-3_600_000, 3_600_000])
      it(`does not make a new sandbox an old one when the clock is set by ${setMs} ms since`, async () => {
        const { activityLog, clock, list } = bench();
        await clock.advance(60_000);
        clock.setBy(setMs);
        await clock.advance(60_000);
        list(sandbox({ id: 'a', createdAtMs: clock.now() }));
        assert.deepEqual(lines(activityLog), ['a - running created']);
      });

    it('is expected again when the account changes', () => {
      const { store, activityLog, events, list } = bench(sandbox({ id: 'a' }));
      list(sandbox({ id: 'a', state: 'suspended' }));
      assert.equal(activityLog.entries().length, 1);
      store.reset({ kind: 'signedOut' });
      assert.deepEqual(activityLog.entries(), []);
      assert.deepEqual(events.at(-1), []);
      store.reset({ kind: 'loading' });
      list(sandbox({ id: 'b' }));
      assert.deepEqual(activityLog.entries(), []);
      list(sandbox({ id: 'b', state: 'suspended' }));
      assert.deepEqual(
        activityLog.entries().map(entry => entry.sandboxId),
        ['b'],
      );
    });
  });

  describe('entries', () => {
    it('have the sandbox, the time and both states', async () => {
      const { activityLog, clock, list } = bench(sandbox({ id: 'a', name: 'api-dev' }));
      await clock.advance(5000);
      list(sandbox({ id: 'a', name: 'api-dev', state: 'suspending' }));
      const [entry] = activityLog.entries();
      assert.deepEqual(
        { ...entry, cause: undefined },
        {
          sandboxId: 'a',
          name: 'api-dev',
          atMs: clock.now(),
          from: 'running',
          to: 'suspending',
          cause: undefined,
        },
      );
    });

    it('are in the change event, which fires only when a state changes', () => {
      const { store, activityLog, events, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b' }));
      store.setAction(['a'], 'suspend');
      list(sandbox({ id: 'a', image: 'node' }), sandbox({ id: 'b' }));
      list(sandbox({ id: 'a', image: 'node', rawState: 'Running' }), sandbox({ id: 'b' }));
      assert.deepEqual(events, []);
      list(sandbox({ id: 'a', state: 'suspending' }), sandbox({ id: 'b', state: 'suspended' }));
      assert.deepEqual(events, [activityLog.entries()]);
    });

    it('keep states that this version does not know', () => {
      const { activityLog, list } = bench(sandbox({ id: 'a' }));
      list(sandbox({ id: 'a', state: 'unknown', rawState: 'frozen' }));
      list(sandbox({ id: 'a', state: 'unknown', rawState: 'thawing' }));
      assert.deepEqual(lines(activityLog), ['a running frozen unknown', 'a frozen thawing unknown']);
    });

    it('are in the order in which they were seen, however the clock is set between', () => {
      const { activityLog, clock, list } = bench(sandbox({ id: 'a' }));
      const states = ['suspending', 'suspended', 'running'] as const;
      for (const state of states) {
        clock.setBy(-3_600_000);
        list(sandbox({ id: 'a', state }));
      }
      assert.deepEqual(
        activityLog.entries().map(({ to }) => to),
        states,
      );
    });

    it('can be listed for one sandbox', () => {
      const { activityLog, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b' }));
      list(sandbox({ id: 'a', state: 'suspended' }), sandbox({ id: 'b', state: 'suspended' }));
      assert.deepEqual(
        activityLog.entries('b').map(entry => entry.sandboxId),
        ['b'],
      );
      assert.deepEqual(activityLog.entries('c'), []);
    });

    it('are dropped and counted when they are the oldest of too many', () => {
      const { activityLog, list } = bench(sandbox({ id: 'a' }));
      for (let count = 0; count <= activityLogLimit; count += 1)
        list(sandbox({ id: 'a', state: 'unknown', rawState: `state${count}` }));
      assert.equal(activityLog.entries().length, activityLogLimit);
      assert.equal(activityLog.forgottenCount, 1);
      assert.equal(activityLog.entries()[0]?.to, 'state1');
      assert.equal(activityLog.entries().at(-1)?.to, `state${activityLogLimit}`);
      activityLog.clear();
      assert.equal(activityLog.forgottenCount, 0);
    });

    it('can be cleared, and new ones are added afterwards', () => {
      const { activityLog, events, list } = bench(sandbox({ id: 'a' }));
      activityLog.clear();
      assert.equal(events.length, 0);
      list(sandbox({ id: 'a', state: 'suspended' }));
      activityLog.clear();
      assert.deepEqual(events.at(-1), []);
      list(sandbox({ id: 'a' }));
      assert.deepEqual(lines(activityLog), ['a suspended running unknown']);
    });

    it('are no longer added once the log is disposed', () => {
      const { activityLog, list } = bench(sandbox({ id: 'a' }));
      activityLog.dispose();
      list(sandbox({ id: 'a', state: 'suspended' }));
      assert.deepEqual(activityLog.entries(), []);
    });
  });

  describe('causes', () => {
    it('names the action of this window for each transition that it causes', () => {
      const { store, activityLog, list } = bench(sandbox({ id: 'a' }));
      store.setAction(['a'], 'suspend');
      list(sandbox({ id: 'a', state: 'suspending' }));
      list(sandbox({ id: 'a', state: 'suspended' }));
      assert.deepEqual(lines(activityLog), [
        'a running suspending user suspend',
        'a suspending suspended user suspend',
      ]);
    });

    it('names the action when the transition watcher gave up before the end', () => {
      const { store, activityLog, list } = bench(sandbox({ id: 'a', state: 'suspended' }));
      store.setAction(['a'], 'resume');
      list(sandbox({ id: 'a', state: 'pending' }));
      store.setAction(['a'], undefined);
      list(sandbox({ id: 'a' }));
      assert.deepEqual(lines(activityLog), [
        'a suspended pending user resume',
        'a pending running user resume',
      ]);
    });

    it('does not name an action that cannot cause the transition', () => {
      const { store, activityLog, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b' }));
      store.setAction(['a'], 'rename');
      store.setAction(['b'], 'snapshot');
      list(
        sandbox({ id: 'a', state: 'unknown', rawState: 'frozen' }),
        sandbox({ id: 'b', state: 'terminated', terminationReason: 'OutOfMemory' }),
      );
      assert.deepEqual(lines(activityLog), [
        'a running frozen unknown',
        'b running terminated reported OutOfMemory',
      ]);
    });

    it('adds an entry for a terminated sandbox that the service no longer knows', () => {
      const { store, activityLog } = bench(sandbox({ id: 'a' }));
      store.setAction(['a'], 'terminate');
      store.remove('a');
      assert.deepEqual(lines(activityLog), [`a running ${goneState} user terminate`]);
    });

    it('gives no cause for a sandbox that is gone, and adds no entry when a terminated one is archived', () => {
      const { activityLog, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b', state: 'terminated' }));
      list();
      assert.deepEqual(lines(activityLog), [`a running ${goneState} unknown`]);
    });

    it('gives the creation as the cause of the start of a new sandbox', () => {
      const { activityLog, clock, list } = bench();
      const createdAtMs = clock.now();
      list(sandbox({ id: 'a', state: 'pending', createdAtMs }));
      list(sandbox({ id: 'a', createdAtMs }));
      assert.deepEqual(lines(activityLog), ['a - pending created', 'a pending running created']);
    });

    it('gives the reason why a new sandbox did not start', () => {
      const { activityLog, clock, list } = bench();
      const createdAtMs = clock.now();
      list(sandbox({ id: 'a', state: 'pending', createdAtMs }));
      list(sandbox({ id: 'a', state: 'terminated', createdAtMs, terminationReason: 'ImageNotFound' }));
      assert.deepEqual(lines(activityLog), [
        'a - pending created',
        'a pending terminated reported ImageNotFound',
      ]);
    });

    it('assumes an idle timeout when a named sandbox suspends without an action of this window', () => {
      const { activityLog, list } = bench(sandbox({ id: 'a' }));
      list(sandbox({ id: 'a', state: 'suspending' }));
      list(sandbox({ id: 'a', state: 'suspended' }));
      assert.deepEqual(
        activityLog.entries().map(entry => entry.cause),
        [
          { kind: 'idleTimeout', isCertain: false },
          { kind: 'idleTimeout', isCertain: false },
        ],
      );
    });

    it('assumes no idle timeout before it can have passed', async () => {
      const { activityLog, clock, list } = bench();
      const young = { id: 'a', createdAtMs: clock.now(), timeoutSecs: 600 };
      list(sandbox(young));
      await clock.advance(599_000);
      list(sandbox({ ...young, state: 'suspended' }));
      assert.equal(activityLog.entries().at(-1)?.cause.kind, 'unknown');
    });

    it('assumes an idle timeout when an ephemeral sandbox ends without a reason, and is certain when the service reports it', () => {
      const one = { id: 'a', name: undefined };
      const other = { id: 'b', name: undefined };
      const { activityLog, list } = bench(sandbox(one), sandbox(other));
      list(
        sandbox({ ...one, state: 'terminated' }),
        sandbox({ ...other, state: 'terminated', outcome: 'Success(Timeout)' }),
      );
      assert.deepEqual(
        activityLog.entries().map(entry => entry.cause),
        [
          { kind: 'idleTimeout', isCertain: false },
          { kind: 'idleTimeout', isCertain: true },
        ],
      );
    });

    it('gives the reported outcome of an end, and does not read every timeout as an idle timeout', () => {
      const { activityLog, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b' }), sandbox({ id: 'c' }));
      list(
        sandbox({ id: 'a', state: 'terminated', outcome: 'Success(UserTerminated)' }),
        sandbox({
          id: 'b',
          state: 'terminated',
          outcome: 'Failure(ContainerTerminated(FunctionTimeout))',
        }),
        sandbox({ id: 'c', state: 'terminated' }),
      );
      assert.deepEqual(lines(activityLog), [
        'a running terminated reported Success(UserTerminated)',
        'b running terminated reported Failure(ContainerTerminated(FunctionTimeout))',
        'c running terminated unknown',
      ]);
    });

    it('gives the reason why a sandbox is pending', () => {
      const { activityLog, list } = bench(sandbox({ id: 'a', state: 'suspended' }));
      list(sandbox({ id: 'a', state: 'pending', pendingReason: 'no_resources_available' }));
      list(sandbox({ id: 'a' }));
      assert.deepEqual(lines(activityLog), [
        'a suspended pending reported no_resources_available',
        'a pending running unknown',
      ]);
    });
  });

  describe('on the open-source server', () => {
    const box = { id: 'a', name: undefined, server: 'openSource', timeoutSecs: 60, createdAtMs: 0 } as const;

    it('tells the end of a lifetime from an idle timeout, and guesses none', () => {
      const reported = bench(sandbox(box));
      reported.list(sandbox({ ...box, state: 'terminated', outcome: 'Success(Timeout)' }));
      assert.deepEqual(lines(reported.activityLog), ['a running terminated lifetime']);
      const silent = bench(sandbox(box));
      silent.list(sandbox({ ...box, state: 'terminated' }));
      assert.deepEqual(lines(silent.activityLog), ['a running terminated unknown']);
    });

    it('gives the snapshot as what ended it, or who asked for that', () => {
      const { activityLog, list, store } = bench(sandbox(box));
      list(sandbox({ ...box, state: 'snapshotting' }));
      list(sandbox({ ...box, state: 'terminated' }));
      assert.deepEqual(lines(activityLog), [
        'a running snapshotting unknown',
        'a snapshotting terminated snapshot',
      ]);
      activityLog.clear();
      list(sandbox(box));
      store.setAction(['a'], 'snapshotAndEnd');
      list(sandbox({ ...box, state: 'terminated' }));
      assert.equal(lines(activityLog).at(-1), 'a running terminated user snapshotAndEnd');
    });
  });
});

describe('the bounds of the activity log', () => {
  it('are those of short texts, and it takes any number of changes in turns', async () => {
    const { activityLog, list } = bench();
    const long = (number: number): string => `${number} \u2026${'x'.repeat(10_000)}`;
    await assertStrain('changes of state', { mib: 24, turnMs: 200 }, async () => {
      for (let change = 0; change < 3_000; change += 1) {
        list(
          sandbox({
            id: 'a',
            name: long(change),
            state: 'pending',
            rawState: long(change),
            pendingReason: long(change),
          }),
        );
        if (change % 20 === 0) await new Promise(setImmediate);
      }
    });
    const entries = activityLog.entries();
    assert.equal(entries.length, activityLogLimit);
    assert.ok(JSON.stringify(entries).length < 2_000 * activityLogLimit);
  }).timeout(60_000);
});
