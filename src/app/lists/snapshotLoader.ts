import type { Clock } from '../../core/kernel/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { ApiError } from '../../core/kernel/errors';
import type { Logger } from '../../core/kernel/logger';
import { type SandboxSnapshot, watchedSnapshot } from '../../core/snapshots/snapshot';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import { TransitionPolls, TransitionWatcher } from '../../core/list/transitionWatcher';
import { viewIds } from '../../manifest';
import type { Attention, Connections } from '../../host/session/connection';
import type { SessionStore } from '../../host/session/session';
import { ViewLoader } from './viewLoader';

/** When more snapshots than this are being taken, one listing replaces a read of each. */
const maxSinglePolls = 8;

export interface SnapshotLoaderOptions {
  readonly store: SnapshotStore;
  readonly sessions: SessionStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps the snapshots up to date while their view is visible (see ViewLoader), and polls those being taken. */
export class SnapshotLoader implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly loader: ViewLoader;
  private readonly watcher: TransitionWatcher<SandboxSnapshot>;
  private readonly polls: TransitionPolls;

  constructor(private readonly options: SnapshotLoaderOptions) {
    const { store, clock, logger } = options;
    this.watcher = new TransitionWatcher(clock, watchedSnapshot);
    this.polls = this.disposables.add(new TransitionPolls(clock, this.watcher, ids => this.poll(ids)));
    this.loader = this.disposables.add(
      new ViewLoader({
        ...options,
        viewId: viewIds.snapshots,
        reset: isSignedIn => store.reset({ kind: isSignedIn ? 'loading' : 'signedOut' }),
        read: async (connection, signal) => {
          const { snapshots, badRows, badRowList, isCut, isTruncated } =
            await connection.snapshots.list(signal);
          if (signal.aborted) return;
          for (const { index, reason } of badRowList)
            logger.warn(`Row ${index} of the snapshots could not be read: ${reason}`);
          store.applyListing(snapshots, clock.now(), badRows, isCut || isTruncated);
        },
        fail: failure => store.fail(failure),
      }),
    );
    this.disposables.add(store.onDidChange(({ snapshots }) => this.observe(snapshots)));
  }

  setAttention(attention: Attention): void {
    this.polls.setOn(attention.focused && attention.visible);
    this.loader.setAttention(attention);
  }

  /** Reads the list now. Never rejects; a failure goes into the store. */
  async refresh(): Promise<void> {
    await this.loader.refresh();
  }

  /** After a command changed something: reads the list now, or when the view becomes visible. */
  invalidate(): void {
    this.loader.invalidate();
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
      await this.loader.refresh('background');
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
