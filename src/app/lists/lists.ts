import type { Memento } from 'vscode';
import { ActivityLog } from '../../core/activity/activityLog';
import { CatalogStore } from '../../core/catalog/catalogStore';
import type { Clock } from '../../core/kernel/time/clock';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import type { Logger } from '../../core/kernel/logger';
import type { SandboxStore } from '../../core/list/store';
import { Origins } from '../../core/sandbox/origins';
import { SnapshotStore } from '../../core/snapshots/snapshotStore';
import type { Connections } from '../../host/session/connection';
import type { SessionStore } from '../../host/session/session';
import { catalogLoader } from './catalogLoader';
import { SnapshotEnds } from './snapshotEnds';
import { SnapshotLoader } from './snapshotLoader';
import type { ViewLoader } from './viewLoader';

export interface ListsOptions {
  readonly sandboxes: SandboxStore;
  readonly sessions: SessionStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly memento: Memento;
}

const originsKey = 'tensorlake.lineage';

/** The sandbox whose state changes the Activity view shows, or all. Kept until the window closes. */
export class ActivityFilter implements DisposableLike {
  private readonly emitter = new Emitter<string | undefined>();
  readonly onDidChange: EventLike<string | undefined> = this.emitter.event;
  private id: string | undefined;

  /** The sandbox; `undefined` for all. */
  get sandboxId(): string | undefined {
    return this.id;
  }

  set(sandboxId: string | undefined): void {
    if (sandboxId === this.id) return;
    this.id = sandboxId;
    this.emitter.fire(sandboxId);
  }

  dispose(): void {
    this.emitter.dispose();
  }
}

/** The lists that the views below Sandboxes show, with their loaders. */
export class Lists implements DisposableLike {
  private readonly disposables = new DisposableStore();
  readonly activityLog: ActivityLog;
  readonly activityFilter = this.disposables.add(new ActivityFilter());
  readonly snapshots = this.disposables.add(new SnapshotStore());
  readonly snapshotLoader: SnapshotLoader;
  /** What sandboxes were made from; restores are kept for the workspace. */
  readonly origins: Origins;
  readonly catalog = this.disposables.add(new CatalogStore());
  readonly catalogLoader: ViewLoader;

  constructor(options: ListsOptions) {
    const { sandboxes, sessions, clock, memento } = options;
    this.activityLog = this.disposables.add(new ActivityLog(sandboxes, clock));
    this.origins = this.disposables.add(
      new Origins(memento.get(originsKey), pairs => void memento.update(originsKey, pairs)),
    );
    this.snapshotLoader = this.disposables.add(new SnapshotLoader({ ...options, store: this.snapshots }));
    this.disposables.add(new SnapshotEnds({ ...options, snapshots: this.snapshots }));
    this.catalogLoader = this.disposables.add(catalogLoader({ ...options, store: this.catalog }));
    const loaders = [this.snapshotLoader, this.catalogLoader];
    this.disposables.add(
      sandboxes.onDidChange(({ previous, current }) => {
        const { status } = current;
        if ('failure' in status) for (const loader of loaders) loader.failUnread(status.failure);
        else if (status.kind === 'fresh' && 'failure' in previous.status)
          for (const loader of loaders) loader.readFailed();
      }),
    );
    this.disposables.add(
      sessions.onDidChange(() => {
        this.origins.forgetCopies();
        this.activityFilter.set(undefined);
      }),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
