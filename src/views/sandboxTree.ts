import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  l10n,
  window,
  type TreeDataProvider,
  type TreeView,
} from 'vscode';
import { isCapableOf } from '../core/capabilities';
import { moodOf, type PanelMood } from '../core/counts';
import { DisposableStore, type DisposableLike } from '../core/disposable';
import { Emitter } from '../core/event';
import { parseFilter } from '../core/filter';
import { groupRows, type Group } from '../core/groups';
import { reconcile, type DrawnTree } from '../core/reconcile';
import type { PanelSnapshot, Row, SandboxStore } from '../core/store';
import type { Clock } from '../core/clock';
import type { ViewOptions } from '../host/viewOptions';
import { viewIds } from '../manifest';
import type { ChildNode, ChildSection } from './childRows';
import { fieldTable, untrusted } from './markdown';
import { descriptionOf, messageOf } from './panelText';
import { fieldsOf } from './sandboxFields';
import { faceOf, viewOfRow, type RowView } from '../host/rowText';
import { stateTitle } from '../host/words';

/** A line of the tree. Lines live as long as what they stand for, so that an event can name them. */
export type TreeNode = GroupNode | SandboxNode | ChildNode;

export interface GroupNode {
  readonly kind: 'group';
  readonly groupId: string;
}

export interface SandboxNode {
  readonly kind: 'sandbox';
  readonly sandboxId: string;
}

interface DrawnRow {
  readonly row: Row;
  readonly minute: number;
  readonly view: RowView;
  /** Counts changes of the sandbox. */
  readonly revision: number;
  readonly face: string;
}

const nothing: DrawnTree = { groups: [], rowFaces: new Map() };

