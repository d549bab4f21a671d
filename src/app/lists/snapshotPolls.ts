import type { Clock } from '../../core/kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { ApiError } from '../../core/kernel/errors';
import type { Logger } from '../../core/kernel/logger';
import { TransitionPolls, TransitionWatcher } from '../../core/list/polling/transitionWatcher';
import { type SandboxSnapshot, watchedSnapshot } from '../../core/snapshots/snapshot';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import type { Connections } from '../../host/session/connection';

/** When more snapshots than this are being taken, one listing replaces a read of each. */
const maxSinglePolls = 8;

export interface SnapshotPollsOptions {
  readonly store: SnapshotStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads the list in the background. */
  readonly refresh: () => Promise<void>;
}

/** Polls the snapshots that are being taken. */
export class SnapshotPolls implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly watcher: TransitionWatcher<SandboxSnapshot>;
  private readonly polls: TransitionPolls;

  constructor(private readonly options: SnapshotPollsOptions) {
    const { store, clock } = options;
    this.watcher = new TransitionWatcher(clock, watchedSnapshot);
    this.polls = this.disposables.add(new TransitionPolls(clock, this.watcher, ids => this.poll(ids)));
    this.disposables.add(store.onDidChange(({ snapshots }) => this.observe(snapshots)));
    this.observe(store.current.snapshots);
  }

  setOn(isOn: boolean): void {
    this.polls.setOn(isOn);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private observe(snapshots: ReadonlyMap<string, SandboxSnapshot>): void {
    this.watcher.forgetAllBut(snapshots);
    for (const snapshot of snapshots.values()) this.watcher.observe(snapshot);
    this.polls.plan();
  }

  /** A snapshot that cannot be read now is read the next time. */
  private async poll(ids: readonly string[]): Promise<void> {
    const { store, connections, logger } = this.options;
    const connection = connections.current;
    if (!connection) return;
    const { budget } = connection;
    const inTransition = this.watcher.polledCount();
    if (ids.length > maxSinglePolls) {
      if (budget.left('poll', inTransition) === 0) return;
      budget.spend(inTransition);
      await this.options.refresh();
      return;
    }
    for (const id of ids.slice(0, budget.left('poll', inTransition)))
      try {
        budget.spend(inTransition);
        const snapshot = await connection.snapshots.withoutRetries().get(id, connection.signal);
        if (connection !== connections.current) return;
        store.upsert(snapshot);
      } catch (error) {
        if (connection !== connections.current) return;
        if (ApiError.is(error, 'notFound')) store.remove([id]);
        else logger.debug(`Snapshot ${id} could not be read: ${String(error)}`);
      }
  }
}
