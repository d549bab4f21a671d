import { ProgressLocation, window, type Progress as Bar } from 'vscode';
import { deferred, type Deferred } from '../../../core/kernel/async';
import type { Clock } from '../../../core/kernel/time/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';
import { viewIds } from '../../../manifest';
import { progressText } from '../../../text/kit/surfaces';

/** Shows the progress bar of a view until `task` has ended, and returns what it does. */
export async function withViewProgress<T>(task: Promise<T>, viewId: string = viewIds.sandboxes): Promise<T> {
  return await window.withProgress({ location: { viewId } }, () => task);
}

/** A notification that shows how far something is, and can cancel it. */
export interface Progress {
  /** Aborted by the button of the notification, or by one of the signals that the progress was started with. */
  readonly signal: AbortSignal;
  /** Says how far it is. @param percent of the whole; as before when absent */
  report(message: string, percent?: number): void;
  /** Takes the notification away. */
  done(): void;
  /** Waits for the end of `task`, takes the notification away, and returns what `task` does. */
  until<T>(task: Promise<T>): Promise<T>;
}

/** Shows a notification with a button that cancels, until the progress is done. @param others cancel as well */
export function startProgress(title: string, ...others: readonly (AbortSignal | undefined)[]): Progress {
  const bar = new CancellableBar(title);
  bar.show();
  return bar.progress(others);
}

/** Like `startProgress`, for what is usually over soon: the notification comes only when it takes longer than `delayMs`. */
export function startLateProgress(
  clock: Clock,
  delayMs: number,
  title: string,
  ...others: readonly (AbortSignal | undefined)[]
): Progress {
  const bar = new CancellableBar(title);
  const timer = clock.after(delayMs, () => bar.show());
  return bar.progress(others, () => timer.dispose());
}

/** One notification with a bar and a button that cancels. */
class CancellableBar {
  private readonly abort = new AbortController();
  private readonly end = deferred<undefined>();
  private bar: Bar<{ readonly message: string; readonly increment: number }> | undefined;
  private percentShown = 0;

  constructor(private readonly title: string) {}

  show(): void {
    const title = progressText(this.title);
    void window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      async (shown, token) => {
        this.bar = shown;
        const subscription = token.onCancellationRequested(() => this.abort.abort());
        await this.end.promise;
        subscription.dispose();
      },
    );
  }

  progress(others: readonly (AbortSignal | undefined)[], onDone: () => void = () => undefined): Progress {
    const done = (): void => {
      onDone();
      this.end.resolve(undefined);
    };
    return {
      signal: AbortSignal.any([this.abort.signal, ...others.filter(signal => signal !== undefined)]),
      report: (message, percent = this.percentShown) => {
        this.bar?.report({
          message: progressText(message),
          increment: Math.max(0, percent - this.percentShown),
        });
        this.percentShown = Math.max(this.percentShown, percent);
      },
      done,
      until: async task => {
        try {
          return await task;
        } finally {
          done();
        }
      },
    };
  }
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
      this.running = deferred<undefined>();
      void withViewProgress(this.running.promise);
    }
  }

  dispose(): void {
    this.isShown = false;
  }
}
