import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import type { BadRow } from './sandboxSchema';

/** Snapshots of a project, and how many entries could not be read. */
export interface SnapshotListing {
  readonly snapshots: readonly SandboxSnapshot[];
  readonly badRows: readonly BadRow[];
}
