import type { SandboxPool } from '../../core/catalog/pool';
import type { BadRow } from './sandboxSchema';

/** Pools of a project, and how many entries could not be read. */
export interface PoolListing {
  readonly pools: readonly SandboxPool[];
  readonly badRows: readonly BadRow[];
}
