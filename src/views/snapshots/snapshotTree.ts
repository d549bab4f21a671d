import { EventEmitter, TreeItem, TreeItemCollapsibleState, l10n, type TreeView } from 'vscode';
import { capabilitiesOf } from '../../core/sandbox/capabilities';
import type { Clock } from '../../core/kernel/time/clock';
import { viewStateOf, type ViewState } from '../../core/list/counts';
import { DisposableStore } from '../../core/kernel/disposable';
import { totalBytes } from '../../core/snapshots/snapshotGroups';
import { rowName, shortId, stateLook } from '../../text/sandbox/rowText';
import { viewOfSnapshot, snapshotFields } from '../../text/snapshots';
import { byteSize } from '../../text/kit/units';
import { badRowsText, partialListText } from '../../text/kit/listText';
import { separator } from '../../text/kit/plainText';
import { stateWord } from '../../text/sandbox/stateText';
import { commandIds } from '../../manifest';
import { causeBesideTitle } from '../cause';
import type { LoadedTree } from '../lazyTree';
import { fieldTable, untrusted } from '../../text/kit/markdown';
import { staleMessage } from '../../text/sandbox/viewText';
import { themeIcon } from '../themeIcon';
import { SnapshotTreeModel, type SnapshotModelParts } from './treeModel';

/** A node of the view Snapshots. */
export type SnapshotNode =
  SourceNode | { readonly kind: 'snapshot'; readonly snapshotId: string } | RestoredNode;

/** The sandbox that snapshots were taken of. Commands for sandboxes take it as one. */
interface SourceNode {
  readonly kind: 'sandbox' | 'unknownSandbox';
  readonly groupId: string;
  readonly sandboxId?: string;
}

/** A sandbox that was restored from a snapshot. */
interface RestoredNode {
  readonly kind: 'sandbox';
  readonly sandboxId: string;
  readonly restoredFrom: string;
}

export interface SnapshotTreeParts extends SnapshotModelParts {
  readonly clock: Clock;
  readonly onViewState: (viewState: ViewState) => void;
}

/** Up to this many snapshots, all nodes are expanded at first. */
const expandedUpTo = 50;

