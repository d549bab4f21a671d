import { isSameMap } from '../kernel/identity';
import { isDeepEqual } from '../kernel/json';
import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import type { SandboxSnapshot } from './snapshot';
import { type Failure, type ListStatus, staleSince } from '../list/listStatus';

/** Everything the view Snapshots shows of snapshots. Immutable: a change is a new panel. */
export interface SnapshotPanel {
  readonly status: ListStatus;
  readonly snapshots: ReadonlyMap<string, SandboxSnapshot>;
  /** Snapshots that this window is deleting. */
  readonly deleting: ReadonlySet<string>;
  /** Rows of the last listing that could not be read. */
  readonly badRows: number;
}

const nothing = { snapshots: new Map<string, SandboxSnapshot>(), deleting: new Set<string>(), badRows: 0 };

/** The one owner of what is known about snapshots. A snapshot that did not change keeps its identity. */
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

  /** Takes a complete listing; what is missing from it is gone. */
  applyListing(listed: readonly SandboxSnapshot[], nowMs: number, badRows: number): void {
    const known = this.panel.snapshots;
    const snapshots = new Map(listed.map(snapshot => [snapshot.id, sameOrNew(known, snapshot)]));
    const deleting = new Set([...this.panel.deleting].filter(id => snapshots.has(id)));
    this.replace({ status: { kind: 'fresh', atMs: nowMs }, snapshots, deleting, badRows });
  }

  /** Takes news of one snapshot. */
  upsert(snapshot: SandboxSnapshot): void {
    const snapshots = new Map(this.panel.snapshots);
    snapshots.set(snapshot.id, sameOrNew(this.panel.snapshots, snapshot));
    this.replace({ ...this.panel, snapshots });
  }

  /** Drops snapshots the service no longer has. */
  remove(ids: readonly string[]): void {
    const snapshots = new Map(this.panel.snapshots);
    for (const id of ids) snapshots.delete(id);
    this.replace({ ...this.panel, snapshots });
  }

  /** Marks snapshots as being deleted, or as not any more. */
  setDeleting(ids: readonly string[], isDeleting: boolean): void {
    const deleting = new Set(this.panel.deleting);
    for (const id of ids)
      if (isDeleting) deleting.add(id);
      else deleting.delete(id);
    this.replace({ ...this.panel, deleting });
  }

  /** Records that the list could not be read. What is known stays, stale since the last good listing. */
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
