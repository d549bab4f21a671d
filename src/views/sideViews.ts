import type { TreeView } from 'vscode';
import type { Lists } from '../app/lists/lists';
import { loadedOnce } from '../core/kernel/async';
import type { Clock } from '../core/kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import { inBackground } from '../core/kernel/unexpected';
import type { SandboxStore } from '../core/list/store';
import type { Logger } from '../core/kernel/logger';
import type { Attention, Connections } from '../host/session/connection';
import type { ContextKeys } from '../host/editor/contextKeys';
import type { WindowFocus } from '../host/editor/windowFocus';
import type { ActivityNode, ActivityTree } from './activity/activityTree';
import type { CatalogNode, CatalogTree } from './catalog/catalogTree';
import type { SnapshotNode, SnapshotTree } from './snapshots/snapshotTree';
import { TreeSelection } from './treeSelection';

/** The views below Sandboxes. */
export interface SideTreeViews {
  readonly snapshots: TreeView<SnapshotNode>;
  readonly activity: TreeView<ActivityNode>;
  readonly catalog: TreeView<CatalogNode>;
}

export interface SideViewOptions {
  readonly views: SideTreeViews;
  readonly sandboxes: SandboxStore;
  readonly lists: Lists;
  readonly connections: Connections;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly keys: ContextKeys;
  readonly focus: WindowFocus;
}

/** What the views below Sandboxes show. They are folded at first: what draws one is loaded when somebody opens it. */
export class SideViews implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly snapshotSelection: TreeSelection<SnapshotNode>;
  private snapshotsShown: SnapshotTree | undefined;

  constructor(private readonly options: SideViewOptions) {
    const { lists, sandboxes, keys, views } = options;
    const { activityFilter } = lists;
    this.snapshotSelection = this.disposables.add(
      new TreeSelection(views.snapshots, node => this.snapshotsShown?.isShown(node) === true),
    );
    const listing = this.disposables.add(
      sandboxes.onDidChange(({ current }) => {
        if (current.status.kind !== 'fresh') return;
        listing.dispose();
        inBackground(this.catalogPresence());
      }),
    );
    this.attend(views.snapshots, lists.snapshotLoader);
    this.attend(views.catalog, lists.catalogLoader);
    this.disposables.add(
      activityFilter.onDidChange(id => keys.set('tensorlake.activityFiltered', id !== undefined)),
    );
  }

  /** Whether there is a view Pools and Images: known after the first listing. */
  readonly catalogPresence = loadedOnce(async () => {
    const { keys, lists } = this.options;
    const { CatalogPresence } = await import('../app/lists/catalogPresence');
    const tell = (isShown: boolean): void => keys.set('tensorlake.catalogShown', isShown);
    return this.disposables.add(new CatalogPresence({ ...this.options, catalog: lists.catalog, tell }));
  });

  /** Ids of the snapshots that a key in their view acts on. */
  readonly snapshotsUnderKey = async (): Promise<readonly string[]> => {
    const nodes = await this.snapshotSelection.underKey();
    return nodes.flatMap(node => (node.kind === 'snapshot' ? [node.snapshotId] : []));
  };

  async snapshotTree(): Promise<SnapshotTree> {
    const { views, sandboxes, lists, clock, keys } = this.options;
    const { snapshots, origins } = lists;
    const { SnapshotTree } = await import('./snapshots/snapshotTree');
    this.snapshotsShown = new SnapshotTree(views.snapshots, {
      snapshots,
      sandboxes,
      origins,
      clock,
      onViewState: viewState => keys.set('tensorlake.snapshotsMood', viewState),
    });
    return this.snapshotsShown;
  }

  async activityTree(): Promise<ActivityTree> {
    const { views, sandboxes, lists, clock, keys } = this.options;
    const { activityLog, activityFilter } = lists;
    const { ActivityTree } = await import('./activity/activityTree');
    return new ActivityTree(views.activity, {
      activityLog,
      activityFilter,
      sandboxes,
      clock,
      onViewState: viewState => keys.set('tensorlake.activityMood', viewState),
    });
  }

  async catalogTree(): Promise<CatalogTree> {
    const { views, sandboxes, lists, keys } = this.options;
    const { CatalogTree } = await import('./catalog/catalogTree');
    return new CatalogTree(views.catalog, {
      catalog: lists.catalog,
      sandboxes,
      onViewState: viewState => keys.set('tensorlake.catalogMood', viewState),
    });
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Tells a loader whether somebody looks at its view. */
  private attend(view: TreeView<unknown>, loader: { setAttention(attention: Attention): void }): void {
    const { focus } = this.options;
    const tell = (): void => loader.setAttention({ focused: focus.isPresent, visible: view.visible });
    this.disposables.add(focus.onDidChange(tell));
    this.disposables.add(view.onDidChangeVisibility(tell));
    tell();
  }
}
