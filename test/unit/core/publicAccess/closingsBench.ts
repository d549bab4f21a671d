import { ApiError, type ApiErrorKind } from '../../../../src/core/kernel/errors';
import { DueClosings } from '../../../../src/core/publicAccess/dueClosings';
import type { PublicDeadline } from '../../../../src/core/publicAccess/publicAccess';
import type { Row } from '../../../../src/core/list/rows';
import { FakeClock, settle } from '../../../support/fakeClock';

/** The outcome of one try: success, or a kind of failure. */
type Answer = 'ok' | ApiErrorKind | ApiError;

/** `DueClosings` with a service whose answers a test gives, and a log of what was tried and told. */
export function bench({ lagMs = 0 } = {}) {
  const clock = new FakeClock();
  const kept = new Map<string, PublicDeadline>();
  const log: string[] = [];
  const answers: Answer[] = [];
  const world = { isPublic: true as boolean | 'unreachable', rechecks: 0 };
  const at = (): string => `${clock.seconds} s`;
  const closings = new DueClosings({
    source: {
      close: id => {
        log.push(`${at()} close ${id}`);
        const answer = answers.shift() ?? 'ok';
        if (answer === 'ok') return Promise.resolve();
        return Promise.reject(answer instanceof ApiError ? answer : new ApiError(answer, 'no'));
      },
      isPublic: () => {
        world.rechecks += 1;
        const { isPublic } = world;
        return isPublic === 'unreachable'
          ? Promise.reject(new ApiError('network', 'no'))
          : Promise.resolve(isPublic);
      },
    },
    mine: () => [...kept.values()],
    clock,
    random: () => 0,
    lagMs: () => lagMs,
    onDidClose: ({ sandboxId }) => {
      kept.delete(sandboxId);
      log.push(`${at()} closed ${sandboxId}`);
    },
    onOver: ({ sandboxId }) => {
      kept.delete(sandboxId);
      log.push(`${at()} over ${sandboxId}`);
    },
    onStuck: (deadline, { kind }) => {
      kept.set(deadline.sandboxId, { ...deadline, failure: kind });
      log.push(`${at()} told ${deadline.sandboxId} ${kind}`);
    },
  });
  const keep = (sandboxId: string, inMs: number): void => {
    const base = { name: sandboxId, endpoint: 'e', account: 'f', profileId: 'p', profileName: 'p' };
    kept.set(sandboxId, { sandboxId, ...base, closesAtMs: clock.now() + inMs });
    closings.check();
  };
  const list = async (...rows: readonly Row[]): Promise<void> => {
    closings.observe({
      status: { kind: 'fresh', atMs: clock.now() },
      rows: new Map(rows.map(each => [each.sandbox.id, each])),
    });
    await settle();
  };
  return { clock, kept, log, answers, world, closings, keep, list };
}
