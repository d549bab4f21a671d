import { l10n, window } from 'vscode';
import type { Clock } from '../core/kernel/clock';
import { DisposableStore, type DisposableLike } from '../core/kernel/disposable';
import { ApiError } from '../core/kernel/errors';
import type { Logger } from '../core/kernel/logger';
import { PublicCloser, type PublicAccessSource } from '../core/publicAccess/dueClosings';
import type { PublicDeadline } from '../core/publicAccess/publicAccess';
import type { SandboxStore } from '../core/list/store';
import type { Connection } from '../host/session/connection';
import { errorText } from '../text/kit/failureText';
import { warn } from '../host/editor/messages';
import type { PublicDeadlines } from '../host/storage/publicDeadlines';
import { plainText } from '../text/kit/plainText';
import { nearTime } from '../text/kit/units';

export interface ClosingOptions {
  readonly publicDeadlines: PublicDeadlines;
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the user is at this window. */
  readonly isInFront: () => boolean;
}

/** The part of a connection that closing uses. */
type ClosingConnection = Pick<Connection, 'control' | 'signal'> & {
  readonly poller: Pick<Connection['poller'], 'learn'>;
};

/** A window in the background waits this long, so that the one in front closes first. */
const backgroundLagMs = { least: 2000, most: 5000 };
/** A closing later than this is reported as late. */
const lateMs = 60_000;
const messageMs = 15_000;

/** Closes what is due for the account of a connection, and reports it. */
export class PublicClosing implements DisposableLike {
  private readonly disposables = new DisposableStore();
  private readonly closer: PublicCloser;

  constructor(
    private readonly options: ClosingOptions,
    connection: ClosingConnection,
  ) {
    const { publicDeadlines: deadlines, store, clock, logger, isInFront } = options;
    const { least, most } = backgroundLagMs;
    const lagMs = least + Math.random() * (most - least);
    // A failure of the last session may be over, so each deadline is tried again.
    for (const deadline of this.mine())
      if (deadline.failure !== undefined) void deadlines.setFailure(deadline, undefined);
    this.closer = this.disposables.add(
      new PublicCloser({
        source: sourceOf(connection, store),
        mine: () => this.mine(),
        clock,
        random: Math.random,
        lagMs: () => (isInFront() ? 0 : lagMs),
        onDidClose: deadline => {
          void deadlines.forget(deadline);
          this.report(deadline);
        },
        onOver: deadline => {
          void deadlines.forget(deadline);
          logger.info(`Public access of ${deadline.sandboxId} ended before its time`);
        },
        onRetry: ({ sandboxId }, { kind }, delayMs) =>
          logger.warn(
            `Public access of ${sandboxId} could not be closed (${kind}); again in ${Math.round(delayMs / 1000)} s`,
          ),
        onHopeless: (deadline, error) => {
          void deadlines.setFailure(deadline, error.kind);
          logger.error(`Public access of ${deadline.sandboxId} could not be closed (${error.kind})`);
          warn(
            l10n.t(
              '{0} stays public: its time is up, but it could not be closed. {1}',
              plainText(deadline.name, 80),
              errorText(error),
            ),
          );
        },
      }),
    );
    this.disposables.add(store.onDidChange(({ current }) => this.closer.saw(current)));
    this.closer.saw(store.current);
    this.check();
  }

  check(): void {
    this.closer.look();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Deadlines of this account. A profile may have got the key of another project, whose list lacks the sandbox. */
  private mine(): readonly PublicDeadline[] {
    const { publicDeadlines: deadlines, store } = this.options;
    deadlines.reread();
    return deadlines
      .mine()
      .filter(({ deadline, claim }) => claim === 'own' || store.current.rows.has(deadline.sandboxId))
      .map(({ deadline }) => deadline);
  }

  private report({ sandboxId, name, closesAtMs }: PublicDeadline): void {
    const { clock, logger } = this.options;
    const nowMs = clock.now();
    const shown = plainText(name, 80);
    const text =
      nowMs - closesAtMs > lateMs
        ? l10n.t(
            'Public access to {0} is closed; its time was up at {1}.',
            shown,
            nearTime(closesAtMs, nowMs),
          )
        : l10n.t('Public access to {0} is closed: its time is up.', shown);
    logger.info(`Public access of ${sandboxId} was closed, its time was up`);
    window.setStatusBarMessage(`$(lock) ${text}`, messageMs);
  }
}

function sourceOf({ control, poller, signal }: ClosingConnection, store: SandboxStore): PublicAccessSource {
  const isPublic = async (id: string): Promise<boolean> => {
    try {
      const sandbox = await control.get(id, signal);
      poller.learn([sandbox]);
      return sandbox.allowUnauthenticatedAccess && sandbox.state !== 'terminated';
    } catch (error) {
      if (ApiError.is(error, 'notFound')) return false;
      throw error;
    }
  };
  const close = async (id: string): Promise<void> => {
    try {
      const sandbox = await control.update(id, { allowUnauthenticatedAccess: false }, signal);
      poller.learn([sandbox]);
      if (sandbox.allowUnauthenticatedAccess)
        throw new ApiError('invalid', 'the request was taken and nothing changed');
    } catch (error) {
      // The sandbox may have ended, or the server may lack the feature; only in the second case is it still public.
      if (!ApiError.is(error, 'notFound', 'invalid', 'conflict')) throw error;
      if (!(await isPublic(id))) throw new ApiError('notFound', error.message);
      throw ApiError.is(error, 'notFound') ? new ApiError('invalid', error.message) : error;
    }
  };
  return {
    isPublic,
    close: async id => {
      const row = store.current.rows.get(id);
      const isMarked = row !== undefined && row.action === undefined;
      if (isMarked) store.setAction([id], 'update');
      try {
        await close(id);
      } finally {
        if (isMarked) store.setAction([id], undefined, 'update');
      }
    },
  };
}