/** The view Sandboxes: draws the store, and redraws what looks different. */
export class SandboxTree implements TreeDataProvider<TreeNode>, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<TreeNode[] | undefined>());
  private readonly moods = this.disposables.add(new Emitter<PanelMood>());
  private lastMood: PanelMood | undefined;
  readonly onDidChangeTreeData = this.changes.event;
  readonly onDidChangeMood = this.moods.event;
  readonly view: TreeView<TreeNode>;
  private readonly nodes = new Map<string, TreeNode>();
  private groups = new Map<string, Group>();
  private drawnRows = new Map<string, DrawnRow>();
  private drawn = nothing;
  private options: ViewOptions;
  private sections: Promise<readonly ChildSection[]> | undefined;
  /**
   * Part of the ids of lines below sandboxes. The editor unfolds again, after a restart, what it knows by its id, and
   * nobody asked for a look into a sandbox then.
   */
  private readonly childIdSuffix: string;
  private drawnFor: { snapshot: PanelSnapshot; options: ViewOptions; minute: number } | undefined;

  constructor(
    private readonly store: SandboxStore,
    private readonly clock: Clock,
    options: ViewOptions,
    /** Called when the first sandbox is unfolded. Without it, there is nothing to unfold. */
    private readonly loadSections?: () => Promise<readonly ChildSection[]>,
  ) {
    this.options = options;
    this.childIdSuffix = clock.now().toString(36);
    this.view = this.disposables.add(
      window.createTreeView<TreeNode>(viewIds.sandboxes, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
      }),
    );
    this.disposables.add(store.onDidChange(() => this.update()));
    this.update();
  }

  /** What the view is about now. */
  get mood(): PanelMood {
    return this.lastMood ?? 'signedOut';
  }

  setOptions(options: ViewOptions): void {
    this.options = options;
    this.update();
  }

  selection(): readonly string[] | undefined {
    if (this.view.selection.length === 0) return undefined;
    return this.view.selection.flatMap(node => (node.kind === 'sandbox' ? [node.sandboxId] : []));
  }

  lines(): readonly TreeNode[] {
    return this.view.selection;
  }

  /** Selects a sandbox, if the view shows it. */
  async reveal(sandboxId: string): Promise<void> {
    if (!this.drawn.rowFaces.has(sandboxId) || !this.view.visible) return;
    try {
      await this.view.reveal(this.sandboxNode(sandboxId), { select: true, focus: false });
    } catch {
      // The row left while the editor looked for it; there is nothing to select.
    }
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (!node) return this.drawn.groups.map(group => this.groupNode(group.id));
    switch (node.kind) {
      case 'group':
        return (this.groups.get(node.groupId)?.rows ?? []).map(row => this.sandboxNode(row.sandbox.id));
      case 'sandbox':
        return await this.childrenOf(node);
      case 'child':
        return [...(await node.children())];
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'group') return undefined;
    if (node.kind === 'child') return node.parent ?? this.sandboxNode(node.sandboxId);
    const group = this.drawn.groups.find(({ rowIds }) => rowIds.includes(node.sandboxId));
    return group && this.groupNode(group.id);
  }

  getTreeItem(node: TreeNode): TreeItem {
    switch (node.kind) {
      case 'group':
        return this.groupItem(node);
      case 'sandbox':
        return this.sandboxItem(node);
      case 'child':
        return this.childItem(node);
    }
  }

  resolveTreeItem(item: TreeItem, node: TreeNode): TreeItem {
    const row = node.kind === 'sandbox' ? this.drawnRows.get(node.sandboxId)?.row : undefined;
    if (row) item.tooltip = untrusted(fieldTable(fieldsOf(row.sandbox)));
    return item;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const snapshot = this.store.current;
    const { options } = this;
    const minute = Math.floor(this.clock.now() / 60_000);
    const before = this.drawnFor;
    this.drawnFor = { snapshot, options, minute };
    if (
      before?.snapshot.rows !== snapshot.rows ||
      before.snapshot.archive !== snapshot.archive ||
      before.options !== options ||
      before.minute !== minute
    )
      this.redraw(snapshot, minute);
    this.updateSurroundings(snapshot);
  }

  private redraw(snapshot: PanelSnapshot, minute: number): void {
    const matches = parseFilter(this.options.filterText);
    const groups = groupRows(this.rowsInView(snapshot).filter(row => matches(row.sandbox)));
    this.groups = new Map(groups.map(group => [group.id, group]));
    const rows = new Map<string, DrawnRow>();
    for (const group of groups)
      for (const row of group.rows) rows.set(row.sandbox.id, this.drawRow(row, minute));
    this.drawnRows = rows;
    const next: DrawnTree = {
      groups: groups.map(group => ({
        id: group.id,
        face: `${group.rawState} ${group.rows.length}`,
        rowIds: group.rows.map(row => row.sandbox.id),
      })),
      rowFaces: new Map([...rows].map(([id, { face }]) => [id, face])),
    };
    const change = reconcile(this.drawn, next);
    this.drawn = next;
    if (change.kind === 'everything') this.changes.fire(undefined);
    else if (change.kind === 'nodes')
      this.changes.fire([
        ...change.groupIds.map(id => this.groupNode(id)),
        ...change.rowIds.map(id => this.sandboxNode(id)),
      ]);
    this.forgetNodes();
  }

  private drawRow(row: Row, minute: number): DrawnRow {
    const before = this.drawnRows.get(row.sandbox.id);
    if (before?.row === row && before.minute === minute) return before;
    const view = viewOfRow(row, this.clock.now());
    // The tooltip is made when it is asked for and kept by the editor, so a change of any fact draws the row anew.
    const revision = (before?.revision ?? 0) + (before && before.row.sandbox !== row.sandbox ? 1 : 0);
    return { row, minute, view, revision, face: `${faceOf(view)}\n${revision}` };
  }

  private rowsInView({ rows, archive }: PanelSnapshot): readonly Row[] {
    if (!this.options.isHistoryShown)
      return [...rows.values()].filter(row => row.sandbox.state !== 'terminated');
    return [...rows.values(), ...[...archive.values()].filter(row => !rows.has(row.sandbox.id))];
  }

  private updateSurroundings(snapshot: PanelSnapshot): void {
    const shown = this.drawn.rowFaces.size;
    const total = this.options.filterText === '' ? shown : this.rowsInView(snapshot).length;
    const effect = { text: this.options.filterText, shown, total };
    const mood = moodOf(snapshot, shown, total - shown);
    // The editor shows welcome content only where there is no message.
    const message = mood === 'list' ? messageOf(snapshot, effect) : undefined;
    if (this.view.message !== message) this.view.message = message;
    const description = descriptionOf(effect);
    if (this.view.description !== description) this.view.description = description;
    if (mood === this.lastMood) return;
    this.lastMood = mood;
    this.moods.fire(mood);
  }

  private groupItem({ groupId }: GroupNode): TreeItem {
    const group = this.groups.get(groupId);
    const state = group?.state ?? 'unknown';
    const count = group?.rows.length ?? 0;
    const title = stateTitle(state, group?.rawState ?? '');
    const item = new TreeItem(
      title,
      state === 'terminated' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded,
    );
    item.id = groupId;
    item.description = String(count);
    item.contextValue = 'group';
    item.accessibilityInformation = {
      label: count === 1 ? l10n.t('{0}, 1 sandbox', title) : l10n.t('{0}, {1} sandboxes', title, count),
    };
    return item;
  }

  private sandboxItem({ sandboxId }: SandboxNode): TreeItem {
    const drawn = this.drawnRows.get(sandboxId);
    if (!drawn) return new TreeItem(sandboxId);
    const { view } = drawn;
    const item = new TreeItem(
      view.label,
      this.loadSections && isCapableOf(drawn.row.sandbox, ['canConnect'])
        ? TreeItemCollapsibleState.Collapsed
        : TreeItemCollapsibleState.None,
    );
    item.id = `sandbox:${sandboxId}`;
    item.description = view.description;
    item.contextValue = view.contextValue;
    item.iconPath = new ThemeIcon(
      view.icon,
      view.color === undefined ? undefined : new ThemeColor(view.color),
    );
    item.accessibilityInformation = { label: view.accessibilityLabel };
    return item;
  }

  private childItem(node: ChildNode): TreeItem {
    const item = node.item();
    item.id = `${node.sandboxId}/${item.id ?? ''}@${this.childIdSuffix}`;
    return item;
  }

  private async childrenOf({ sandboxId }: SandboxNode): Promise<TreeNode[]> {
    const sections = await (this.sections ??= this.openSections());
    const sandbox = this.drawnRows.get(sandboxId)?.row.sandbox;
    return sandbox ? sections.flatMap(section => section.rowsOf(sandbox)) : [];
  }

  private async openSections(): Promise<readonly ChildSection[]> {
    const sections = (await this.loadSections?.()) ?? [];
    for (const section of sections)
      this.disposables.add(
        section.onDidChange(changed => {
          if ('kind' in changed) this.changes.fire([changed]);
          else if (this.drawnRows.has(changed.sandboxId))
            this.changes.fire([this.sandboxNode(changed.sandboxId)]);
        }),
      );
    return sections;
  }

  private groupNode(groupId: string): GroupNode {
    const known = this.nodes.get(groupId);
    if (known?.kind === 'group') return known;
    const node: GroupNode = { kind: 'group', groupId };
    this.nodes.set(groupId, node);
    return node;
  }

  private sandboxNode(sandboxId: string): SandboxNode {
    const key = `sandbox:${sandboxId}`;
    const known = this.nodes.get(key);
    if (known?.kind === 'sandbox') return known;
    const node: SandboxNode = { kind: 'sandbox', sandboxId };
    this.nodes.set(key, node);
    return node;
  }

  private forgetNodes(): void {
    for (const [key, node] of this.nodes)
      if (node.kind === 'sandbox' && !this.drawnRows.has(node.sandboxId)) this.nodes.delete(key);
  }
}
