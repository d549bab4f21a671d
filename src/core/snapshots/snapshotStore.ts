import { isSameMap } from '../kernel/identity';
import { isDeepEqual } from '../kernel/formats/json';
import { listBounds } from '../kernel/listBounds';
import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import type { SandboxSnapshot } from './snapshot';
import { type Failure, type ListStatus, staleSince } from '../list/listStatus';

/** The content of the view Snapshots. Immutable: a change is a new panel. */
export interface SnapshotPanel {
  readonly status: ListStatus;
  readonly snapshots: ReadonlyMap<string, SandboxSnapshot>;
  /** Snapshots that this window is deleting. */
  readonly deleting: ReadonlySet<string>;
  /** Rows of the last listing that could not be read. */
  readonly badRows: number;
  /** Whether the service has more of them than the last listing brought. */
  readonly isPartial: boolean;
}

const nothing = {
  snapshots: new Map<string, SandboxSnapshot>(),
  deleting: new Set<string>(),
  badRows: 0,
  isPartial: false,
};

/** Holds everything that is known about snapshots. Unchanged snapshots keep their identity. */
export class SnapshotStore implements DisposableLike {
  private readonly emitter = new Emitter<SnapshotPanel>();
  readonly onDidChange = this.emitter.event;
  private panel: SnapshotPanel = { ...nothing, status: { kind: 'signedOut' } };

  get current(): SnapshotPanel {
    return this.panel;
  }

  /** Forgets everything: the account changed. */
  reset(status: Extract<ListStatus, { kind: 'signedOut' | 'loading' }>): void {
    this.replace({ ...nothing, status });
  }

  /** Applies a listing; what is missing from it is gone, unless it brought a part only. */
  applyListing(listed: readonly SandboxSnapshot[], nowMs: number, badRows: number, isPartial = false): void {
    const known = this.panel.snapshots;
    const snapshots = new Map(isPartial ? known : []);
    for (const snapshot of listed)
      if (snapshots.size < listBounds.rows || snapshots.has(snapshot.id))
        snapshots.set(snapshot.id, sameOrNew(known, snapshot));
    const deleting = new Set([...this.panel.deleting].filter(id => snapshots.has(id)));
    this.replace({ status: { kind: 'fresh', atMs: nowMs }, snapshots, deleting, badRows, isPartial });
  }

  /** Adds or updates one snapshot. */
  upsert(snapshot: SandboxSnapshot): void {
    const snapshots = new Map(this.panel.snapshots);
    snapshots.set(snapshot.id, sameOrNew(this.panel.snapshots, snapshot));
    this.replace({ ...this.panel, snapshots });
  }

  /** Drops snapshots that the service no longer has. */
  remove(ids: readonly string[]): void {
    const snapshots = new Map(this.panel.snapshots);
    for (const id of ids) snapshots.delete(id);
    this.replace({ ...this.panel, snapshots });
  }

  /** Marks snapshots as being deleted, or no longer. */
  setDeleting(ids: readonly string[], isDeleting: boolean): void {
    const deleting = new Set(this.panel.deleting);
    for (const id of ids)
      if (isDeleting) deleting.add(id);
      else deleting.delete(id);
    this.replace({ ...this.panel, deleting });
  }

  /** Records that the list could not be read. What is known is kept, and is stale since the last good listing. */
  fail(failure: Failure): void {
    this.replace({ ...this.panel, status: staleSince(this.panel.status, failure) });
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private replace(panel: SnapshotPanel): void {
    const before = this.panel;
    const snapshots = isSameMap(before.snapshots, panel.snapshots) ? before.snapshots : panel.snapshots;
    const deleting = isSameSet(before.deleting, panel.deleting) ? before.deleting : panel.deleting;
    if (
      snapshots === before.snapshots &&
      deleting === before.deleting &&
      panel.badRows === before.badRows &&
      panel.isPartial === before.isPartial &&
      isDeepEqual(panel.status, before.status)
    )
      return;
    this.panel = { ...panel, snapshots, deleting };
    this.emitter.fire(this.panel);
  }
}

function sameOrNew(known: ReadonlyMap<string, SandboxSnapshot>, snapshot: SandboxSnapshot): SandboxSnapshot {
  const before = known.get(snapshot.id);
  return before && isDeepEqual(before.raw, snapshot.raw) ? before : snapshot;
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...b].every(id => a.has(id));
}
