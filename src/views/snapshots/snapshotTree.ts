import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  l10n,
  type TreeView,
} from 'vscode';
import { capabilities } from '../../core/sandbox/capabilities';
import type { Clock } from '../../core/kernel/clock';
import { moodOf, type PanelMood } from '../../core/list/counts';
import { DisposableStore } from '../../core/kernel/disposable';
import type { Origins } from '../../core/sandbox/origins';
import { reconcile, type DrawnTree } from '../../core/list/reconcile';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { groupSnapshots, totalBytes, type SnapshotGroup } from '../../core/snapshots/snapshotGroups';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import type { Row, SandboxStore } from '../../core/list/store';
import { faceOf } from '../../text/kit/rowView';
import { rowName, stateLook } from '../../text/sandbox/rowText';
import { viewOfSnapshot, snapshotFields } from '../../text/snapshots';
import { byteSize } from '../../text/kit/units';
import { plainText, separator } from '../../text/kit/plainText';
import { stateWord } from '../../text/sandbox/stateText';
import { commandIds } from '../../manifest';
import type { LoadedTree } from '../lazyTree';
import { fieldTable, untrusted } from '../../text/kit/markdown';
import { staleMessage } from '../../text/sandbox/viewText';

/** A line of the view Snapshots. */
export type SnapshotNode = SourceNode | SnapshotLine | RestoredNode;

/** The sandbox that snapshots were taken of. Commands for sandboxes take it as one. */
export interface SourceNode {
  readonly kind: 'sandbox' | 'unknownSandbox';
  readonly groupId: string;
  readonly sandboxId?: string;
}

export interface SnapshotLine {
  readonly kind: 'snapshot';
  readonly snapshotId: string;
}

/** A sandbox that was restored from a snapshot. */
export interface RestoredNode {
  readonly kind: 'sandbox';
  readonly sandboxId: string;
  readonly restoredFrom: string;
}

export interface SnapshotTreeParts {
  readonly snapshots: SnapshotStore;
  readonly sandboxes: SandboxStore;
  readonly origins: Origins;
  readonly clock: Clock;
  readonly onMood: (mood: PanelMood) => void;
}

interface DrawnSnapshot {
  readonly snapshot: SandboxSnapshot;
  readonly isDeleting: boolean;
  readonly minute: number;
  readonly face: string;
}

/** Up to so many snapshots, everything is unfolded. */
const unfoldedUpTo = 50;
const nothing: DrawnTree = { groups: [], rowFaces: new Map() };

