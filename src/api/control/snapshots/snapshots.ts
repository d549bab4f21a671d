import type { SandboxSnapshot, SnapshotType } from '../../../core/snapshots/snapshot';
import { segment } from '../../http/client';
import { type ControlPlane, isUnknown, sandboxPath } from '../controlPlane';
import { aboutId, mostParsed, readPage } from '../pages';
import { readSnapshot, readSnapshotRows, readStartedSnapshot, type StartedSnapshot } from './snapshotSchema';

/** Snapshots of a project, and what could not be read. */
export interface SnapshotListing extends Awaited<ReturnType<typeof readSnapshotRows>> {
  /** Whether the service says that it has more of them. Its documented list is whole. */
  readonly isTruncated: boolean;
}

/** The snapshots of a project (API reference section 2.10). All methods reject with ApiError. */
export class Snapshots {
  constructor(private readonly plane: ControlPlane) {}

  /** The same endpoints, each failure reported at once. */
  withoutRetries(): Snapshots {
    return new Snapshots(this.plane.withoutRetries());
  }

  /**
   * Whether a snapshot ends its sandbox here, even when it fails: the open-source server does that (docs/reliability.md,
   * "Another server"), or it was seen on this connection. Never fails.
   */
  async endSandbox(): Promise<boolean> {
    return this.plane.endsWithSnapshot();
  }

  /** Remembers that a snapshot was seen to end its sandbox. */
  learnEnd(): void {
    this.plane.learnEndWithSnapshot();
  }

  /** `POST /sandboxes/{id}/snapshot`; it goes on after the answer. */
  async create(
    sandboxId: string,
    type: SnapshotType | undefined,
    signal: AbortSignal,
  ): Promise<StartedSnapshot> {
    const body = type === undefined ? undefined : { snapshot_type: type };
    const path = `${sandboxPath(sandboxId)}/snapshot`;
    return readStartedSnapshot(
      await this.plane.json({ method: 'POST', path, body, signal, isIdempotent: false }),
    );
  }

  /** `GET /snapshots`, in the server's order. */
  async list(signal: AbortSignal): Promise<SnapshotListing> {
    const body = await this.plane.json({ method: 'GET', path: '/snapshots', signal }, mostParsed);
    const { rows, nextCursor, isTruncated } = readPage(body, 'snapshots');
    return { ...(await readSnapshotRows(rows)), isTruncated: isTruncated || nextCursor !== undefined };
  }

  /** `GET /snapshots/{id}`. */
  async get(id: string, signal: AbortSignal): Promise<SandboxSnapshot> {
    const answer = await this.plane.json({ method: 'GET', path: snapshotPath(id), signal });
    return aboutId(readSnapshot(answer), id, 'snapshot');
  }

  /** `DELETE /snapshots/{id}`. An unknown snapshot counts as gone already. */
  async delete(id: string, signal: AbortSignal): Promise<'deleted' | 'gone'> {
    const path = snapshotPath(id);
    const response = await this.plane.send({ method: 'DELETE', path, signal, accepts: isUnknown });
    return isUnknown(response) ? 'gone' : 'deleted';
  }
}

function snapshotPath(id: string): string {
  return `/snapshots/${segment(id)}`;
}
