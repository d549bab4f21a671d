import type { Memento } from 'vscode';
import { CatalogStore } from '../core/catalog/catalogStore';
import type { Clock } from '../core/kernel/clock';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import { ActivityLog } from '../core/activity/activityLog';
import type { Logger } from '../core/kernel/logger';
import { SnapshotStore } from '../core/snapshots/snapshotStore';
import type { SandboxStore } from '../core/list/store';
import { ActivityFilter, originsOf, type SideParts } from '../app/lists/lists';
import { catalogLoader } from '../app/lists/catalogLoader';
import type { Attention, Connections } from '../host/session/connection';
import type { ContextKeys } from '../host/editor/contextKeys';
import type { SessionStore } from '../host/session/session';
import { SnapshotLoader } from '../app/lists/snapshotLoader';
import type { WindowFocus } from '../host/editor/windowFocus';
import { viewIds } from '../manifest';
import type { ActivityNode } from './activity/activityTree';
import type { CatalogNode } from './catalog/catalogTree';
import { LazyTree } from './lazyTree';
import { SnapshotDocuments } from './snapshots/snapshotDocuments';
import type { SnapshotNode } from './snapshots/snapshotTree';

export interface SideViewOptions {
  readonly sandboxes: SandboxStore;
  readonly sessions: SessionStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keys: ContextKeys;
  readonly focus: WindowFocus;
  readonly memento: Memento;
}

/**
 * The views below Sandboxes, and what they show. They are folded at first: what they draw is loaded, and what they show
 * is read, when somebody opens them.
 */
export class SideViews implements DisposableLike {
  private readonly disposables = new DisposableStore();
  readonly parts: SideParts;

  constructor(private readonly options: SideViewOptions) {
    const { sandboxes, sessions, clock, keys, memento } = options;
    const own = <T extends DisposableLike>(item: T): T => this.disposables.add(item);
    const activityLog = own(new ActivityLog(sandboxes, clock));
    const activityFilter = own(new ActivityFilter());
    const snapshots = own(new SnapshotStore());
    const origins = own(originsOf(memento));
    const snapshotLoader = own(new SnapshotLoader({ ...options, store: snapshots }));
    const catalog = own(new CatalogStore());
    const catalogReader = own(catalogLoader({ ...options, store: catalog }));
    const shown = { sandboxes, snapshots, origins, activityLog, activityFilter, catalog, clock };
    own(new SnapshotDocuments(shown));

    const snapshotTree = own(
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
    this.parts = {
      activityLog,
      activityFilter,
      snapshots,
      snapshotLoader,
      origins,
      catalog,
      catalogLoader: catalogReader,
      selected: {
        snapshots: () =>
          snapshotTree.view.selection.flatMap(node => (node.kind === 'snapshot' ? [node.snapshotId] : [])),
      },
    };
    this.attend(snapshotTree, snapshotLoader);
    this.attend(catalogTree, catalogReader);
    own(sessions.onDidChange(() => activityFilter.set(undefined)));
    own(activityFilter.onDidChange(id => keys.set('tensorlake.activityFiltered', id !== undefined)));
  }

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
