import { ApiError } from '../../core/kernel/errors';
import type { Clock } from '../../core/kernel/clock';
import { DisposableStore, type DisposableLike } from '../../core/kernel/disposable';
import type { Logger } from '../../core/kernel/logger';
import type { Failure } from '../../core/list/listStatus';
import type { Attention, Connection, Connections } from '../../host/session/connection';
import { withViewProgress } from '../../host/editor/progress';
import type { SessionStore } from '../../host/session/session';

export interface ViewLoaderOptions {
  readonly viewId: string;
  readonly sessions: SessionStore;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Forgets what was read, since the account changed. */
  readonly reset: (isSignedIn: boolean) => void;
  /** Reads all of it. An error it throws goes to `fail`. It must write nothing once the account has changed. */
  readonly read: (connection: Connection) => Promise<void>;
  readonly fail: (failure: Failure) => void;
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
  private reading: Promise<void> | undefined;
  private isAskedAgain = false;

  constructor(private readonly options: ViewLoaderOptions) {
    this.disposables.add(
      options.sessions.onDidChange(session => {
        this.isSignedIn = session !== undefined;
        this.readAtMs = undefined;
        options.reset(this.isSignedIn);
        if (this.isAttended) void this.refresh();
      }),
    );
  }

  setAttention({ focused, visible }: Attention): void {
    const wasAttended = this.isAttended;
    this.isAttended = focused && visible;
    if (!this.isAttended || wasAttended) return;
    const { readAtMs } = this;
    const { clock, freshForMs = defaultFreshForMs } = this.options;
    if (readAtMs === undefined || clock.elapsed() - readAtMs >= freshForMs) void this.refresh();
  }

  /** After something changed: reads now, or when the view becomes visible. */
  invalidate(): void {
    this.readAtMs = undefined;
    if (this.isAttended) void this.refresh();
  }

  /** Reads now, or once more after the read under way. Never rejects; a failure goes to `fail`. */
  async refresh(): Promise<void> {
    if (!this.isSignedIn || this.disposables.isDisposed) return;
    if (this.reading) this.isAskedAgain = true;
    else this.reading = withViewProgress(this.readAll(), this.options.viewId);
    await this.reading;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async readAll(): Promise<void> {
    do {
      this.isAskedAgain = false;
      await this.readOnce();
    } while (this.isDueAgain());
    this.reading = undefined;
  }

  private isDueAgain(): boolean {
    return this.isAskedAgain && this.isSignedIn && !this.disposables.isDisposed;
  }

  private async readOnce(): Promise<void> {
    const { connections, clock, logger, viewId } = this.options;
    let connection: Connection | undefined;
    try {
      connection = await connections.require();
      await this.options.read(connection);
    } catch (error) {
      if (ApiError.is(error, 'cancelled') || connection !== connections.current) return;
      const message = error instanceof Error ? error.message : String(error);
      const kind = ApiError.is(error) ? error.kind : 'schema';
      logger.warn(`${viewId} could not be read (${kind}): ${message}`);
      this.options.fail({ kind, message });
    }
    if (connection === connections.current) this.readAtMs = clock.elapsed();
  }
}
