import { ApiError } from '../../core/kernel/errors';
import type { Clock } from '../../core/kernel/time/clock';
import { inBackground } from '../../core/kernel/unexpected';
import { type DisposableLike, DisposableStore } from '../../core/kernel/disposable';
import type { Logger } from '../../core/kernel/logger';
import { type Failure, failureOf, type ListStatus } from '../../core/list/listStatus';
import { type Round, Rounds } from '../../core/list/polling/rounds';
import type { Attention, Connection, Connections } from '../../host/session/connection';
import { withViewProgress } from '../../host/editor/dialogs/progress';
import type { SessionStore } from '../../host/session/session';

export interface ViewLoaderOptions {
  readonly viewId: string;
  readonly sessions: SessionStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Forgets what was read, since the account changed. */
  readonly reset: (isSignedIn: boolean) => void;
  /**
   * Reads all of it. An error it throws goes to `fail`. It must write nothing once `signal` is aborted: the account
   * changed, or a later reading takes its place.
   */
  readonly read: (connection: Connection, signal: AbortSignal) => Promise<void>;
  readonly fail: (failure: Failure) => void;
  /** How up to date what was read is. */
  readonly status: () => ListStatus['kind'];
  /** A view that becomes visible again within this time, in milliseconds, is not read again; 15 s when absent. */
  readonly freshForMs?: number;
}

const defaultFreshForMs = 15_000;

/**
 * Reads what a view shows: when it becomes visible in a window with the focus, and when asked. Nothing is read while the
 * view is out of sight.
 */
export class ViewLoader implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private isSignedIn = false;
  private isAttended = false;
  private readAtMs: number | undefined;
  private readonly rounds = this.disposables.add(new Rounds());
  private timer: DisposableLike | undefined;

  constructor(private readonly options: ViewLoaderOptions) {
    this.disposables.add(
      options.sessions.onDidChange(session => {
        this.isSignedIn = session !== undefined;
        this.readAtMs = undefined;
        options.reset(this.isSignedIn);
        if (this.isAttended) void this.refresh('background');
      }),
    );
    this.disposables.add({ dispose: () => this.timer?.dispose() });
  }

  setAttention({ focused, visible }: Attention): void {
    const wasAttended = this.isAttended;
    this.isAttended = focused && visible;
    if (!this.isAttended || wasAttended) return;
    const { readAtMs } = this;
    const { clock, freshForMs = defaultFreshForMs } = this.options;
    if (readAtMs === undefined || clock.elapsed() - readAtMs >= freshForMs) void this.refresh('background');
  }

  /** After something changed: reads now, or when the view becomes visible. */
  invalidate(): void {
    this.readAtMs = undefined;
    if (this.isAttended) void this.refresh();
  }

  /**
   * Reads now. Calls made while it is being read for the user share the next reading. For the user it waits for no other
   * request. Never rejects; a failure goes to `fail`.
   */
  refresh(asker: 'user' | 'background' = 'user'): Promise<void> {
    if (!this.isSignedIn || this.disposables.isDisposed) return Promise.resolve();
    const answered = this.rounds.ask(asker === 'user');
    this.plan();
    return answered;
  }

  /**
   * Takes over why another list of this account could not be read where the service is not reached, and nothing is known
   * of this one: reading it is tried for half a minute before it is said.
   */
  failUnread(failure: Failure): void {
    const isUnreached = failure.kind === 'network' || failure.kind === 'timeout';
    if (isUnreached && this.options.status() === 'loading') this.options.fail(failure);
  }

  /** After another list could be read again: reads this one too if it could not be. */
  readFailed(): void {
    const status = this.options.status();
    if (status !== 'failed' && status !== 'stale') return;
    this.readAtMs = undefined;
    if (this.isAttended) void this.refresh('background');
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private plan(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (this.disposables.isDisposed || !this.rounds.isAsked) return;
    if (!this.rounds.isUnderWay) {
      inBackground(withViewProgress(this.readRound(), this.options.viewId));
      return;
    }
    const { clock } = this.options;
    const dueAtMs = this.rounds.overtakenAt();
    if (dueAtMs === undefined) return;
    this.timer = clock.after(Math.max(0, dueAtMs - clock.monotonic()), () => {
      this.rounds.overtake();
      this.plan();
    });
  }

  private async readRound(): Promise<void> {
    const round = this.rounds.begin(this.options.clock.monotonic());
    this.rounds.answer();
    try {
      if (this.isSignedIn) await this.readOnce(round);
    } finally {
      if (this.rounds.end(round)) this.plan();
    }
  }

  private async readOnce(round: Round): Promise<void> {
    const { connections, clock, logger, viewId } = this.options;
    let connection: Connection | undefined;
    try {
      connection = await connections.require();
      const signal = AbortSignal.any([connection.signal, round.signal]);
      await this.options.read(connection, signal);
    } catch (error) {
      if (round.signal.aborted || ApiError.is(error, 'cancelled') || connection !== connections.current)
        return;
      const failure = failureOf(error);
      logger.warn(`${viewId} could not be read (${failure.kind}): ${failure.message}`);
      this.options.fail(failure);
    }
    if (connection === connections.current) this.readAtMs = clock.elapsed();
  }
}