/** The view Snapshots: draws the snapshot store, and redraws what looks different. */
export class SnapshotTree implements LoadedTree<SnapshotNode> {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<SnapshotNode[] | undefined>());
  readonly onDidChangeTreeData = this.changes.event;
  private readonly nodes = new Map<string, SnapshotNode>();
  private groups = new Map<string, SnapshotGroup>();
  private restored: ReadonlyMap<string, readonly string[]> = new Map();
  private drawn = nothing;
  private faces = new Map<string, DrawnSnapshot>();

  constructor(
    private readonly view: TreeView<SnapshotNode>,
    private readonly parts: SnapshotTreeParts,
  ) {
    const { snapshots, sandboxes, origins } = parts;
    const update = (): void => this.update();
    this.disposables.add(snapshots.onDidChange(update));
    this.disposables.add(origins.onDidChange(update));
    this.disposables.add(
      sandboxes.onDidChange(({ previous, current }) => {
        if (previous.rows !== current.rows || previous.archive !== current.archive) update();
      }),
    );
    // The ages of a view that nobody saw are old when it comes back.
    this.disposables.add(view.onDidChangeVisibility(update));
    this.update();
  }

  getChildren(node?: SnapshotNode): SnapshotNode[] {
    if (!node) return this.drawn.groups.map(({ id }) => this.sourceNode(id));
    if ('groupId' in node)
      return (this.groups.get(node.groupId)?.snapshots ?? []).map(({ id }) => this.snapshotLine(id));
    if (node.kind !== 'snapshot') return [];
    return (this.restored.get(node.snapshotId) ?? []).map(id => this.restoredNode(node.snapshotId, id));
  }

  getTreeItem(node: SnapshotNode): TreeItem {
    if ('groupId' in node) return this.sourceItem(node);
    return node.kind === 'snapshot' ? this.snapshotItem(node) : this.restoredItem(node);
  }

  resolveTreeItem(item: TreeItem, node: SnapshotNode): TreeItem {
    const snapshot = node.kind === 'snapshot' ? this.snapshotOf(node.snapshotId) : undefined;
    if (!snapshot) return item;
    const restored = (this.restored.get(snapshot.id) ?? []).map(id => this.nameOf(id) ?? id);
    const source = snapshot.sandboxId === undefined ? undefined : this.nameOf(snapshot.sandboxId);
    item.tooltip = untrusted(fieldTable(snapshotFields(snapshot, source, restored)));
    return item;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    // What nobody sees is drawn when it comes into view.
    if (!this.view.visible) return;
    const { snapshots, origins, clock } = this.parts;
    const { current } = snapshots;
    this.restored = origins.bySource('snapshot');
    const groups = groupSnapshots(current.snapshots.values(), id => this.nameOf(id));
    this.groups = new Map(groups.map(group => [groupIdOf(group), group]));
    const rowFaces = this.drawSnapshots(clock.now());
    const next: DrawnTree = {
      groups: groups.map(group => ({
        id: groupIdOf(group),
        face: this.sourceFace(group),
        rowIds: group.snapshots.map(({ id }) => id),
      })),
      rowFaces,
    };
    const change = reconcile(this.drawn, next);
    this.drawn = next;
    if (change.kind === 'everything') this.changes.fire(undefined);
    else if (change.kind === 'nodes')
      this.changes.fire([
        ...change.groupIds.map(id => this.sourceNode(id)),
        ...change.rowIds.map(id => this.snapshotLine(id)),
      ]);
    this.updateSurroundings();
  }

  private updateSurroundings(): void {
    const { status, snapshots, badRows } = this.parts.snapshots.current;
    const mood = moodOf({ status }, snapshots.size, 0);
    const bad = badRows === 0 ? undefined : l10n.t('{0} could not be read; the log says why.', badRows);
    // The editor shows welcome content only where there is no message.
    const message = mood === 'list' ? (staleMessage(status) ?? bad) : undefined;
    if (this.view.message !== message) this.view.message = message;
    const bytes = totalBytes([...snapshots.values()]);
    const description =
      snapshots.size === 0
        ? undefined
        : [String(snapshots.size), ...(bytes === 0 ? [] : [byteSize(bytes)])].join(separator);
    if (this.view.description !== description) this.view.description = description;
    this.parts.onMood(mood);
  }

  private sourceItem(node: SourceNode): TreeItem {
    const group = this.groups.get(node.groupId);
    const item = new TreeItem(this.sourceLabel(node.sandboxId), this.foldedState());
    if (!group) return item;
    const row = node.sandboxId === undefined ? undefined : this.rowOf(node.sandboxId);
    const look = row ? stateLook(row.sandbox.state) : { icon: 'circle-slash', color: 'disabledForeground' };
    const count = String(group.snapshots.length);
    const size = group.totalBytes === 0 ? [] : [byteSize(group.totalBytes)];
    const state = row ? [stateWord(row.sandbox.state, row.sandbox.rawState)] : [l10n.t('sandbox is gone')];
    item.id = node.groupId;
    item.description = [count, ...size, ...(row ? [] : state)].join(separator);
    item.iconPath = icon(look.icon, look.color);
    item.contextValue = row
      ? ['source', ...capabilities(row.sandbox, row.action !== undefined)].join(' ')
      : 'goneSource';
    const spoken = count === '1' ? l10n.t('1 snapshot') : l10n.t('{0} snapshots', group.snapshots.length);
    item.accessibilityInformation = {
      label: [this.sourceLabel(node.sandboxId), ...state, spoken, ...size].join(', '),
    };
    return item;
  }

  private snapshotItem({ snapshotId }: SnapshotLine): TreeItem {
    const snapshot = this.snapshotOf(snapshotId);
    if (!snapshot) return new TreeItem(snapshotId);
    const view = viewOfSnapshot(snapshot, this.isDeleting(snapshotId), this.parts.clock.now());
    const restored = this.restored.get(snapshotId) ?? [];
    const item = new TreeItem(
      view.label,
      restored.length === 0 ? TreeItemCollapsibleState.None : this.foldedState(),
    );
    // A line the editor knows as one without others below it stays folded when it gets some, unless it is a new one.
    item.id = restored.length === 0 ? `snapshot:${snapshotId}` : `snapshot:${snapshotId}:source`;
    item.description = view.description;
    item.iconPath = icon(view.icon, view.color);
    item.contextValue = view.contextValue;
    item.accessibilityInformation = { label: view.accessibilityLabel };
    return item;
  }

  private restoredItem({ sandboxId, restoredFrom }: RestoredNode): TreeItem {
    const row = this.rowOf(sandboxId);
    const name = row ? rowName(row) : shortId(sandboxId);
    const state = row ? stateWord(row.sandbox.state, row.sandbox.rawState) : l10n.t('gone');
    const item = new TreeItem(name);
    const look = row ? stateLook(row.sandbox.state) : { icon: 'circle-slash', color: 'disabledForeground' };
    item.id = `restored:${restoredFrom}:${sandboxId}`;
    item.description = [l10n.t('restored'), state].join(separator);
    item.iconPath = icon(look.icon, look.color);
    item.contextValue = 'restored';
    item.accessibilityInformation = { label: l10n.t('{0}, restored from this snapshot, {1}', name, state) };
    item.command = { command: commandIds.showDetails, title: l10n.t('Show Details'), arguments: [sandboxId] };
    return item;
  }

  private foldedState(): TreeItemCollapsibleState {
    return this.parts.snapshots.current.snapshots.size > unfoldedUpTo
      ? TreeItemCollapsibleState.Collapsed
      : TreeItemCollapsibleState.Expanded;
  }

  private sourceFace(group: SnapshotGroup): string {
    const row = group.sandboxId === undefined ? undefined : this.rowOf(group.sandboxId);
    const tokens = row ? capabilities(row.sandbox, row.action !== undefined) : ['gone'];
    const { length } = group.snapshots;
    return [
      this.sourceLabel(group.sandboxId),
      row?.sandbox.rawState,
      ...tokens,
      length,
      group.totalBytes,
    ].join('\n');
  }

  /** The faces of all snapshots; one that looks as before is not drawn again. */
  private drawSnapshots(nowMs: number): ReadonlyMap<string, string> {
    const minute = Math.floor(nowMs / 60_000);
    const before = this.faces;
    this.faces = new Map();
    const rowFaces = new Map<string, string>();
    for (const [id, snapshot] of this.parts.snapshots.current.snapshots) {
      const isDeleting = this.isDeleting(id);
      const known = before.get(id);
      const isSame =
        known?.snapshot === snapshot && known.isDeleting === isDeleting && known.minute === minute;
      const drawn = isSame
        ? known
        : { snapshot, isDeleting, minute, face: faceOf(viewOfSnapshot(snapshot, isDeleting, nowMs)) };
      this.faces.set(id, drawn);
      rowFaces.set(id, [drawn.face, ...this.restoredFaces(id)].join('\n'));
    }
    return rowFaces;
  }

  private restoredFaces(snapshotId: string): readonly string[] {
    return (this.restored.get(snapshotId) ?? []).map(id => {
      const row = this.rowOf(id);
      return row ? `${rowName(row)} ${row.sandbox.rawState}` : id;
    });
  }

  private sourceLabel(sandboxId: string | undefined): string {
    if (sandboxId === undefined) return l10n.t('Unknown sandbox');
    return this.nameOf(sandboxId) ?? shortId(sandboxId);
  }

  private nameOf(sandboxId: string): string | undefined {
    const row = this.rowOf(sandboxId);
    return row && rowName(row);
  }

  private rowOf(sandboxId: string): Row | undefined {
    const { rows, archive } = this.parts.sandboxes.current;
    return rows.get(sandboxId) ?? archive.get(sandboxId);
  }

  private snapshotOf(id: string): SandboxSnapshot | undefined {
    return this.parts.snapshots.current.snapshots.get(id);
  }

  private isDeleting(id: string): boolean {
    return this.parts.snapshots.current.deleting.has(id);
  }

  private sourceNode(groupId: string): SnapshotNode {
    const sandboxId = this.groups.get(groupId)?.sandboxId;
    return this.kept(groupId, () =>
      sandboxId === undefined ? { kind: 'unknownSandbox', groupId } : { kind: 'sandbox', groupId, sandboxId },
    );
  }

  private snapshotLine(snapshotId: string): SnapshotNode {
    return this.kept(`snapshot:${snapshotId}`, () => ({ kind: 'snapshot', snapshotId }));
  }

  private restoredNode(restoredFrom: string, sandboxId: string): SnapshotNode {
    return this.kept(`restored:${restoredFrom}:${sandboxId}`, () => ({
      kind: 'sandbox',
      sandboxId,
      restoredFrom,
    }));
  }

  /** Lines live as long as the view, so that an event can name them. */
  private kept(key: string, make: () => SnapshotNode): SnapshotNode {
    const node = this.nodes.get(key) ?? make();
    this.nodes.set(key, node);
    return node;
  }
}

function groupIdOf({ sandboxId }: SnapshotGroup): string {
  return `source:${sandboxId ?? ''}`;
}

/** Letters of an id that stand for a sandbox without a name. */
const shortIdLength = 8;

function shortId(id: string): string {
  const text = plainText(id);
  return text.length > shortIdLength + 1 ? `${text.slice(0, shortIdLength)}…` : text;
}

function icon(id: string, color: string | undefined): ThemeIcon {
  return new ThemeIcon(id, color === undefined ? undefined : new ThemeColor(color));
}
