import type { LifecycleTimings } from '../kernel/timings';
import type { SandboxRecord, SandboxState } from '../records/records';

export type LifecycleEvent =
  | 'start'
  | 'failStart'
  | 'giveUp'
  | 'snapshot'
  | 'snapshotDone'
  | 'snapshotEnd'
  | 'suspend'
  | 'suspendDone'
  | 'resume'
  | 'expire'
  | 'crash'
  | 'terminate'
  | 'archive';

/** The transition that time brings, and after how many milliseconds in the state. */
export interface Due {
  readonly event: LifecycleEvent;
  readonly afterMs: number;
}

interface StateRule {
  /** The state after each event. An event that is not listed is refused in this state. */
  readonly on: Readonly<Partial<Record<LifecycleEvent, SandboxState>>>;
  /** Absent, or returning `undefined`, for a state that lasts until a request changes it. */
  readonly next?: (sandbox: SandboxRecord, timings: LifecycleTimings, nowMs: number) => Due | undefined;
}

/** The lifecycle of a sandbox (API reference sections 2.3, 2.7, 2.8 and 2.10). */
export const lifecycle: Readonly<Record<SandboxState, StateRule>> = {
  pending: {
    on: { start: 'running', failStart: 'terminated', giveUp: 'terminated', terminate: 'terminated' },
    next: (sandbox, timings) => {
      if (sandbox.placed) {
        return {
          event: sandbox.startupFailure === undefined ? 'start' : 'failStart',
          afterMs: timings[sandbox.start],
        };
      }
      return sandbox.maxPendingMs === undefined
        ? undefined
        : { event: 'giveUp', afterMs: sandbox.maxPendingMs };
    },
  },
  running: {
    on: {
      snapshot: 'snapshotting',
      suspend: 'suspending',
      expire: 'terminated',
      crash: 'terminated',
      terminate: 'terminated',
    },
    next: (sandbox, timings, nowMs) => {
      if (sandbox.warm === true) return undefined;
      const timeoutMs = sandbox.timeoutSecs * timings.second;
      if (timings.timeoutIsLifetime) {
        if (timeoutMs === 0) return undefined;
        return { event: 'expire', afterMs: Math.max(0, sandbox.createdAtMs + timeoutMs - nowMs) };
      }
      const event = sandbox.name === undefined && !timings.idleSuspendsAll ? 'expire' : 'suspend';
      return { event, afterMs: timeoutMs };
    },
  },
  snapshotting: {
    on: { snapshotDone: 'running', snapshotEnd: 'terminated', terminate: 'terminated' },
    next: (_, timings) => ({
      event: timings.snapshotEnds ? 'snapshotEnd' : 'snapshotDone',
      afterMs: timings.snapshot,
    }),
  },
  suspending: {
    on: { suspendDone: 'suspended', terminate: 'terminated' },
    next: (_, timings) => ({ event: 'suspendDone', afterMs: timings.suspend }),
  },
  suspended: { on: { resume: 'pending', terminate: 'terminated' } },
  terminated: {
    on: { archive: 'terminated' },
    next: (sandbox, timings) =>
      sandbox.archivedAtMs === undefined ? { event: 'archive', afterMs: timings.archive } : undefined,
  },
  hibernating: { on: { terminate: 'terminated' } },
};

interface Ending {
  /** Absent where the server gives none. */
  readonly outcome?: string;
  readonly terminationReason?: string;
  readonly errorDetails?: unknown;
}

/** What each final event writes to `outcome`, `termination_reason` and `error_details` (API reference section 2.3). */
export const endings: Readonly<Partial<Record<LifecycleEvent, (sandbox: SandboxRecord) => Ending>>> = {
  terminate: sandbox => ({
    outcome: 'Success(UserTerminated)',
    terminationReason: sandbox.state === 'pending' ? 'cancelled' : undefined,
  }),
  snapshotEnd: () => ({}),
  expire: () => ({ outcome: 'Success(Timeout)' }),
  // What the open-source server says of a container whose daemon was killed.
  crash: () => ({ outcome: 'Failure(ContainerTerminated(Unknown))' }),
  giveUp: () => ({ outcome: 'Failure(ConstraintUnsatisfiable)', terminationReason: 'no_capacity' }),
  failStart: sandbox => sandbox.startupFailure ?? { outcome: 'Failure(Unknown)' },
};
