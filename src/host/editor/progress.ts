import { ProgressLocation, window } from 'vscode';
import { deferred, type Deferred } from '../../core/kernel/async';
import type { DisposableLike } from '../../core/kernel/disposable';
import { viewIds } from '../../manifest';

/** Shows the progress bar of a view, the Sandboxes view unless told otherwise, while `task` runs. */
export async function withViewProgress<T>(
  task: () => Promise<T>,
  viewId: string = viewIds.sandboxes,
): Promise<T> {
  return await window.withProgress({ location: { viewId } }, task);
}

/** Says how far something is. @param percent of the whole; as before when absent */
export type ProgressReport = (message: string, percent?: number) => void;

/** Shows a notification that can cancel `task` through the signal it is given. */
export async function withCancellableProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: ProgressReport) => Promise<T>,
): Promise<T> {
  return await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      let shown = 0;
      const report: ProgressReport = (message, percent = shown) => {
        progress.report({ message, increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      };
      const abort = new AbortController();
      const subscription = token.onCancellationRequested(() => abort.abort());
      try {
        return await task(abort.signal, report);
      } finally {
        subscription.dispose();
      }
    },
  );
}

/** The progress bar of the Sandboxes view, for as long as something without an end of its own goes on. */
export class ViewProgress implements DisposableLike {
  private running: Deferred<undefined> | undefined;

  /** Shows or hides the bar. */
  set isShown(shown: boolean) {
    if (!shown) {
      this.running?.resolve(undefined);
      this.running = undefined;
    } else if (!this.running) {
      const { promise } = (this.running = deferred<undefined>());
      void withViewProgress(() => promise);
    }
  }

  dispose(): void {
    this.isShown = false;
  }
}
