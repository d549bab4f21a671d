import {
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  type TreeDragAndDropController,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from 'vscode';
import type { ChildNode, ChildSection } from '../../app/childNodes';
import type { Clock } from '../../core/kernel/clock';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import { viewStateOf, type ViewState } from '../../core/list/counts';
import { type Group, groupId, groupRows } from '../../core/list/groups';
import type { PanelSnapshot, Row, SandboxStore } from '../../core/list/store';
import { isCapableOf } from '../../core/sandbox/capabilities';
import type { BillingStore } from '../../host/storage/billingSettings';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import type { ViewOptions } from '../../host/storage/viewOptions';
import { commandIds, viewIds } from '../../manifest';
import { billFieldsOf } from '../../text/billing';
import { fieldTable, untrusted } from '../../text/kit/markdown';
import { separator } from '../../text/kit/plainText';
import { fieldsOf } from '../../text/sandbox/sandboxFields';
import { stateTitle } from '../../text/sandbox/stateText';
import { descriptionOf, messageOf } from '../../text/sandbox/viewText';
import { DrawnPanel, groupParts } from './treeModel';

/** A line of the tree. Lines live as long as what they stand for, so that an event can name them. */
export type TreeNode = GroupNode | SandboxNode | ChildNode | MoreNode;

export interface GroupNode {
  readonly kind: 'group';
  readonly groupId: string;
}

export interface SandboxNode {
  readonly kind: 'sandbox';
  readonly sandboxId: string;
}

/** How many of the sandboxes selected last are remembered. */
const longestMemory = 20;

/** Rows of all groups that are shown at the very first, so that a long list is there at once: as many as fit most windows. */
const firstRows = 60;

/** When the rest follows: the editor has drawn the first rows by then, and nobody has scrolled past them. */
const restAfterMs = 150;

/** The view Sandboxes: draws the store, and redraws what looks different. */
export class SandboxTree implements TreeDataProvider<TreeNode>, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<TreeNode[] | undefined>());
  private readonly viewStates = this.disposables.add(new Emitter<ViewState>());
  private lastViewState: ViewState | undefined;
  readonly onDidChangeTreeData = this.changes.event;
  readonly onDidChangeViewState = this.viewStates.event;
  readonly view: TreeView<TreeNode>;
  private readonly nodes = new Map<string, TreeNode>();
  private readonly drawn = new DrawnPanel();
  private selectedLately: readonly string[] = [];
  /** Groups whose rest is to follow; absent once everything is shown. */
  private cutGroups: Set<string> | undefined = new Set();
  private sections: Promise<readonly ChildSection[]> | undefined;
  /**
   * Part of the ids of lines below sandboxes. The editor unfolds again, after a restart, what it knows by its id, and
   * nobody asked for a look into a sandbox then.
   */
  private readonly childIdSuffix: string;

  constructor(
    private readonly store: SandboxStore,
    private readonly clock: Clock,
    private options: ViewOptions,
    private readonly billing: BillingStore,
    private readonly publicDeadlines: PublicDeadlines,
    /** Called when the first sandbox is unfolded. Without it, there is nothing to unfold. */
    private readonly loadSections?: () => Promise<readonly ChildSection[]>,
    drops?: TreeDragAndDropController<TreeNode>,
  ) {
    this.childIdSuffix = clock.now().toString(36);
    this.view = this.disposables.add(
      window.createTreeView<TreeNode>(viewIds.sandboxes, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: true,
        dragAndDropController: drops,
      }),
    );
    this.disposables.add(store.onDidChange(() => this.update()));
    this.disposables.add(billing.onDidChange(() => this.update()));
    this.disposables.add(publicDeadlines.onDidChange(() => this.update()));
    this.disposables.add(this.view.onDidChangeSelection(() => this.rememberSelection()));
    this.update();
  }

  groups(rows: Iterable<Row>): readonly Group[] {
    return groupRows(rows, this.options);
  }

  /** What the view is about now. */
  get viewState(): ViewState {
    return this.lastViewState ?? 'signedOut';
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

  /** Ids of the sandboxes that were selected lately, the last first. */
  recent(): readonly string[] {
    return this.selectedLately;
  }

  /** Selects a sandbox, if the view is open and shows it. */
  async reveal(sandboxId: string): Promise<void> {
    if (this.view.visible) await this.select(sandboxId, false);
  }

  /** Opens the view, if need be, and takes the user to a sandbox in it. False when the view does not show it. */
  async revealAndFocus(sandboxId: string): Promise<boolean> {
    return await this.select(sandboxId, true);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (!node) return this.drawn.groups.map(group => this.groupNode(group.id));
    switch (node.kind) {
      case 'group':
        return this.rowsOf(node.groupId);
      case 'more':
        return [];
      case 'sandbox':
        return await this.childrenOf(node);
      case 'child':
        return [...(await node.children())];
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'group') return undefined;
    if (node.kind === 'child') return node.parent ?? this.sandboxNode(node.sandboxId);
    if (node.kind === 'more') return this.drawn.groups.map(({ id }) => this.groupNode(id)).at(-1);
    const drawn = this.drawn.row(node.sandboxId);
    return drawn && this.groupNode(groupId(drawn.row.sandbox));
  }

  getTreeItem(node: TreeNode): TreeItem {
    switch (node.kind) {
      case 'group':
        return this.groupItem(node);
      case 'sandbox':
        return this.sandboxItem(node);
      case 'child':
        return this.childItem(node);
      case 'more':
        return moreItem();
    }
  }

  resolveTreeItem(item: TreeItem, node: TreeNode): TreeItem {
    const row = node.kind === 'sandbox' ? this.drawn.row(node.sandboxId)?.row : undefined;
    if (row)
      item.tooltip = untrusted(
        fieldTable([
          ...fieldsOf(row.sandbox, this.publicDeadlines.ends.get(row.sandbox.id), this.clock.now()),
          ...billFieldsOf(row, this.billing.current),
        ]),
      );
    return item;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const snapshot = this.store.current;
    const { options } = this;
    const publicEnds = this.publicDeadlines.ends;
    const input = { snapshot, options, billing: this.billing.current, publicEnds };
    const change = this.drawn.draw(input, this.clock.now());
    if (change.kind === 'everything') this.changes.fire(undefined);
    else if (change.kind === 'nodes')
      this.changes.fire([
        ...change.groupIds.map(id => this.groupNode(id)),
        ...change.rowIds.map(id => this.sandboxNode(id)),
      ]);
    if (change.kind !== 'none') this.forgetNodes();
    this.updateSurroundings(snapshot);
  }

  private async select(sandboxId: string, focus: boolean): Promise<boolean> {
    if (!this.drawn.row(sandboxId)) return false;
    this.showRest();
    try {
      await this.view.reveal(this.sandboxNode(sandboxId), { select: true, focus });
      return true;
    } catch {
      // The row left while the editor looked for it; there is nothing to select.
      return false;
    }
  }

  private rememberSelection(): void {
    const ids = this.selection() ?? [];
    this.selectedLately = [...new Set([...ids, ...this.selectedLately])].slice(0, longestMemory);
  }

  private updateSurroundings(snapshot: PanelSnapshot): void {
    const { shown, total } = this.drawn;
    const effect = { text: this.options.filterText, shown, total };
    const viewState = viewStateOf(snapshot, shown, total - shown);
    // The editor shows welcome content only where there is no message.
    const message = viewState === 'list' ? messageOf(snapshot, effect) : undefined;
    if (this.view.message !== message) this.view.message = message;
    const description = descriptionOf(snapshot, effect);
    if (this.view.description !== description) this.view.description = description;
    if (viewState === this.lastViewState) return;
    this.lastViewState = viewState;
    this.viewStates.fire(viewState);
  }

  private rowsOf(groupId: string): TreeNode[] {
    const group = this.drawn.group(groupId);
    if (!group) return [];
    const shown = this.shownFirst(group);
    const rows: TreeNode[] = group.rows.slice(0, shown).map(row => this.sandboxNode(row.sandbox.id));
    return shown === group.rows.length && this.drawn.hasMore(group) ? [...rows, moreNode] : rows;
  }

  /** How many rows of a group are shown now, after those of the groups above it. Sees to it that the rest follows. */
  private shownFirst(group: Group): number {
    if (!this.cutGroups) return group.rows.length;
    let above = 0;
    for (const each of this.drawn.groups) {
      if (each === group) break;
      above += each.rows.length;
    }
    const shown = Math.min(group.rows.length, Math.max(1, firstRows - above));
    if (shown === group.rows.length) return shown;
    if (this.cutGroups.size === 0) this.disposables.add(this.clock.after(restAfterMs, () => this.showRest()));
    this.cutGroups.add(group.id);
    return shown;
  }

  private showRest(): void {
    const cut = this.cutGroups;
    this.cutGroups = undefined;
    if (cut && cut.size > 0) this.changes.fire([...cut].map(id => this.groupNode(id)));
  }

  private groupItem({ groupId }: GroupNode): TreeItem {
    const group = this.drawn.group(groupId);
    const state = group?.state ?? 'unknown';
    const count = group?.rows.length ?? 0;
    const title = stateTitle(state, group?.rawState ?? '');
    const item = new TreeItem(
      title,
      state === 'terminated' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded,
    );
    item.id = groupId;
    const { count: countText, cost } = group ? groupParts(group, this.billing.current) : { count: '0' };
    const counted = group && this.drawn.hasMore(group) ? l10n.t('{0} and more', countText) : countText;
    item.description = [counted, ...(cost === undefined ? [] : [cost])].join(separator);
    item.contextValue = 'group';
    const spoken = count === 1 ? l10n.t('{0}, 1 sandbox', title) : l10n.t('{0}, {1} sandboxes', title, count);
    item.accessibilityInformation = { label: cost === undefined ? spoken : `${spoken}, ${cost}` };
    return item;
  }

  private sandboxItem({ sandboxId }: SandboxNode): TreeItem {
    const drawn = this.drawn.row(sandboxId);
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
    const sandbox = this.drawn.row(sandboxId)?.row.sandbox;
    return sandbox ? sections.flatMap(section => section.nodesOf(sandbox)) : [];
  }

  private async openSections(): Promise<readonly ChildSection[]> {
    const sections = (await this.loadSections?.()) ?? [];
    for (const section of sections)
      this.disposables.add(
        section.onDidChange(changed => {
          if ('kind' in changed) this.changes.fire([changed]);
          else if (this.drawn.row(changed.sandboxId))
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
      if (node.kind === 'sandbox' && !this.drawn.row(node.sandboxId)) this.nodes.delete(key);
  }
}

/** The last line of the history while the archive holds more of it. */
interface MoreNode {
  readonly kind: 'more';
}

const moreNode: MoreNode = { kind: 'more' };

/** Draws it: Enter or a click loads the next page. */
function moreItem(): TreeItem {
  const title = l10n.t('Load more…');
  const item = new TreeItem(title);
  item.id = 'more';
  item.iconPath = new ThemeIcon('ellipsis');
  item.contextValue = 'more';
  item.command = { command: commandIds.loadMoreHistory, title };
  item.accessibilityInformation = { label: l10n.t('Load more terminated sandboxes'), role: 'button' };
  return item;
}
