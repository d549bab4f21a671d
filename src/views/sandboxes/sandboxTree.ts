import { EventEmitter, TreeItem, type TreeView } from 'vscode';
import type { ChildNode, ChildSection } from '../../app/nodes/childNodes';
import type { DismissedEnds } from '../../app/ends/dismissedEnds';
import { loadedOnce } from '../../core/kernel/async';
import type { Clock } from '../../core/kernel/time/clock';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import type { Steps } from '../../core/kernel/steps';
import { viewStateOf, type ViewState } from '../../core/list/counts';
import { type Group, groupId, groupRows } from '../../core/list/groups';
import { ListObserver } from '../../core/list/polling/listObserver';
import { inBackground } from '../../core/kernel/unexpected';
import type { Row } from '../../core/list/rows';
import type { PanelChange, PanelSnapshot, SandboxStore } from '../../core/list/store';
import type { BillingStore } from '../../host/storage/billingSettings';
import type { DefaultSandboxes } from '../../host/storage/defaultSandboxes';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import type { TreeState } from '../../host/storage/treeState';
import type { ViewOptions } from '../../host/storage/viewOptions';
import type { SelectedKind } from '../../manifest';
import { attentionBadge } from '../../text/sandbox/attentionText';
import { descriptionOf, messageOf } from '../../text/sandbox/viewText';
import { causeBesideTitle } from '../cause';
import type { LoadedTree } from '../lazyTree';
import { TreeSelection } from '../treeSelection';
import { FoldedRows } from './foldedRows';
import { groupItem, hasChildren, moreItem, sandboxItem } from './treeItems';
import { TreeModel } from './treeModel';
import { moreNode, TreeNodes, type SandboxNode, type TreeNode } from './treeNodes';

export interface SandboxTreeParts {
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly billing: BillingStore;
  readonly publicDeadlines: PublicDeadlines;
  readonly dismissedEnds: DismissedEnds;
  readonly defaults: DefaultSandboxes;
  readonly state: TreeState;
  /** Called when the first sandbox is expanded. */
  readonly loadSections: () => Promise<readonly ChildSection[]>;
  /** Told whether more than one row is selected, and of which kind they are. */
  readonly tellSelection: (areSeveral: boolean, kind: SelectedKind) => void;
}

/** How many of the sandboxes selected last are remembered. */
const longestMemory = 20;

/** When the rest of a long list follows: the editor has rendered the first rows by then. */
const restAfterMs = 150;

