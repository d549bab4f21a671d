import assert from 'node:assert/strict';
import { ApiError } from '../../../../src/core/kernel/errors';
import {
  snapshotThenTerminate,
  storeBoundMs,
  type SnapshotSteps,
  type SnapshotThenTerminateOutcome,
} from '../../../../src/core/snapshots/snapshotThenTerminate';
import { FakeClock } from '../../../support/fakeClock';
import { snapshot } from '../../../support/snapshotBuilder';

interface Run {
  readonly outcome: Promise<SnapshotThenTerminateOutcome>;
  readonly terminated: () => number;
  readonly clock: FakeClock;
}

/** Runs it with a service that answers reads with these; the last one repeats. */
function run(
  answers: readonly (string | ApiError)[],
  steps: Partial<SnapshotSteps> = {},
  signal: AbortSignal = new AbortController().signal,
): Run {
  const clock = new FakeClock();
  let terminated = 0;
  let reads = 0;
  const outcome = snapshotThenTerminate(
    {
      start: () => Promise.resolve('snap'),
      read: () => {
        const answer = answers[Math.min(reads, answers.length - 1)] ?? 'in_progress';
        reads += 1;
        return typeof answer === 'string'
          ? Promise.resolve(snapshot({ id: 'snap', status: answer, error: 'disk full' }))
          : Promise.reject(answer);
      },
      terminate: () => {
        terminated += 1;
        return Promise.resolve();
      },
      isCurrent: () => true,
      ...steps,
    },
    clock,
    signal,
  );
  outcome.catch(() => undefined);
  return { outcome, terminated: () => terminated, clock };
}

describe('snapshotThenTerminate', () => {
  it('terminates once the snapshot is stored, not when it is merely usable', async () => {
    const { outcome, terminated, clock } = run(['in_progress', 'local_ready', 'completed']);
    await clock.advance(2500);
    assert.equal(terminated(), 0);
    await clock.advance(10_000);
    assert.deepEqual(await outcome, { kind: 'terminated', snapshotId: 'snap' });
    assert.equal(terminated(), 1);
  });

  it('never terminates when the snapshot cannot be started', async () => {
    const refused = new ApiError('invalid', 'Sandbox is already being snapshotted');
    const { outcome, terminated, clock } = run(['completed'], { start: () => Promise.reject(refused) });
    await clock.advance(60_000);
    await assert.rejects(outcome, refused);
    assert.equal(terminated(), 0);
  });

  it('never terminates when the snapshot failed', async () => {
    const { outcome, terminated, clock } = run(['in_progress', 'failed']);
    await clock.advance(60_000);
    assert.deepEqual(await outcome, { kind: 'snapshotFailed', error: 'disk full' });
    assert.equal(terminated(), 0);
  });

  for (const status of ['in_progress', 'local_ready', 'paused'])
    it(`never terminates when it is still ${status} after the last poll`, async () => {
      const { outcome, terminated, clock } = run([status]);
      await clock.advance(storeBoundMs + 60_000);
      assert.deepEqual(await outcome, { kind: 'notStored', snapshotId: 'snap', status });
      assert.equal(terminated(), 0);
    });

  it('never terminates when the snapshot disappears', async () => {
    const { outcome, terminated, clock } = run(['in_progress', new ApiError('notFound', 'no such snapshot')]);
    await clock.advance(60_000);
    assert.deepEqual(await outcome, { kind: 'notKnown', snapshotId: 'snap' });
    assert.equal(terminated(), 0);
  });

  it('waits for a short time for a snapshot that the service does not know yet', async () => {
    const unknown = new ApiError('notFound', 'no such snapshot');
    const { outcome, terminated, clock } = run([unknown, unknown, 'completed']);
    await clock.advance(60_000);
    assert.equal((await outcome).kind, 'terminated');
    assert.equal(terminated(), 1);
  });

  it('reads again after a temporary failure, and never takes it for success', async () => {
    const passing = [new ApiError('server', ''), new ApiError('network', ''), 'completed'];
    const lucky = run(passing);
    await lucky.clock.advance(60_000);
    assert.equal((await lucky.outcome).kind, 'terminated');
    const unlucky = run([new ApiError('timeout', '')]);
    await unlucky.clock.advance(storeBoundMs + 60_000);
    assert.deepEqual(await unlucky.outcome, { kind: 'notStored', snapshotId: 'snap', status: undefined });
    assert.equal(unlucky.terminated(), 0);
  });

  it('never terminates when the account changed, whether or not the session has ended yet', async () => {
    const replaced = run(['completed'], { isCurrent: () => false });
    await replaced.clock.advance(60_000);
    assert.deepEqual(await replaced.outcome, { kind: 'accountChanged' });
    assert.equal(replaced.terminated(), 0);
    const abort = new AbortController();
    const ended = run(['in_progress', new ApiError('cancelled', ''), 'completed'], {}, abort.signal);
    await ended.clock.advance(1500);
    abort.abort();
    await ended.clock.advance(60_000);
    assert.deepEqual(await ended.outcome, { kind: 'accountChanged' });
    assert.equal(ended.terminated(), 0);
  });
});
