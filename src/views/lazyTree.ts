import {
  EventEmitter,
  window,
  type Event,
  type ProviderResult,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
} from 'vscode';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';

/** The contents of a view that was opened. */
export interface LoadedTree<T> extends DisposableLike {
  readonly onDidChangeTreeData: Event<T[] | undefined>;
  getChildren(node?: T): T[];
  getTreeItem(node: T): TreeItem;
  resolveTreeItem(item: TreeItem, node: T): TreeItem;
}

/** A view whose code is loaded when the view is first opened. */
export class LazyTree<T extends object> implements TreeDataProvider<T>, DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly changes = this.disposables.add(new EventEmitter<T[] | undefined>());
  readonly onDidChangeTreeData = this.changes.event;
  readonly view: TreeView<T>;
  private opening: Promise<LoadedTree<T>> | undefined;
  private tree: LoadedTree<T> | undefined;

  constructor(
    viewId: string,
    private readonly load: (view: TreeView<T>) => Promise<LoadedTree<T>>,
  ) {
    this.view = this.disposables.add(
      window.createTreeView<T>(viewId, {
        treeDataProvider: this,
        canSelectMany: true,
        showCollapseAll: false,
      }),
    );
  }

  async getChildren(node?: T): Promise<T[]> {
    const tree = this.tree ?? (await (this.opening ??= this.open()));
    return tree.getChildren(node);
  }

  getTreeItem(node: T): TreeItem {
    if (!this.tree) throw new Error('A node was asked for before the tree was loaded');
    return this.tree.getTreeItem(node);
  }

  resolveTreeItem(item: TreeItem, node: T): ProviderResult<TreeItem> {
    return this.tree?.resolveTreeItem(item, node);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async open(): Promise<LoadedTree<T>> {
    const tree = this.disposables.add(await this.load(this.view));
    this.disposables.add(tree.onDidChangeTreeData(nodes => this.changes.fire(nodes)));
    this.tree = tree;
    return tree;
  }
}
