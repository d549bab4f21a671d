import type { Memento } from 'vscode';
import type { ActivityLog } from '../../core/activity/activityLog';
import type { CatalogStore } from '../../core/catalog/catalogStore';
import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter, type EventLike } from '../../core/kernel/event';
import { Origins } from '../../core/sandbox/origins';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import type { SnapshotLoader } from './snapshotLoader';
import type { ViewLoader } from './viewLoader';

/** What the views below Sandboxes show, as commands see it. */
export interface SideParts {
  readonly activityLog: ActivityLog;
  readonly activityFilter: ActivityFilter;
  readonly snapshots: SnapshotStore;
  readonly snapshotLoader: SnapshotLoader;
  readonly origins: Origins;
  readonly catalog: CatalogStore;
  readonly catalogLoader: ViewLoader;
  /** What is selected in them. */
  readonly selected: { snapshots(): readonly string[] };
}

/** Whose state changes the view Activity shows: those of one sandbox, or of all. Kept for the window. */
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

const originsKey = 'tensorlake.lineage';

/** What sandboxes were made from, kept in the storage of the workspace. */
export function originsOf(memento: Memento): Origins {
  return new Origins(memento.get(originsKey), pairs => void memento.update(originsKey, pairs));
}
