import { l10n } from 'vscode';
import { deferred } from '../../core/kernel/async';
import type { Clock } from '../../core/kernel/time/clock';
import type { DisposableLike } from '../../core/kernel/disposable';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { ContextKeys } from '../../host/editor/contextKeys';
import { startProgress } from '../../host/editor/dialogs/progress';

/** The time that is left to cancel what cleaning up is about to do. */
export class Countdown {
  private stop = (): void => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly keys: ContextKeys,
  ) {}

  /** Cancels what waits now: the key and the command for it, as the keyboard does not reach a notification in five seconds. */
  get stopping(): CommandHandler {
    return { failureTitle: () => l10n.t('Could not stop'), run: () => this.stop() };
  }

  /**
   * Counts down in a notification that can cancel what comes after it.
   *
   * @param signal cancels as well
   * @returns false when it was cancelled
   */
  async run(title: string, seconds: number, signal: AbortSignal): Promise<boolean> {
    const progress = startProgress(title, signal);
    const { promise, resolve } = deferred<boolean>();
    const cancel = (): void => resolve(false);
    progress.signal.addEventListener('abort', cancel, { once: true });
    let timer: DisposableLike | undefined;
    const count = (left: number): void => {
      if (left === 0) resolve(true);
      progress.report(l10n.t('{0} s left to cancel (Escape)', left), ((seconds - left) / seconds) * 100);
      if (left > 0) timer = this.clock.after(1_000, () => count(left - 1));
    };
    this.stop = cancel;
    this.keys.set('tensorlake.cleanUpWaits', true);
    count(seconds);
    try {
      return (await promise) && !progress.signal.aborted;
    } finally {
      this.stop = () => undefined;
      this.keys.set('tensorlake.cleanUpWaits', false);
      timer?.dispose();
      progress.done();
    }
  }
}
