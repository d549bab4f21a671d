import type { CatalogStore } from '../../core/catalog/catalogStore';
import type { Journal } from '../../core/activity/activityLog';
import type { Lineage } from '../../core/sandbox/origins';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import type { ActivityFilter } from './activityFilter';
import type { SnapshotLoader } from './snapshotLoader';
import type { ViewLoader } from './viewLoader';

/** What the views below Sandboxes show, as commands see it. */
export interface SideParts {
  readonly journal: Journal;
  readonly activityFilter: ActivityFilter;
  readonly snapshots: SnapshotStore;
  readonly snapshotLoader: SnapshotLoader;
  readonly lineage: Lineage;
  readonly catalog: CatalogStore;
  readonly catalogLoader: ViewLoader;
  /** What is selected in them. */
  readonly selected: { snapshots(): readonly string[] };
}
