import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import type { SandboxStore } from '../../core/list/store';
import { endsBySnapshot, isEndSeen } from '../../core/snapshots/snapshotEnds';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import type { Connections } from '../../host/session/connection';

export interface SnapshotEndsOptions {
  readonly sandboxes: SandboxStore;
  readonly snapshots: SnapshotStore;
  readonly connections: Pick<Connections, 'current'>;
}

/**
 * Explains ends of sandboxes by their snapshots, where the service says nothing about them, and remembers for the
 * connection that a snapshot was seen to end its sandbox.
 */
export class SnapshotEnds implements DisposableLike {
  private readonly disposables = new DisposableStore();

  constructor(private readonly options: SnapshotEndsOptions) {
    const { sandboxes, snapshots, connections } = options;
    this.disposables.add(
      sandboxes.onDidChange(change => {
        if (change.previous.rows === change.current.rows) return;
        if (isEndSeen(change)) connections.current?.snapshots.learnEnd();
        this.explain();
      }),
    );
    this.disposables.add(snapshots.onDidChange(() => this.explain()));
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private explain(): void {
    const { sandboxes, snapshots } = this.options;
    const ids = endsBySnapshot(sandboxes.current.rows, snapshots.current.snapshots.values());
    if (ids.length > 0) sandboxes.explainEnds(ids);
  }
}
