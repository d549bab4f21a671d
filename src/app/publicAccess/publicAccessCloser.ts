import type { Clock } from '../../core/kernel/time/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import { ApiError, type ApiErrorKind } from '../../core/kernel/errors';
import { inBackground } from '../../core/kernel/unexpected';
import type { EventLike } from '../../core/kernel/event';
import type { Logger } from '../../core/kernel/logger';
import type { SandboxStore } from '../../core/list/store';
import type { DueClosings } from '../../core/publicAccess/dueClosings';
import type { PublicDeadline } from '../../core/publicAccess/publicAccess';
import type { DeadlineSession, PublicDeadlines } from '../../host/storage/publicDeadlines';
import type { ClosingConnection } from './publicAccessSource';

export interface PublicAccessCloserOptions {
  readonly sessions: { readonly onDidChange: EventLike<DeadlineSession | undefined> };
  readonly connections: { require(): Promise<ClosingConnection> };
  readonly publicDeadlines: PublicDeadlines;
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the user has this window in front of them. */
  readonly isInFront: () => boolean;
}

/** How often deadlines that another window has set are read where nothing else says that there are any. */
const rereadMs = 60_000;
/** How long a window in the background waits for one in front to close first, at least and at most. */
const backgroundLagMs = { least: 2000, most: 5000 };

/**
 * Closes public access when its time is up, for the account in use, and tells the user. The rules and the
 * words are loaded once there is something to close.
 */
export class PublicAccessCloser implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private session: DeadlineSession | undefined;
  private ofSession = new DisposableStore();
  private closings: Promise<DueClosings> | undefined;
  private timer: DisposableLike | undefined;
  /** Deadlines that are over and could not be removed from the storage, so that they are not closed again and again. */
  private readonly left = new Set<string>();

  constructor(private readonly options: PublicAccessCloserOptions) {
    const { sessions, publicDeadlines, store } = options;
    this.disposables.add(sessions.onDidChange(session => this.use(session)));
    this.disposables.add(publicDeadlines.onDidChange(() => this.check()));
    this.disposables.add(store.onDidChange(() => publicDeadlines.reread()));
  }

  dispose(): void {
    this.disposables.dispose();
    this.leave();
  }

  private use(session: DeadlineSession | undefined): void {
    this.leave();
    inBackground(this.warnOfWhatStaysOpen(session));
    this.session = session;
    this.options.publicDeadlines.useSession(session);
    if (session) this.checkRegularly();
  }

  private leave(): void {
    this.timer?.dispose();
    this.ofSession.dispose();
    this.ofSession = new DisposableStore();
    this.closings = undefined;
  }

  private checkRegularly(): void {
    this.options.publicDeadlines.reread();
    this.check();
    this.timer = this.options.clock.after(rereadMs, () => this.checkRegularly());
  }

  private check(): void {
    if (!this.session || this.options.publicDeadlines.mine().length === 0) return;
    const closings = (this.closings ??= this.start(this.ofSession));
    closings.then(
      started => started.check(),
      () => {
        // Without a connection nothing can be closed; the next check tries again.
        if (this.closings === closings) this.closings = undefined;
      },
    );
  }

  private async start(owner: DisposableStore): Promise<DueClosings> {
    const { connections, store, clock, logger, isInFront } = this.options;
    const [rules, { sourceOf }, { warnThatItStays }, connection] = await Promise.all([
      import('../../core/publicAccess/dueClosings'),
      import('./publicAccessSource'),
      import('./publicAccessNotices'),
      connections.require(),
    ]);
    if (owner.isDisposed) throw new ApiError('cancelled', '');
    const { least, most } = backgroundLagMs;
    const lagMs = least + Math.random() * (most - least);
    // What prevented it last time may have passed.
    for (const deadline of this.mine())
      if (deadline.failure !== undefined) void this.setFailure(deadline, undefined);
    const closings = owner.add(
      new rules.DueClosings({
        source: sourceOf(connection, store),
        mine: () => this.mine(),
        clock,
        random: Math.random,
        lagMs: () => (isInFront() ? 0 : lagMs),
        onDidClose: deadline => {
          void this.forget(deadline);
          inBackground(this.tell(deadline));
        },
        onOver: deadline => {
          void this.forget(deadline);
          logger.info(`Public access of ${deadline.sandboxId} ended before its time`);
        },
        onRetry: ({ sandboxId }, { kind }, delayMs) =>
          logger.warn(
            `Public access of ${sandboxId} could not be closed (${kind}); again in ${Math.round(delayMs / 1000)} s`,
          ),
        onStuck: (deadline, error) => {
          void this.setFailure(deadline, error.kind);
          warnThatItStays(deadline.name, error);
        },
      }),
    );
    owner.add(store.onDidChange(({ current }) => closings.observe(current)));
    closings.observe(store.current);
    return closings;
  }

  /** A deadline of an earlier key of the profile counts only if the list has its sandbox: the new key may be another project's. */
  private mine(): readonly PublicDeadline[] {
    const { publicDeadlines: deadlines, store } = this.options;
    deadlines.reread();
    return deadlines
      .mine()
      .filter(({ deadline, claim }) => claim === 'own' || store.current.rows.has(deadline.sandboxId))
      .map(({ deadline }) => deadline)
      .filter(deadline => !this.left.has(keyOf(deadline)));
  }

  private async forget(deadline: PublicDeadline): Promise<void> {
    const { publicDeadlines, logger } = this.options;
    try {
      await publicDeadlines.forget(deadline);
    } catch (error) {
      this.left.add(keyOf(deadline));
      logger.warn(
        `The end of public access of ${deadline.sandboxId} could not be forgotten: ${String(error)}`,
      );
    }
  }

  private async setFailure(deadline: PublicDeadline, failure: ApiErrorKind | undefined): Promise<void> {
    const { publicDeadlines, logger } = this.options;
    try {
      await publicDeadlines.setFailure(deadline, failure);
    } catch (error) {
      logger.warn(
        `The state of public access of ${deadline.sandboxId} could not be stored: ${String(error)}`,
      );
    }
  }

  private async tell({ sandboxId, name, closesAtMs }: PublicDeadline): Promise<void> {
    const { clock, logger } = this.options;
    logger.info(`Public access of ${sandboxId} was closed, its time was up`);
    const { tellClosed } = await import('./publicAccessNotices');
    tellClosed(name, closesAtMs, clock.now());
  }

  /** A user who leaves a profile is warned that nothing closes for it any more. */
  private async warnOfWhatStaysOpen(next: DeadlineSession | undefined): Promise<void> {
    const { publicDeadlines, isInFront } = this.options;
    const before = this.session;
    const isSameProfile =
      next?.endpoint.text === before?.endpoint.text && next?.profile.id === before?.profile.id;
    const open = publicDeadlines.mine();
    if (!before || isSameProfile || open.length === 0 || !isInFront()) return;
    const { warnThatSomeStayOpen } = await import('./publicAccessNotices');
    warnThatSomeStayOpen(
      open.map(({ deadline }) => deadline.name),
      before.profile.name,
    );
  }
}

function keyOf({ endpoint, sandboxId, closesAtMs }: PublicDeadline): string {
  return `${endpoint} ${sandboxId} ${closesAtMs}`;
}