/** The view Sandboxes: shows the store, and refreshes the nodes that look different. */
export class SandboxTree implements LoadedTree<TreeNode> {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<TreeNode[] | undefined>());
  private readonly viewStates = this.disposables.add(new Emitter<ViewState>());
  private lastViewState: ViewState | undefined;
  readonly onDidChangeTreeData = this.changes.event;
  readonly onDidChangeViewState = this.viewStates.event;
  private readonly nodes = new TreeNodes();
  private readonly model = new TreeModel();
  /** What VS Code was last told to be directly below a sandbox, and below what is inside of one. */
  private readonly readInside = new WeakMap<TreeNode, ReadonlySet<TreeNode>>();
  private readonly list: ListObserver;
  private readonly selected: TreeSelection<TreeNode>;
  private readonly folded: FoldedRows;
  private selectedLately: readonly string[] = [];
  private restTimer: DisposableLike | undefined;
  /** Whether the editor has asked for rows. */
  private isOpened = false;
  private readonly sections = loadedOnce(() => this.openSections());
  /**
   * Part of the ids of nodes below sandboxes. After a restart the editor expands the nodes whose ids it knows, and that
   * would send requests into sandboxes that nobody asked for.
   */
  private readonly childIdSuffix: string;

  constructor(
    private readonly view: TreeView<TreeNode>,
    private readonly parts: SandboxTreeParts,
    private options: ViewOptions,
  ) {
    const { store, clock, billing, publicDeadlines, dismissedEnds, defaults } = parts;
    const own = <T extends DisposableLike>(item: T): T => this.disposables.add(item);
    this.childIdSuffix = clock.now().toString(36);
    this.selected = own(new TreeSelection(view, node => this.isShown(node)));
    this.folded = own(new FoldedRows(view, parts.state));
    this.list = own(new ListObserver(store, clock, change => this.follow(change)));
    for (const source of [billing, publicDeadlines, dismissedEnds, defaults])
      own(source.onDidChange(() => this.list.refresh()));
    own(this.selected.onDidChange(() => this.takeSelection()));
    own(view.onDidChangeVisibility(() => this.restoreSelection()));
    this.list.refresh();
  }

  groups(rows: Iterable<Row>): readonly Group[] {
    return groupRows(rows, this.options);
  }

  shownGroups(): readonly Group[] {
    return this.model.groups;
  }

  /** What the view shows now: the list, or why there is none. */
  get viewState(): ViewState {
    return this.lastViewState ?? 'signedOut';
  }

  setOptions(options: ViewOptions): void {
    this.options = options;
    this.list.refresh();
  }

  selection(): readonly string[] | undefined {
    const { selection } = this.selected;
    if (!this.view.visible || selection.length === 0) return undefined;
    return selection.flatMap(node => (node.kind === 'sandbox' ? [node.sandboxId] : []));
  }

  selectedNodes(): readonly TreeNode[] {
    return this.selected.selection;
  }

  async nodesUnderKey(): Promise<readonly TreeNode[]> {
    return await this.selected.underKey();
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
    if (!node) {
      this.isOpened = true;
      await this.list.whenUpToDate();
      return this.model.groups.map(group => this.nodes.group(group.id));
    }
    switch (node.kind) {
      case 'group':
        return this.nodesOf(node.groupId);
      case 'more':
        return [];
      case 'sandbox':
      case 'child': {
        const inside = node.kind === 'sandbox' ? await this.childrenOf(node) : [...(await node.children())];
        this.readInside.set(node, new Set(inside));
        return inside;
      }
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'group') return undefined;
    if (node.kind === 'child') return node.parent ?? this.nodes.sandbox(node.sandboxId);
    if (node.kind === 'more') return this.model.groups.map(({ id }) => this.nodes.group(id)).at(-1);
    const row = this.model.row(node.sandboxId)?.row;
    return row && this.nodes.group(groupId(row.sandbox));
  }

  has(node: TreeNode): boolean {
    if (node.kind === 'group') return this.model.group(node.groupId) !== undefined;
    return node.kind === 'more' || this.model.row(node.sandboxId) !== undefined;
  }

  getTreeItem(node: TreeNode): TreeItem {
    switch (node.kind) {
      case 'group': {
        const isUnfolded = this.folded.isUnfolded(node);
        return groupItem(node.groupId, this.model, isUnfolded);
      }
      case 'sandbox': {
        const row = this.model.row(node.sandboxId);
        return row ? sandboxItem(row, node, this.folded.isUnfolded(node)) : new TreeItem(node.sandboxId);
      }
      case 'child':
        return this.childItem(node);
      case 'more':
        return moreItem();
    }
  }

  async resolveTreeItem(item: TreeItem, node: TreeNode): Promise<TreeItem> {
    if (node.kind !== 'sandbox') return item;
    const { tooltipOf } = await import('./tooltip');
    const { publicDeadlines, billing, clock } = this.parts;
    const row = this.model.row(node.sandboxId)?.row;
    const end = publicDeadlines.ends.get(node.sandboxId);
    if (row) item.tooltip = tooltipOf(row, end, billing.current, clock.now());
    return item;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Whether the view shows this very node: it is part of the tree, and nothing above it is folded. */
  private isShown(node: TreeNode): boolean {
    if (node.kind === 'group' || node.kind === 'more') return this.has(node);
    const parent = this.getParent(node);
    if (!parent || !this.isShown(parent) || !this.folded.isUnfolded(parent)) return false;
    if (parent.kind === 'sandbox' && !this.canUnfold(parent)) return false;
    return node.kind === 'child'
      ? this.readInside.get(parent)?.has(node) === true
      : this.nodes.sandbox(node.sandboxId) === node;
  }

  private canUnfold({ sandboxId }: SandboxNode): boolean {
    const row = this.model.row(sandboxId)?.row;
    return row !== undefined && hasChildren(row.sandbox);
  }

  private *follow(change: PanelChange): Steps<void> {
    const moved = this.selected.selection.find(node => hasMoved(node, change));
    yield* this.updating(moved !== undefined);
    if (moved?.kind !== 'sandbox' || this.selected.areSeveral) return;
    // Nobody wants to look for the row that they have just acted on.
    if (change.previous.rows.get(moved.sandboxId)?.action !== undefined)
      inBackground(this.reveal(moved.sandboxId));
  }

  /** @param isSelectionMoving whether a selected row goes to another group: it stays selected if all is drawn in one go */
  private *updating(isSelectionMoving: boolean): Steps<void> {
    const { store, billing, publicDeadlines, dismissedEnds, defaults, clock } = this.parts;
    const snapshot = store.current;
    const change = yield* this.model.updating(
      {
        snapshot,
        options: this.options,
        billing: billing.current,
        publicEnds: publicDeadlines.ends,
        dismissed: dismissedEnds.current,
        defaults: defaults.marked,
        areSeveralSelected: this.selected.areSeveral,
      },
      clock.now(),
    );
    if (change.kind === 'everything' || (change.kind === 'nodes' && isSelectionMoving))
      this.changes.fire(undefined);
    else if (change.kind === 'nodes')
      this.changes.fire([
        ...change.groupIds.map(id => this.nodes.group(id)),
        ...change.rowIds.map(id => this.nodes.sandbox(id)),
      ]);
    if (change.kind !== 'none') this.nodes.keepOnly(id => this.model.row(id) !== undefined);
    this.updateSurroundings(snapshot);
    if (change.kind === 'none' || this.isOpened) return;
    yield;
    this.makeFirst();
  }

  /**
   * Makes what the view shows at first, so that its texts are there when it is opened. Most of the time goes into code that
   * has not run before.
   */
  private makeFirst(): void {
    for (const { id } of this.model.groups) this.getTreeItem(this.nodes.group(id));
    for (const { sandbox } of this.model.firstShown()) this.getTreeItem(this.nodes.sandbox(sandbox.id));
  }

  private async select(sandboxId: string, focus: boolean): Promise<boolean> {
    await this.list.whenUpToDate();
    if (!this.model.row(sandboxId)) return false;
    this.showRest();
    try {
      await this.view.reveal(this.nodes.sandbox(sandboxId), { select: true, focus });
      return true;
    } catch {
      // The row left while the editor looked for it; there is nothing to select.
      return false;
    }
  }

  private takeSelection(): void {
    this.parts.tellSelection(this.selected.areSeveral, kindOf(this.selected.selection));
    const ids = this.selection() ?? [];
    this.selectedLately = [...new Set([...ids, ...this.selectedLately])].slice(0, longestMemory);
    if (ids[0] !== undefined) this.folded.setSelected(ids[0]);
    // What was held back while several rows were selected.
    if (!this.selected.areSeveral) this.list.refresh();
  }

  /** After a reload: selects the row that was selected before, without taking the focus or unfolding its group. */
  private restoreSelection(): void {
    if (!this.view.visible || this.viewState !== 'list') return;
    const sandboxId = this.folded.takeLeftSelected();
    const row = sandboxId === undefined ? undefined : this.model.row(sandboxId)?.row;
    if (!row || this.selected.selection.length > 0) return;
    if (this.folded.isUnfolded(this.nodes.group(groupId(row.sandbox))))
      inBackground(this.reveal(row.sandbox.id));
  }

  private updateSurroundings(snapshot: PanelSnapshot): void {
    const { shown, total } = this.model;
    const effect = { text: this.options.filterText, shown, total };
    const viewState = viewStateOf(snapshot, shown, total - shown);
    // The editor shows welcome content, with its buttons, only where there is no message.
    const hasRows = viewState === 'list';
    const message = hasRows ? messageOf(snapshot, effect, this.options.isHistoryShown) : undefined;
    if (this.view.message !== message) this.view.message = message;
    // For a key that is missing, the welcome content says it.
    const cause = viewState === 'keyless' ? undefined : causeBesideTitle(snapshot.status, viewState);
    const description = descriptionOf(snapshot, effect, cause);
    if (this.view.description !== description) this.view.description = description;
    const badge = attentionBadge(this.model.attention());
    if (this.view.badge?.tooltip !== badge?.tooltip) this.view.badge = badge;
    this.folded.forgetGone(snapshot);
    if (viewState === this.lastViewState) return;
    this.lastViewState = viewState;
    this.viewStates.fire(viewState);
    this.restoreSelection();
  }

  private nodesOf(groupId: string): TreeNode[] {
    const group = this.model.group(groupId);
    if (!group) return [];
    const shown = this.model.shownRows(group);
    const rows: TreeNode[] = shown.map(row => this.nodes.sandbox(row.sandbox.id));
    if (shown.length === group.rows.length) return this.model.hasMore(group) ? [...rows, moreNode] : rows;
    this.restTimer ??= this.disposables.add(this.parts.clock.after(restAfterMs, () => this.showRest()));
    return rows;
  }

  private showRest(): void {
    const groupIds = this.model.showAll();
    if (groupIds.length > 0) this.changes.fire(groupIds.map(id => this.nodes.group(id)));
  }

  private childItem(node: ChildNode): TreeItem {
    const item = node.item();
    item.id = `${node.sandboxId}/${item.id ?? ''}@${this.childIdSuffix}`;
    return item;
  }

  private async childrenOf({ sandboxId }: SandboxNode): Promise<TreeNode[]> {
    const sections = await this.sections();
    const sandbox = this.model.row(sandboxId)?.row.sandbox;
    return sandbox ? sections.flatMap(section => section.nodesOf(sandbox)) : [];
  }

  private async openSections(): Promise<readonly ChildSection[]> {
    const sections = await this.parts.loadSections();
    for (const section of sections)
      this.disposables.add(
        section.onDidChange(changed => {
          if ('kind' in changed) this.changes.fire([changed]);
          else if (this.model.row(changed.sandboxId))
            this.changes.fire([this.nodes.sandbox(changed.sandboxId)]);
        }),
      );
    return sections;
  }
}

/** What all of some nodes are to keys. */
function kindOf(nodes: readonly TreeNode[]): SelectedKind {
  const kinds = new Set(
    nodes.map(node => (node.kind === 'sandbox' ? node.kind : 'keyKind' in node ? node.keyKind : undefined)),
  );
  const [kind = 'none'] = kinds;
  return kinds.size === 1 ? kind : 'none';
}

/** Whether a node is a sandbox that a change took to another group. */
function hasMoved(node: TreeNode, { previous, current }: PanelChange): boolean {
  if (node.kind !== 'sandbox') return false;
  const [before, after] = [previous, current].map(({ rows }) => rows.get(node.sandboxId)?.sandbox);
  return before !== undefined && after !== undefined && groupId(before) !== groupId(after);
}
