import { l10n } from 'vscode';
import { reconcile, type DrawnTree, type TreeChange } from '../../core/list/reconcile';
import type { Row } from '../../core/list/rows';
import type { SandboxStore } from '../../core/list/store';
import { capabilitiesOf } from '../../core/sandbox/capabilities';
import type { Origins } from '../../core/sandbox/origins';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { groupSnapshots, type SnapshotGroup } from '../../core/snapshots/snapshotGroups';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import { renderKey } from '../../text/kit/rowView';
import { rowName, shortId } from '../../text/sandbox/rowText';
import { viewOfSnapshot } from '../../text/snapshots';

export interface SnapshotModelParts {
  readonly snapshots: SnapshotStore;
  readonly sandboxes: SandboxStore;
  readonly origins: Origins;
}

/** The render key of a snapshot with what it was made from, so that it is made again only when that changed. */
interface KnownKey {
  readonly snapshot: SandboxSnapshot;
  readonly isDeleting: boolean;
  readonly minute: number;
  readonly key: string;
}

/** What the view Snapshots shows, and what of it looks different from the last time. */
export class SnapshotTreeModel {
  private groups = new Map<string, SnapshotGroup>();
  private restored: ReadonlyMap<string, readonly string[]> = new Map();
  private tree: DrawnTree = { groups: [], rowKeys: new Map() };
  private keys = new Map<string, KnownKey>();

  constructor(private readonly parts: SnapshotModelParts) {}

  get groupIds(): readonly string[] {
    return this.tree.groups.map(({ id }) => id);
  }

  group(id: string): SnapshotGroup | undefined {
    return this.groups.get(id);
  }

  snapshot(id: string): SandboxSnapshot | undefined {
    return this.parts.snapshots.current.snapshots.get(id);
  }

  /** The id of the group that a snapshot is in. */
  groupOf(snapshotId: string): string | undefined {
    const snapshot = this.snapshot(snapshotId);
    return snapshot && groupIdOf(snapshot);
  }

  isDeleting(snapshotId: string): boolean {
    return this.parts.snapshots.current.deleting.has(snapshotId);
  }

  /** Ids of the sandboxes that were restored from a snapshot. */
  restoredFrom(snapshotId: string): readonly string[] {
    return this.restored.get(snapshotId) ?? [];
  }

  /** The row of a sandbox, also of one that only the archive has. */
  sandboxRow(sandboxId: string | undefined): Row | undefined {
    if (sandboxId === undefined) return undefined;
    const { rows, archive } = this.parts.sandboxes.current;
    return rows.get(sandboxId) ?? archive.get(sandboxId);
  }

  sandboxName(sandboxId: string | undefined): string | undefined {
    const row = this.sandboxRow(sandboxId);
    return row && rowName(row);
  }

  /** The label of a group of snapshots: the sandbox they were taken of. */
  groupLabel(sandboxId: string | undefined): string {
    if (sandboxId === undefined) return l10n.t('Unknown sandbox');
    return this.sandboxName(sandboxId) ?? shortId(sandboxId);
  }

  /** Takes what the stores have now, and tells what looks different. */
  update(nowMs: number): TreeChange {
    const { snapshots, origins } = this.parts;
    this.restored = origins.bySource('snapshot');
    const groups = groupSnapshots(snapshots.current.snapshots.values(), id => this.sandboxName(id));
    this.groups = new Map(groups.map(group => [groupIdOf(group), group]));
    const next: DrawnTree = {
      groups: groups.map(group => ({
        id: groupIdOf(group),
        renderKey: this.groupKey(group),
        rowIds: group.snapshots.map(({ id }) => id),
      })),
      rowKeys: this.snapshotKeys(nowMs),
    };
    const change = reconcile(this.tree, next);
    this.tree = next;
    return change;
  }

  private groupKey({ sandboxId, snapshots: { length }, totalBytes }: SnapshotGroup): string {
    const row = this.sandboxRow(sandboxId);
    const tokens = row ? capabilitiesOf(row) : ['gone'];
    return [this.groupLabel(sandboxId), row?.sandbox.rawState, ...tokens, length, totalBytes].join('\n');
  }

  private snapshotKeys(nowMs: number): ReadonlyMap<string, string> {
    const minute = Math.floor(nowMs / 60_000);
    const before = this.keys;
    this.keys = new Map();
    const keys = new Map<string, string>();
    for (const [id, snapshot] of this.parts.snapshots.current.snapshots) {
      const isDeleting = this.isDeleting(id);
      const known = before.get(id);
      const isSame =
        known?.snapshot === snapshot && known.isDeleting === isDeleting && known.minute === minute;
      const now = isSame
        ? known
        : { snapshot, isDeleting, minute, key: renderKey(viewOfSnapshot(snapshot, isDeleting, nowMs)) };
      this.keys.set(id, now);
      keys.set(id, [now.key, ...this.restoredKeys(id)].join('\n'));
    }
    return keys;
  }

  private restoredKeys(snapshotId: string): readonly string[] {
    return this.restoredFrom(snapshotId).map(id => {
      const row = this.sandboxRow(id);
      return row ? `${rowName(row)} ${row.sandbox.rawState}` : id;
    });
  }
}

function groupIdOf({ sandboxId }: { readonly sandboxId?: string | undefined }): string {
  return `source:${sandboxId ?? ''}`;
}
