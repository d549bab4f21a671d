import { l10n } from 'vscode';
import { deferred } from '../../core/kernel/async';
import type { Clock } from '../../core/kernel/time/clock';
import type { DisposableLike } from '../../core/kernel/disposable';
import { startProgress } from '../../host/editor/dialogs/progress';

/**
 * Counts down in a notification that can cancel what comes after it.
 *
 * @param signal cancels as well
 * @returns false when it was cancelled
 */
export async function countDown(
  clock: Clock,
  title: string,
  seconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const progress = startProgress(title, signal);
  const { promise, resolve } = deferred<boolean>();
  progress.signal.addEventListener('abort', () => resolve(false), { once: true });
  let timer: DisposableLike | undefined;
  const count = (left: number): void => {
    if (left === 0) resolve(true);
    progress.report(l10n.t('{0} s left to cancel', left), ((seconds - left) / seconds) * 100);
    if (left > 0) timer = clock.after(1_000, () => count(left - 1));
  };
  count(seconds);
  try {
    return (await promise) && !progress.signal.aborted;
  } finally {
    timer?.dispose();
    progress.done();
  }
}
