import type { Clock, Timers } from '../kernel/clock';
import type { Dialect } from '../kernel/dialect';
import type { Timings } from '../kernel/timings';
import type { Engine } from '../lifecycle/engine';
import type { Ledger } from '../records/ledger';
import type { SandboxRecord, SandboxSpec, SnapshotRecord } from '../records/records';
import type { PlanLimits } from './plan';
import type { Project } from './project';

/** What becomes of a snapshot; a snapshot that an earlier run began to take is begun again. */
export type SnapshotEvent = 'begun' | 'deleted';

/** What the parts of the model use of the cloud that they are part of. */
export interface ModelServices {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly timings: Timings;
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly plan: PlanLimits;
  readonly dialect: Dialect;
  projectById(id: string): Project | undefined;
  /** A sandbox that is in no list yet. */
  newSandbox(project: Project, spec: SandboxSpec): SandboxRecord;
  /** Lists the sandbox in its project, and reports it to the observers of launches. */
  addSandbox(project: Project, sandbox: SandboxRecord): void;
  /** Reports the event to the observers of snapshots. */
  reportSnapshot(snapshot: SnapshotRecord, event: SnapshotEvent): void;
}
