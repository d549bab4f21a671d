import assert from 'node:assert/strict';
import {
  EventEmitter,
  ExtensionMode,
  extensions,
  window,
  type Event,
  type ExtensionContext,
  type LogOutputChannel,
  type StatusBarItem,
  type TreeView,
  type TreeViewExpansionEvent,
  type TreeViewSelectionChangeEvent,
  type TreeViewVisibilityChangeEvent,
} from 'vscode';
import { compose } from '../../../src/composition';
import type { DisposableStore } from '../../../src/core/kernel/disposable';
import type { ActivityNode } from '../../../src/views/activity/activityTree';
import type { CatalogNode } from '../../../src/views/catalog/catalogTree';
import type { TreeNode } from '../../../src/views/sandboxes/treeNodes';
import type { SnapshotNode } from '../../../src/views/snapshots/snapshotTree';
import { FakeMemento } from '../../support/storage/fakeMemento';
import { instead } from './answers';

/** A view that forgets the nodes that it draws anew until it has read them again, as VS Code does, and says nothing of it. */
export class FakeView<T> {
  private readonly selections = new EventEmitter<TreeViewSelectionChangeEvent<T>>();
  private readonly folds = new EventEmitter<TreeViewExpansionEvent<T>>();
  private readonly unfolds = new EventEmitter<TreeViewExpansionEvent<T>>();
  readonly onDidChangeSelection = this.selections.event;
  readonly onDidCollapseElement = this.folds.event;
  readonly onDidExpandElement = this.unfolds.event;
  readonly onDidChangeVisibility: Event<TreeViewVisibilityChangeEvent> =
    new EventEmitter<TreeViewVisibilityChangeEvent>().event;
  readonly visible = true;
  message: string | undefined;
  description: string | undefined;
  unread: ReadonlySet<T> = new Set();
  private lit: readonly T[] = [];

  get selection(): readonly T[] {
    return this.lit.filter(node => !this.unread.has(node));
  }

  /** The view, as code takes it that was written for one of VS Code. */
  get asView(): TreeView<T> {
    return this as unknown as TreeView<T>;
  }

  select(...nodes: readonly T[]): void {
    this.lit = nodes;
    this.selections.fire({ selection: this.selection });
  }

  reveal(node: T): Promise<void> {
    this.select(node);
    return Promise.resolve();
  }

  fold(element: T): void {
    this.folds.fire({ element });
  }

  unfold(element: T): void {
    this.unfolds.fire({ element });
  }

  dispose(): void {
    for (const emitter of [this.selections, this.folds, this.unfolds]) emitter.dispose();
  }
}

/** A second composition of the extension, whose trees a test can read and whose views it plays. */
export async function composed(lifetime: DisposableStore) {
  const extension = extensions.getExtension('tensorlake-sandboxes.tensorlake-sandboxes');
  assert.ok(extension);
  const secrets = { get: () => undefined, store: () => undefined, delete: () => undefined, keys: () => [] };
  const context = {
    extension,
    extensionUri: extension.extensionUri,
    extensionMode: ExtensionMode.Test,
    globalState: new FakeMemento(),
    workspaceState: new FakeMemento(),
    secrets: { ...secrets, onDidChange: new EventEmitter().event },
    globalStorageUri: extension.extensionUri,
    storageUri: undefined,
  } as unknown as ExtensionContext;
  const fakes = {
    sandboxes: lifetime.add(new FakeView<TreeNode>()),
    snapshots: lifetime.add(new FakeView<SnapshotNode>()),
    activity: lifetime.add(new FakeView<ActivityNode>()),
    catalog: lifetime.add(new FakeView<CatalogNode>()),
  };
  const views = {
    sandboxes: fakes.sandboxes.asView,
    snapshots: fakes.snapshots.asView,
    activity: fakes.activity.asView,
    catalog: fakes.catalog.asView,
  };
  const log = window.createOutputChannel('ids', { log: true });
  lifetime.add(log);
  const statusItem = { show: () => undefined, hide: () => undefined } as unknown as StatusBarItem;
  const once = { dispose: () => undefined };
  let parts: ReturnType<typeof compose> | undefined;
  await instead({ registerWebviewPanelSerializer: () => once }, () => {
    parts = compose(context, { views, statusItem, log: log satisfies LogOutputChannel, lifetime });
    return Promise.resolve();
  });
  assert.ok(parts);
  return { ...parts, views: fakes };
}
