import assert from 'node:assert/strict';
import {
  attentionHoldsUntil,
  attentionOf,
  stuckAfterMs,
  stuckWithGpusAfterMs,
} from '../../../../src/core/list/attention';
import type { Row } from '../../../../src/core/list/rows';
import { row } from '../../../support/sandboxBuilder';

const nowMs = Date.UTC(2026, 0, 15, 12);
const none = new Set<string>();
const of = (each: Row, atMs = nowMs, dismissed: ReadonlySet<string> = none) =>
  attentionOf(each, dismissed, atMs);

describe('attention', () => {
  it('is needed for nothing that goes its usual way', () => {
    for (const state of ['running', 'suspended', 'pending', 'snapshotting', 'suspending', 'unknown'] as const)
      assert.equal(of(row({ state, createdAtMs: nowMs })), undefined, state);
  });

  describe('for the end of a sandbox', () => {
    const ended = (terminationReason: string | undefined, stateSinceMs: number | undefined = nowMs): Row =>
      row(
        { id: 'a', state: 'terminated', ...(terminationReason !== undefined && { terminationReason }) },
        stateSinceMs === 0 ? {} : { stateSinceMs },
      );

    it('is needed when it failed while this window watched', () => {
      for (const reason of ['OutOfMemory', 'ImageNotFound', 'ExecutorRemoved', 'InternalError'])
        assert.equal(of(ended(reason)), 'ended', reason);
    });

    it('is not needed when somebody wanted it, it was set to, or nobody says why', () => {
      for (const reason of ['UserTerminated', 'Timeout', 'Cancelled', undefined])
        assert.equal(of(ended(reason)), undefined, reason);
    });

    it('is not needed for one that had ended before, or that the user has seen', () => {
      assert.equal(of(ended('OutOfMemory', 0)), undefined);
      assert.equal(of(ended('OutOfMemory'), nowMs, new Set(['a'])), undefined);
    });
  });

  describe('for a transition', () => {
    it('is needed when it takes longer than they do, from when it was first seen', () => {
      const stuck = row({ state: 'suspending' }, { seenAtMs: nowMs, stateSinceMs: nowMs });
      assert.equal(attentionHoldsUntil(stuck, nowMs), nowMs + stuckAfterMs);
      assert.equal(of(stuck, nowMs + stuckAfterMs - 1), undefined);
      assert.equal(of(stuck, nowMs + stuckAfterMs), 'stuck');
      const old = row({ state: 'snapshotting', createdAtMs: 0 }, { seenAtMs: nowMs });
      assert.equal(of(old, nowMs + stuckAfterMs - 1), undefined);
    });

    it('counts a start from the creation, and gives a machine with GPUs more time', () => {
      const pending = row({ state: 'pending', createdAtMs: nowMs - stuckAfterMs });
      assert.equal(of(pending), 'stuck');
      const { resources } = pending.sandbox;
      const withGpus = row({
        state: 'pending',
        createdAtMs: nowMs - stuckAfterMs,
        resources: { ...resources, gpus: [{ count: 1, model: 'H100' }] },
      });
      assert.equal(of(withGpus), undefined);
      assert.equal(of(withGpus, nowMs - stuckAfterMs + stuckWithGpusAfterMs), 'stuck');
    });

    it('is not needed while this window does something to it', () => {
      const busy = row({ state: 'pending', createdAtMs: 0 }, { action: 'terminate' });
      assert.equal(of(busy), undefined);
    });
  });

  it('is needed for ports that anybody reaches, and only for those', () => {
    const open = { allowUnauthenticatedAccess: true, exposedPorts: [80] };
    assert.equal(of(row(open)), 'exposed');
    assert.equal(of(row({ ...open, state: 'suspended' })), 'exposed');
    assert.equal(of(row({ ...open, exposedPorts: [] })), undefined);
    assert.equal(of(row({ exposedPorts: [80] })), undefined);
    assert.equal(of(row({ ...open, state: 'terminated' }, { stateSinceMs: nowMs })), undefined);
  });
});
