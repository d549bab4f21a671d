import type { Clock } from '../kernel/clock';
import type { DisposableLike } from '../kernel/disposable';
import type { PanelChange, SandboxStore } from './store';

/** Of a longer list, each view is made in a turn of its own: all of them together would stop the editor. */
const longList = 5_000;

/** Calls `update` at each change of the list: at once, and of a long list soon, once for all changes until then. */
export class ListObserver implements DisposableLike {
  private readonly subscription: DisposableLike;
  private due: DisposableLike | undefined;
  private pending: PanelChange | undefined;

  /** @param update is given the list as it was when it was called last, and as it is */
  constructor(
    store: Pick<SandboxStore, 'onDidChange'>,
    private readonly clock: Pick<Clock, 'after'>,
    private readonly update: (change: PanelChange) => void,
  ) {
    this.subscription = store.onDidChange(change => this.take(change));
  }

  /** Calls `update` now if it is to be called soon. */
  flush(): void {
    this.due?.dispose();
    this.due = undefined;
    const { pending } = this;
    this.pending = undefined;
    if (pending) this.update(pending);
  }

  dispose(): void {
    this.subscription.dispose();
    this.due?.dispose();
  }

  private take({ previous, current }: PanelChange): void {
    this.pending = { previous: this.pending?.previous ?? previous, current };
    if (previous.rows === current.rows || current.rows.size <= longList) this.flush();
    else this.due ??= this.clock.after(0, () => this.flush());
  }
}
