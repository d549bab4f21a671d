import {
  EventEmitter,
  window,
  type Event,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  type TreeViewOptions,
} from 'vscode';
import { loadedOnce } from '../core/kernel/async';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';

/** The contents of a view that was opened. */
export interface LoadedTree<T> extends DisposableLike {
  readonly onDidChangeTreeData: Event<T[] | undefined>;
  getChildren(node?: T): T[] | Promise<T[]>;
  /** The editor asks for it before anything else when a node is to be revealed. */
  getParent?(node: T): T | undefined;
  /** Whether a node is still part of the tree; without it, nodes are taken to stay. */
  has?(node: T): boolean;
  getTreeItem(node: T): TreeItem;
  resolveTreeItem(item: TreeItem, node: T): TreeItem | Promise<TreeItem>;
}

/** How often something is selected anew until it stays. */
const mostTries = 3;

/** A view that is there from the start; its contents are loaded when it is first opened. */
export class LazyTree<T extends object> implements TreeDataProvider<T>, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<T[] | undefined>());
  readonly onDidChangeTreeData = this.changes.event;
  readonly view: TreeView<T>;
  private readonly loaded: () => Promise<LoadedTree<T>>;
  private selection: readonly T[] = [];

  constructor(
    viewId: string,
    load: () => Promise<LoadedTree<T>>,
    options?: Pick<TreeViewOptions<T>, 'showCollapseAll' | 'dragAndDropController'>,
  ) {
    this.loaded = loadedOnce(async () => {
      const tree = this.disposables.add(await load());
      this.disposables.add(tree.onDidChangeTreeData(nodes => this.redraw(nodes)));
      return tree;
    });
    this.view = this.disposables.add(
      window.createTreeView<T>(viewId, { ...options, treeDataProvider: this, canSelectMany: true }),
    );
    this.disposables.add(
      this.view.onDidChangeSelection(({ selection }) => {
        const before = this.selection;
        this.selection = selection;
        if (before.length > 1 && selection.length <= 1) void this.repeatSelection(before);
      }),
    );
  }

  async getChildren(node?: T): Promise<T[]> {
    return await (await this.loaded()).getChildren(node);
  }

  async getParent(node: T): Promise<T | undefined> {
    return (await this.loaded()).getParent?.(node);
  }

  async getTreeItem(node: T): Promise<TreeItem> {
    return (await this.loaded()).getTreeItem(node);
  }

  async resolveTreeItem(item: TreeItem, node: T): Promise<TreeItem> {
    return (await this.loaded()).resolveTreeItem(item, node);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /**
   * When selected rows leave the list, the editor goes on as if several were selected, and its menus lack what is for one
   * row. It counts again when something is selected: what is left of them, or else the first row.
   */
  private async repeatSelection(before: readonly T[]): Promise<void> {
    const tree = await this.loaded();
    const has = (node: T): boolean => tree.has?.(node) ?? true;
    if (before.every(has)) return;
    // What is left may leave as well before the editor selects it.
    for (let tries = 0; tries < mostTries; tries += 1) {
      const node = this.view.selection.find(has) ?? (await tree.getChildren())[0];
      if (node === undefined || !this.view.visible || this.view.selection.length > 1) return;
      try {
        await this.view.reveal(node, { select: true, focus: false });
        if (has(node)) return;
      } catch {
        // It has left.
      }
    }
  }

  /**
   * When the editor draws a selected row again, it no longer lights the selected ones below it, although commands still
   * act on them. When it draws everything again, all stay lit.
   */
  private redraw(nodes: T[] | undefined): void {
    // It leaves out what it has not read again since the last redraw, so what it told before counts too.
    const areSeveral = Math.max(this.selection.length, this.view.selection.length) > 1;
    this.changes.fire(areSeveral ? undefined : nodes);
  }
}
