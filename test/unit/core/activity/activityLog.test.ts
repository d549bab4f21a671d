import assert from 'node:assert/strict';
import {
  goneState,
  Journal,
  journalLimit,
  type ObservedTransition,
} from '../../../../src/core/activity/activityLog';
import { SandboxStore } from '../../../../src/core/list/store';
import type { Sandbox } from '../../../../src/core/sandbox/sandbox';
import { FakeClock } from '../../../support/fakeClock';
import { sandbox } from '../../../support/sandboxBuilder';

interface Bench {
  readonly store: SandboxStore;
  readonly journal: Journal;
  readonly clock: FakeClock;
  readonly events: (readonly ObservedTransition[])[];
  /** Takes a complete listing, as a poll does. */
  readonly list: (...sandboxes: readonly Sandbox[]) => void;
}

function bench(...baseline: readonly Sandbox[]): Bench {
  const clock = new FakeClock();
  const store = new SandboxStore();
  store.reset({ kind: 'loading' });
  const journal = new Journal(store, clock);
  const events: (readonly ObservedTransition[])[] = [];
  journal.onDidChange(added => events.push(added));
  const list = (...sandboxes: readonly Sandbox[]): void => {
    store.applyListing(sandboxes, clock.now(), clock.now(), 0);
  };
  list(...baseline);
  return { store, journal, clock, events, list };
}

function lines(journal: Journal): readonly string[] {
  return journal
    .entries()
    .map(
      ({ sandboxId, from, to, cause }) =>
        `${sandboxId} ${from ?? '-'} ${to} ${cause.kind}${'action' in cause ? ` ${cause.action}` : ''}${'reason' in cause ? ` ${cause.reason}` : ''}`,
    );
}

