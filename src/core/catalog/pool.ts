import type { NetworkPolicy, Resources, Sandbox } from '../sandbox/sandbox';

/** The containers of a pool: kept ready, and in use. */
export interface PoolContainers {
  readonly idle: number;
  readonly running: number;
}

/**
 * A pool of sandboxes kept warm: SandboxPoolInfo of API reference section 2.16. Times are milliseconds since the Unix
 * epoch; what was not reported is absent.
 */
export interface SandboxPool {
  readonly id: string;
  readonly namespace?: string;
  readonly image?: string;
  readonly resources: Resources;
  readonly timeoutSecs?: number;
  readonly entrypoint?: readonly string[];
  readonly minContainers?: number;
  readonly maxContainers?: number;
  /** How many containers are kept ready. */
  readonly warmContainers?: number;
  readonly networkPolicy?: NetworkPolicy;
  readonly allowUnauthenticatedAccess: boolean;
  readonly exposedPorts: readonly number[];
  readonly createdAtMs?: number;
  readonly updatedAtMs?: number;
  /** Reported for a single pool only, not in a list. */
  readonly containers?: PoolContainers;
  /** As of a sandbox: where it is set, the timeout of its sandboxes is a lifetime. */
  readonly server?: Sandbox['server'];
  readonly raw: Readonly<Record<string, unknown>>;
}

/** How many sandboxes of a pool are in use, according to the list of sandboxes. */
export function claimedOf({ id }: Pick<SandboxPool, 'id'>, sandboxes: Iterable<Sandbox>): number {
  let count = 0;
  for (const { poolId, state } of sandboxes) if (poolId === id && state !== 'terminated') count += 1;
  return count;
}
