import { ProgressLocation, window } from 'vscode';
import { viewIds } from '../manifest';

/** Shows the progress bar of the Sandboxes view while `task` runs. */
export async function withViewProgress<T>(task: () => Promise<T>): Promise<T> {
  return await window.withProgress({ location: { viewId: viewIds.sandboxes } }, task);
}

/** Shows a notification that can cancel `task` through the signal it is given. */
export async function withCancellableProgress<T>(
  title: string,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (_progress, token) => {
      const abort = new AbortController();
      const subscription = token.onCancellationRequested(() => abort.abort());
      try {
        return await task(abort.signal);
      } finally {
        subscription.dispose();
      }
    },
  );
}
