import type { Clock } from '../../core/kernel/time/clock';
import { loadedOnce } from '../../core/kernel/async';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { inBackground } from '../../core/kernel/unexpected';
import type { Logger } from '../../core/kernel/logger';
import type { Failure } from '../../core/list/listStatus';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import { viewIds } from '../../manifest';
import type { Attention, Connections } from '../../host/session/connection';
import type { SessionStore } from '../../host/session/session';
import type { SnapshotPolls } from './snapshotPolls';
import { ViewLoader } from './viewLoader';

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
  /** Loaded once there is a snapshot. */
  private polls: SnapshotPolls | undefined;
  private readonly loading = loadedOnce(() => this.loadPolls());
  private isAttended = false;

  constructor(private readonly options: SnapshotLoaderOptions) {
    const { store, clock, logger } = options;
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
        status: () => store.current.status.kind,
      }),
    );
    this.disposables.add(
      store.onDidChange(({ snapshots }) => {
        if (!this.polls && snapshots.size > 0) inBackground(this.loading());
      }),
    );
  }

  setAttention(attention: Attention): void {
    this.isAttended = attention.focused && attention.visible;
    this.polls?.setOn(this.isAttended);
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

  /** See ViewLoader. */
  failUnread(failure: Failure): void {
    this.loader.failUnread(failure);
  }

  /** See ViewLoader. */
  readFailed(): void {
    this.loader.readFailed();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async loadPolls(): Promise<SnapshotPolls> {
    const { SnapshotPolls } = await import('./snapshotPolls');
    const refresh = (): Promise<void> => this.loader.refresh('background');
    const polls = this.disposables.add(new SnapshotPolls({ ...this.options, refresh }));
    polls.setOn(this.isAttended);
    this.polls = polls;
    return polls;
  }
}
