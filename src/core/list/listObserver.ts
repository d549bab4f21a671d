import type { Clock } from '../kernel/clock';
import type { DisposableLike } from '../kernel/disposable';
import type { PanelChange, SandboxStore } from './store';

/** Of a longer list, each view is made in a turn of its own: all of them together would stop the editor. */
const longList = 5_000;

/** Calls `update` at each change of the list: at once, and of a long list soon, once for all changes until then. */
export class ListObserver implements DisposableLike {
  private readonly subscription: DisposableLike;
  private due: DisposableLike | undefined;

  constructor(
    store: Pick<SandboxStore, 'onDidChange'>,
    private readonly clock: Pick<Clock, 'after'>,
    private readonly update: () => void,
  ) {
    this.subscription = store.onDidChange(change => this.take(change));
  }

  /** Calls `update` now if it is to be called soon. */
  flush(): void {
    if (this.due === undefined) return;
    this.due.dispose();
    this.due = undefined;
    this.update();
  }

  dispose(): void {
    this.subscription.dispose();
    this.due?.dispose();
  }

  private take({ previous, current }: PanelChange): void {
    if (previous.rows === current.rows || current.rows.size <= longList) {
      this.due?.dispose();
      this.due = undefined;
      this.update();
    } else this.due ??= this.clock.after(0, () => this.flush());
  }
}
