import type { SandboxPool } from '../../../core/catalog/pool';
import { segment } from '../../http/client';
import type { ControlPlane } from '../controlPlane';
import type { CreateOutcome } from '../sandboxes/createSchema';
import { aboutId, mostParsed, readPage } from '../pages';
import { readPool, readPoolRows } from './poolSchema';

/** Pools of a project, and what could not be read. */
export interface PoolListing extends Awaited<ReturnType<typeof readPoolRows>> {
  /** Whether the service says that it has more of them. Its documented list is whole. */
  readonly isTruncated: boolean;
}

/** The sandbox pools of a project (API reference section 2.16). All methods reject with ApiError. */
export class Pools {
  constructor(private readonly plane: ControlPlane) {}

  /** The same endpoints, each failure reported at once. */
  withoutRetries(): Pools {
    return new Pools(this.plane.withoutRetries());
  }

  /** `GET /sandbox-pools`, without the containers they hold. */
  async list(signal: AbortSignal): Promise<PoolListing> {
    const body = await this.plane.json({ method: 'GET', path: '/sandbox-pools', signal }, mostParsed);
    const { rows, nextCursor, isTruncated } = readPage(body, 'pools');
    const read = await readPoolRows(rows);
    const pools = await this.withServer(read.pools);
    return { ...read, pools, isTruncated: isTruncated || nextCursor !== undefined };
  }

  /** `GET /sandbox-pools/{id}`, with the containers it holds. */
  async get(id: string, signal: AbortSignal): Promise<SandboxPool> {
    const answer = await this.plane.json({ method: 'GET', path: poolPath(id), signal });
    const read = readPool(answer);
    const [pool = read] = await this.withServer([read]);
    return aboutId(pool, id, 'pool');
  }

  /** The same pools, marked where they are of the open-source server: its rows have no member for an entrypoint. */
  private async withServer(read: readonly SandboxPool[]): Promise<readonly SandboxPool[]> {
    if (!read.some(({ raw }) => !('entrypoint' in raw)) || !(await this.plane.isOpenSource())) return read;
    return read.map(pool => ({ ...pool, server: 'openSource' }));
  }

  /**
   * `POST /sandbox-pools/{id}/sandboxes`: a sandbox of the pool, waited for by the server. One that waits for the pool to
   * have room is `pending`. See `ControlPlane.create`.
   */
  async claim(poolId: string, signal: AbortSignal): Promise<CreateOutcome> {
    return this.plane.create(`${poolPath(poolId)}/sandboxes`, {}, signal);
  }
}

function poolPath(id: string): string {
  return `/sandbox-pools/${segment(id)}`;
}
