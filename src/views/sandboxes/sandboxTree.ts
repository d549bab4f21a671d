import { EventEmitter, TreeItem, type TreeView } from 'vscode';
import type { ChildNode, ChildSection } from '../../app/childNodes';
import { loadedOnce } from '../../core/kernel/async';
import type { Clock } from '../../core/kernel/clock';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import { viewStateOf, type ViewState } from '../../core/list/counts';
import { type Group, groupId, groupRows } from '../../core/list/groups';
import { ListObserver } from '../../core/list/listObserver';
import type { PanelSnapshot, Row, SandboxStore } from '../../core/list/store';
import type { BillingStore } from '../../host/storage/billingSettings';
import type { PublicDeadlines } from '../../host/storage/publicDeadlines';
import type { ViewOptions } from '../../host/storage/viewOptions';
import { billFieldsOf } from '../../text/billing';
import { fieldTable, untrusted } from '../../text/kit/markdown';
import { fieldsOf } from '../../text/sandbox/sandboxFields';
import { causeMessage, descriptionOf, messageOf } from '../../text/sandbox/viewText';
import type { LoadedTree } from '../lazyTree';
import { groupItem, moreItem, sandboxItem } from './treeItems';
import { TreeModel } from './treeModel';

/** A node of the tree. One object stands for the same thing as long as that exists, so that a change event can name it. */
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
  private readonly nodes = new Map<string, TreeNode>();
  private readonly model = new TreeModel();
  private readonly list: ListObserver;
  private selectedLately: readonly string[] = [];
  private restTimer: DisposableLike | undefined;
  private readonly sections = loadedOnce(() => this.openSections());
  /**
   * Part of the ids of nodes below sandboxes. After a restart the editor expands the nodes whose ids it knows, and that
   * would send requests into sandboxes that nobody asked for.
   */
  private readonly childIdSuffix: string;

  constructor(
    private readonly view: TreeView<TreeNode>,
    private readonly store: SandboxStore,
    private readonly clock: Clock,
    private options: ViewOptions,
    private readonly billing: BillingStore,
    private readonly publicDeadlines: PublicDeadlines,
    /** Called when the first sandbox is expanded. Without it, sandboxes have no children. */
    private readonly loadSections?: () => Promise<readonly ChildSection[]>,
  ) {
    this.childIdSuffix = clock.now().toString(36);
    this.list = this.disposables.add(new ListObserver(store, clock, () => this.update()));
    this.disposables.add(billing.onDidChange(() => this.update()));
    this.disposables.add(publicDeadlines.onDidChange(() => this.update()));
    this.disposables.add(view.onDidChangeSelection(() => this.rememberSelection()));
    this.update();
  }

  groups(rows: Iterable<Row>): readonly Group[] {
    return groupRows(rows, this.options);
  }

  /** What the view shows now: the list, or why there is none. */
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

  selectedNodes(): readonly TreeNode[] {
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
    if (!node) return this.model.groups.map(group => this.groupNode(group.id));
    switch (node.kind) {
      case 'group':
        return this.nodesOf(node.groupId);
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
    if (node.kind === 'more') return this.model.groups.map(({ id }) => this.groupNode(id)).at(-1);
    const row = this.model.row(node.sandboxId)?.row;
    return row && this.groupNode(groupId(row.sandbox));
  }

  getTreeItem(node: TreeNode): TreeItem {
    switch (node.kind) {
      case 'group':
        return groupItem(node.groupId, this.model, this.billing.current);
      case 'sandbox':
        return this.sandboxItem(node);
      case 'child':
        return this.childItem(node);
      case 'more':
        return moreItem();
    }
  }

  resolveTreeItem(item: TreeItem, node: TreeNode): TreeItem {
    const row = node.kind === 'sandbox' ? this.model.row(node.sandboxId)?.row : undefined;
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
    const change = this.model.update(input, this.clock.now());
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
    this.list.flush();
    if (!this.model.row(sandboxId)) return false;
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
    const { shown, total } = this.model;
    const effect = { text: this.options.filterText, shown, total };
    const viewState = viewStateOf(snapshot, shown, total - shown);
    // The editor shows welcome content only where there is no message.
    // For a key that is missing, the welcome content says it, with buttons.
    const cause = viewState === 'keyless' ? undefined : causeMessage(snapshot.status);
    const message = viewState === 'list' ? messageOf(snapshot, effect, this.options.isHistoryShown) : cause;
    if (this.view.message !== message) this.view.message = message;
    const description = descriptionOf(snapshot, effect);
    if (this.view.description !== description) this.view.description = description;
    if (viewState === this.lastViewState) return;
    this.lastViewState = viewState;
    this.viewStates.fire(viewState);
  }

  private nodesOf(groupId: string): TreeNode[] {
    const group = this.model.group(groupId);
    if (!group) return [];
    const shown = this.model.shownRows(group);
    const rows: TreeNode[] = shown.map(row => this.sandboxNode(row.sandbox.id));
    if (shown.length === group.rows.length) return this.model.hasMore(group) ? [...rows, moreNode] : rows;
    this.restTimer ??= this.disposables.add(this.clock.after(restAfterMs, () => this.showRest()));
    return rows;
  }

  private showRest(): void {
    const groupIds = this.model.showAll();
    if (groupIds.length > 0) this.changes.fire(groupIds.map(id => this.groupNode(id)));
  }

  private sandboxItem({ sandboxId }: SandboxNode): TreeItem {
    const row = this.model.row(sandboxId);
    return row ? sandboxItem(row, this.loadSections !== undefined) : new TreeItem(sandboxId);
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
    const sections = (await this.loadSections?.()) ?? [];
    for (const section of sections)
      this.disposables.add(
        section.onDidChange(changed => {
          if ('kind' in changed) this.changes.fire([changed]);
          else if (this.model.row(changed.sandboxId))
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
      if (node.kind === 'sandbox' && !this.model.row(node.sandboxId)) this.nodes.delete(key);
  }
}

/** The last node of the history while the archive holds more of it. */
interface MoreNode {
  readonly kind: 'more';
}

const moreNode: MoreNode = { kind: 'more' };
