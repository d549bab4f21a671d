import type { Lists } from '../app/lists/lists';
import type { Clock } from '../core/kernel/clock';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import type { SandboxStore } from '../core/list/store';
import type { Attention } from '../host/session/connection';
import type { ContextKeys } from '../host/editor/contextKeys';
import type { WindowFocus } from '../host/editor/windowFocus';
import { viewIds } from '../manifest';
import type { ActivityNode } from './activity/activityTree';
import type { CatalogNode } from './catalog/catalogTree';
import { LazyTree } from './lazyTree';
import { SnapshotDocuments } from './snapshots/snapshotDocuments';
import type { SnapshotNode } from './snapshots/snapshotTree';

export interface SideViewOptions {
  readonly sandboxes: SandboxStore;
  readonly lists: Lists;
  readonly clock: Clock;
  readonly keys: ContextKeys;
  readonly focus: WindowFocus;
}

/** The views below Sandboxes. They are folded at first: what draws one is loaded when somebody opens it. */
export class SideViews implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly snapshotTree: LazyTree<SnapshotNode>;

  constructor(private readonly options: SideViewOptions) {
    const { sandboxes, lists, clock, keys } = options;
    const own = <T extends DisposableLike>(item: T): T => this.disposables.add(item);
    const { activityLog, activityFilter, snapshots, snapshotLoader, origins, catalog } = lists;
    const shown = { sandboxes, snapshots, origins, activityLog, activityFilter, catalog, clock };
    own(new SnapshotDocuments(shown));

    this.snapshotTree = own(
      new LazyTree<SnapshotNode>(viewIds.snapshots, async view => {
        const { SnapshotTree } = await import('./snapshots/snapshotTree');
        return new SnapshotTree(view, {
          ...shown,
          onViewState: viewState => keys.set('tensorlake.snapshotsMood', viewState),
        });
      }),
    );
    const catalogTree = own(
      new LazyTree<CatalogNode>(viewIds.catalog, async view => {
        const { CatalogTree } = await import('./catalog/catalogTree');
        return new CatalogTree(view, {
          ...shown,
          onViewState: viewState => keys.set('tensorlake.catalogMood', viewState),
        });
      }),
    );
    own(
      new LazyTree<ActivityNode>(viewIds.activity, async view => {
        const { ActivityTree } = await import('./activity/activityTree');
        return new ActivityTree(view, {
          ...shown,
          onViewState: viewState => keys.set('tensorlake.activityMood', viewState),
        });
      }),
    );
    this.attend(this.snapshotTree, snapshotLoader);
    this.attend(catalogTree, lists.catalogLoader);
    own(activityFilter.onDidChange(id => keys.set('tensorlake.activityFiltered', id !== undefined)));
  }

  /** Ids of the snapshots that are selected in their view. */
  readonly selectedSnapshots = (): readonly string[] =>
    this.snapshotTree.view.selection.flatMap(node => (node.kind === 'snapshot' ? [node.snapshotId] : []));

  dispose(): void {
    this.disposables.dispose();
  }

  /** Tells a loader whether somebody looks at its view. */
  private attend<T extends object>(
    { view }: LazyTree<T>,
    loader: { setAttention(attention: Attention): void },
  ): void {
    const { focus } = this.options;
    const tell = (): void => loader.setAttention({ focused: focus.isPresent, visible: view.visible });
    this.disposables.add(focus.onDidChange(tell));
    this.disposables.add(view.onDidChangeVisibility(tell));
    tell();
  }
}