describe('Journal', () => {
  describe('what it starts from', () => {
    it('makes no entries of the first listing', () => {
      const { journal, events } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b', state: 'pending' }));
      assert.deepEqual([journal.entries(), events], [[], []]);
    });

    it('makes none of the pages of the first listing, nor of one that came after failures', () => {
      const { store, journal, list } = bench();
      store.reset({ kind: 'loading' });
      store.upsert([sandbox({ id: 'a' })], 10);
      store.upsert([sandbox({ id: 'b' })], 10);
      store.fail({ kind: 'network', message: '' }, undefined);
      list(sandbox({ id: 'a', state: 'suspended' }), sandbox({ id: 'c' }));
      assert.deepEqual(journal.entries(), []);
    });

    it('makes none of a sandbox that is older than the first listing and only now known', () => {
      const { store, journal, clock } = bench();
      store.upsert([sandbox({ id: 'a', createdAtMs: clock.now() - 3 * 60_000 })], clock.now());
      assert.deepEqual(journal.entries(), []);
    });

    it('starts anew when the account changes', () => {
      const { store, journal, events, list } = bench(sandbox({ id: 'a' }));
      list(sandbox({ id: 'a', state: 'suspended' }));
      assert.equal(journal.entries().length, 1);
      store.reset({ kind: 'signedOut' });
      assert.deepEqual(journal.entries(), []);
      assert.deepEqual(events.at(-1), []);
      store.reset({ kind: 'loading' });
      list(sandbox({ id: 'b' }));
      assert.deepEqual(journal.entries(), []);
      list(sandbox({ id: 'b', state: 'suspended' }));
      assert.deepEqual(
        journal.entries().map(entry => entry.sandboxId),
        ['b'],
      );
    });
  });

  describe('what it tells', () => {
    it('says who, when, from what to what', async () => {
      const { journal, clock, list } = bench(sandbox({ id: 'a', name: 'api-dev' }));
      await clock.advance(5000);
      list(sandbox({ id: 'a', name: 'api-dev', state: 'suspending' }));
      const [entry] = journal.entries();
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

    it('fires with what was added, and not when nothing changed its state', () => {
      const { store, journal, events, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b' }));
      store.setAction(['a'], 'suspend');
      list(sandbox({ id: 'a', image: 'node' }), sandbox({ id: 'b' }));
      list(sandbox({ id: 'a', image: 'node', rawState: 'Running' }), sandbox({ id: 'b' }));
      assert.deepEqual(events, []);
      list(sandbox({ id: 'a', state: 'suspending' }), sandbox({ id: 'b', state: 'suspended' }));
      assert.deepEqual(events, [journal.entries()]);
    });

    it('keeps words that this version does not know', () => {
      const { journal, list } = bench(sandbox({ id: 'a' }));
      list(sandbox({ id: 'a', state: 'unknown', rawState: 'frozen' }));
      list(sandbox({ id: 'a', state: 'unknown', rawState: 'thawing' }));
      assert.deepEqual(lines(journal), ['a running frozen unknown', 'a frozen thawing unknown']);
    });

    it('gives the entries of one sandbox', () => {
      const { journal, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b' }));
      list(sandbox({ id: 'a', state: 'suspended' }), sandbox({ id: 'b', state: 'suspended' }));
      assert.deepEqual(
        journal.entries('b').map(entry => entry.sandboxId),
        ['b'],
      );
      assert.deepEqual(journal.entries('c'), []);
    });

    it('forgets the oldest entries first', () => {
      const { journal, list } = bench(sandbox({ id: 'a' }));
      for (let count = 0; count <= journalLimit; count += 1)
        list(sandbox({ id: 'a', state: 'unknown', rawState: `state${count}` }));
      assert.equal(journal.entries().length, journalLimit);
      assert.equal(journal.entries()[0]?.to, 'state1');
      assert.equal(journal.entries().at(-1)?.to, `state${journalLimit}`);
    });

    it('forgets on request, and goes on from where it is', () => {
      const { journal, events, list } = bench(sandbox({ id: 'a' }));
      journal.clear();
      assert.equal(events.length, 0);
      list(sandbox({ id: 'a', state: 'suspended' }));
      journal.clear();
      assert.deepEqual(events.at(-1), []);
      list(sandbox({ id: 'a' }));
      assert.deepEqual(lines(journal), ['a suspended running unknown']);
    });

    it('hears nothing once disposed', () => {
      const { journal, list } = bench(sandbox({ id: 'a' }));
      journal.dispose();
      list(sandbox({ id: 'a', state: 'suspended' }));
      assert.deepEqual(journal.entries(), []);
    });
  });

  describe('causes', () => {
    it('names the action of this window, through all it leads to', () => {
      const { store, journal, list } = bench(sandbox({ id: 'a' }));
      store.setAction(['a'], 'suspend');
      list(sandbox({ id: 'a', state: 'suspending' }));
      list(sandbox({ id: 'a', state: 'suspended' }));
      assert.deepEqual(lines(journal), [
        'a running suspending user suspend',
        'a suspending suspended user suspend',
      ]);
    });

    it('names the action when the follower gave up before the end', () => {
      const { store, journal, list } = bench(sandbox({ id: 'a', state: 'suspended' }));
      store.setAction(['a'], 'resume');
      list(sandbox({ id: 'a', state: 'pending' }));
      store.setAction(['a'], undefined);
      list(sandbox({ id: 'a' }));
      assert.deepEqual(lines(journal), ['a suspended pending user resume', 'a pending running user resume']);
    });

    it('does not blame an action for what it does not lead to', () => {
      const { store, journal, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b' }));
      store.setAction(['a'], 'rename');
      store.setAction(['b'], 'snapshot');
      list(
        sandbox({ id: 'a', state: 'unknown', rawState: 'frozen' }),
        sandbox({ id: 'b', state: 'terminated', terminationReason: 'OutOfMemory' }),
      );
      assert.deepEqual(lines(journal), [
        'a running frozen unknown',
        'b running terminated reported OutOfMemory',
      ]);
    });

    it('tells of a terminated one that the service no longer knows', () => {
      const { store, journal } = bench(sandbox({ id: 'a' }));
      store.setAction(['a'], 'terminate');
      store.remove('a');
      assert.deepEqual(lines(journal), [`a running ${goneState} user terminate`]);
    });

    it('knows of no cause for one that is gone, and says nothing when a terminated one is archived', () => {
      const { journal, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b', state: 'terminated' }));
      list();
      assert.deepEqual(lines(journal), [`a running ${goneState} unknown`]);
    });

    it('tells of new sandboxes, and that their start belongs to it', () => {
      const { journal, clock, list } = bench();
      const createdAtMs = clock.now();
      list(sandbox({ id: 'a', state: 'pending', createdAtMs }));
      list(sandbox({ id: 'a', createdAtMs }));
      assert.deepEqual(lines(journal), ['a - pending created', 'a pending running created']);
    });

    it('tells why a new sandbox did not start', () => {
      const { journal, clock, list } = bench();
      const createdAtMs = clock.now();
      list(sandbox({ id: 'a', state: 'pending', createdAtMs }));
      list(sandbox({ id: 'a', state: 'terminated', createdAtMs, terminationReason: 'ImageNotFound' }));
      assert.deepEqual(lines(journal), [
        'a - pending created',
        'a pending terminated reported ImageNotFound',
      ]);
    });

    it('supposes an idle timeout where a named sandbox is suspended and nobody here asked', () => {
      const { journal, list } = bench(sandbox({ id: 'a' }));
      list(sandbox({ id: 'a', state: 'suspending' }));
      list(sandbox({ id: 'a', state: 'suspended' }));
      assert.deepEqual(
        journal.entries().map(entry => entry.cause),
        [
          { kind: 'idleTimeout', isCertain: false },
          { kind: 'idleTimeout', isCertain: false },
        ],
      );
    });

    it('supposes none before the timeout can have passed', async () => {
      const { journal, clock, list } = bench();
      const young = { id: 'a', createdAtMs: clock.now(), timeoutSecs: 600 };
      list(sandbox(young));
      await clock.advance(599_000);
      list(sandbox({ ...young, state: 'suspended' }));
      assert.equal(journal.entries().at(-1)?.cause.kind, 'unknown');
    });

    it('supposes an idle timeout where an ephemeral sandbox ends without a word, and knows it where there is one', () => {
      const one = { id: 'a', name: undefined };
      const other = { id: 'b', name: undefined };
      const { journal, list } = bench(sandbox(one), sandbox(other));
      list(
        sandbox({ ...one, state: 'terminated' }),
        sandbox({ ...other, state: 'terminated', outcome: 'Success(Timeout)' }),
      );
      assert.deepEqual(
        journal.entries().map(entry => entry.cause),
        [
          { kind: 'idleTimeout', isCertain: false },
          { kind: 'idleTimeout', isCertain: true },
        ],
      );
    });

    it('gives the reported outcome of an end, and does not take every timeout for an idle one', () => {
      const { journal, list } = bench(sandbox({ id: 'a' }), sandbox({ id: 'b' }), sandbox({ id: 'c' }));
      list(
        sandbox({ id: 'a', state: 'terminated', outcome: 'Success(UserTerminated)' }),
        sandbox({
          id: 'b',
          state: 'terminated',
          outcome: 'Failure(ContainerTerminated(FunctionTimeout))',
        }),
        sandbox({ id: 'c', state: 'terminated' }),
      );
      assert.deepEqual(lines(journal), [
        'a running terminated reported Success(UserTerminated)',
        'b running terminated reported Failure(ContainerTerminated(FunctionTimeout))',
        'c running terminated unknown',
      ]);
    });

    it('gives the reason for which a sandbox waits', () => {
      const { journal, list } = bench(sandbox({ id: 'a', state: 'suspended' }));
      list(sandbox({ id: 'a', state: 'pending', pendingReason: 'no_resources_available' }));
      list(sandbox({ id: 'a' }));
      assert.deepEqual(lines(journal), [
        'a suspended pending reported no_resources_available',
        'a pending running unknown',
      ]);
    });
  });
});