/** The view Snapshots: shows the snapshot store, and refreshes the nodes that look different. */
export class SnapshotTree implements LoadedTree<SnapshotNode> {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<SnapshotNode[] | undefined>());
  readonly onDidChangeTreeData = this.changes.event;
  private readonly nodes = new Map<string, SnapshotNode>();
  private readonly folded = new Set<SnapshotNode>();
  private readonly model: SnapshotTreeModel;

  constructor(
    private readonly view: TreeView<SnapshotNode>,
    private readonly parts: SnapshotTreeParts,
  ) {
    this.model = new SnapshotTreeModel(parts);
    const { snapshots, sandboxes, origins } = parts;
    const update = (): void => this.update();
    this.disposables.add(snapshots.onDidChange(update));
    this.disposables.add(origins.onDidChange(update));
    this.disposables.add(
      sandboxes.onDidChange(({ previous, current }) => {
        if (previous.rows !== current.rows || previous.archive !== current.archive) update();
      }),
    );
    this.disposables.add(view.onDidCollapseElement(({ element }) => this.folded.add(element)));
    this.disposables.add(view.onDidExpandElement(({ element }) => this.folded.delete(element)));
    // A hidden view is not updated.
    this.disposables.add(view.onDidChangeVisibility(update));
    this.update();
  }

  getChildren(node?: SnapshotNode): SnapshotNode[] {
    if (!node) return this.model.groupIds.map(id => this.sourceNode(id));
    if ('groupId' in node)
      return (this.model.group(node.groupId)?.snapshots ?? []).map(({ id }) => this.snapshotNode(id));
    if (node.kind !== 'snapshot') return [];
    return this.model.restoredFrom(node.snapshotId).map(id => this.restoredNode(node.snapshotId, id));
  }

  getParent(node: SnapshotNode): SnapshotNode | undefined {
    if ('groupId' in node) return undefined;
    if (node.kind !== 'snapshot') return this.snapshotNode(node.restoredFrom);
    const id = this.model.groupOf(node.snapshotId);
    return id === undefined ? undefined : this.sourceNode(id);
  }

  has(node: SnapshotNode): boolean {
    if ('groupId' in node) return this.model.group(node.groupId) !== undefined;
    return this.model.snapshot(node.kind === 'snapshot' ? node.snapshotId : node.restoredFrom) !== undefined;
  }

  /** Whether the view shows a node that was selected: it is part of the tree, and nothing above it was folded since. */
  isShown(node: SnapshotNode): boolean {
    const parent = this.getParent(node);
    return this.has(node) && (parent === undefined || (!this.folded.has(parent) && this.isShown(parent)));
  }

  getTreeItem(node: SnapshotNode): TreeItem {
    if ('groupId' in node) return this.sourceItem(node);
    return node.kind === 'snapshot' ? this.snapshotItem(node.snapshotId) : this.restoredItem(node);
  }

  resolveTreeItem(item: TreeItem, node: SnapshotNode): TreeItem {
    const snapshot = node.kind === 'snapshot' ? this.model.snapshot(node.snapshotId) : undefined;
    if (!snapshot) return item;
    const restored = this.model.restoredFrom(snapshot.id).map(id => this.model.sandboxName(id) ?? id);
    const source = this.model.sandboxName(snapshot.sandboxId);
    item.tooltip = untrusted(fieldTable(snapshotFields(snapshot, source, restored)));
    return item;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    if (!this.view.visible) return;
    const change = this.model.update(this.parts.clock.now());
    if (change.kind === 'everything') this.changes.fire(undefined);
    else if (change.kind === 'nodes')
      this.changes.fire([
        ...change.groupIds.map(id => this.sourceNode(id)),
        ...change.rowIds.map(id => this.snapshotNode(id)),
      ]);
    this.updateSurroundings();
  }

  private updateSurroundings(): void {
    const { status, snapshots, badRows, isPartial } = this.parts.snapshots.current;
    const viewState = viewStateOf({ status }, snapshots.size, 0);
    const trouble = [isPartial ? partialListText() : undefined, badRowsText(badRows)]
      .filter(part => part !== undefined)
      .join(' ');
    // The editor shows welcome content, with its buttons, only where there is no message.
    const message =
      viewState === 'list' ? (staleMessage(status) ?? (trouble === '' ? undefined : trouble)) : undefined;
    if (this.view.message !== message) this.view.message = message;
    const bytes = totalBytes([...snapshots.values()]);
    const description =
      snapshots.size === 0
        ? causeBesideTitle(status, viewState)
        : [String(snapshots.size), ...(bytes === 0 ? [] : [byteSize(bytes)])].join(separator);
    if (this.view.description !== description) this.view.description = description;
    this.parts.onViewState(viewState);
  }

  private sourceItem(node: SourceNode): TreeItem {
    const group = this.model.group(node.groupId);
    const label = this.model.groupLabel(node.sandboxId);
    const item = new TreeItem(label, this.firstState());
    if (!group) return item;
    const row = this.model.sandboxRow(node.sandboxId);
    const count = String(group.snapshots.length);
    const size = group.totalBytes === 0 ? [] : [byteSize(group.totalBytes)];
    const state = row ? [stateWord(row.sandbox.state, row.sandbox.rawState)] : [l10n.t('sandbox is gone')];
    item.id = node.groupId;
    item.description = [count, ...size, ...(row ? [] : state)].join(separator);
    item.iconPath = themeIcon(stateLook(row?.sandbox.state ?? 'terminated'));
    item.contextValue = row ? ['source', ...capabilitiesOf(row)].join(' ') : 'goneSource';
    const spoken = count === '1' ? l10n.t('1 snapshot') : l10n.t('{0} snapshots', group.snapshots.length);
    item.accessibilityInformation = { label: [label, ...state, spoken, ...size].join(', ') };
    return item;
  }

  private snapshotItem(snapshotId: string): TreeItem {
    const snapshot = this.model.snapshot(snapshotId);
    if (!snapshot) return new TreeItem(snapshotId);
    const view = viewOfSnapshot(snapshot, this.model.isDeleting(snapshotId), this.parts.clock.now());
    const isLeaf = this.model.restoredFrom(snapshotId).length === 0;
    const item = new TreeItem(view.label, isLeaf ? TreeItemCollapsibleState.None : this.firstState());
    // The editor keeps a node collapsed that it knows as a leaf, so one that gets children gets another id.
    item.id = isLeaf ? `snapshot:${snapshotId}` : `snapshot:${snapshotId}:source`;
    item.description = view.description;
    item.iconPath = themeIcon(view);
    item.contextValue = view.contextValue;
    item.accessibilityInformation = { label: view.accessibilityLabel };
    return item;
  }

  private restoredItem({ sandboxId, restoredFrom }: RestoredNode): TreeItem {
    const row = this.model.sandboxRow(sandboxId);
    const name = row ? rowName(row) : shortId(sandboxId);
    const state = row ? stateWord(row.sandbox.state, row.sandbox.rawState) : l10n.t('gone');
    const item = new TreeItem(name);
    item.id = `restored:${restoredFrom}:${sandboxId}`;
    item.description = [l10n.t('restored'), state].join(separator);
    item.iconPath = themeIcon(stateLook(row?.sandbox.state ?? 'terminated'));
    item.contextValue = 'restored';
    item.accessibilityInformation = { label: l10n.t('{0}, restored from this snapshot, {1}', name, state) };
    item.command = { command: commandIds.showDetails, title: l10n.t('Show Details'), arguments: [sandboxId] };
    return item;
  }

  private firstState(): TreeItemCollapsibleState {
    return this.parts.snapshots.current.snapshots.size > expandedUpTo
      ? TreeItemCollapsibleState.Collapsed
      : TreeItemCollapsibleState.Expanded;
  }

  private sourceNode(groupId: string): SnapshotNode {
    const sandboxId = this.model.group(groupId)?.sandboxId;
    return this.kept(groupId, () =>
      sandboxId === undefined ? { kind: 'unknownSandbox', groupId } : { kind: 'sandbox', groupId, sandboxId },
    );
  }

  private snapshotNode(snapshotId: string): SnapshotNode {
    return this.kept(`snapshot:${snapshotId}`, () => ({ kind: 'snapshot', snapshotId }));
  }

  private restoredNode(restoredFrom: string, sandboxId: string): SnapshotNode {
    return this.kept(`restored:${restoredFrom}:${sandboxId}`, () => ({
      kind: 'sandbox',
      sandboxId,
      restoredFrom,
    }));
  }

  /** One object for each node as long as the view lives, so that a change event can name it. */
  private kept(key: string, make: () => SnapshotNode): SnapshotNode {
    const node = this.nodes.get(key) ?? make();
    this.nodes.set(key, node);
    return node;
  }
}
