import type { Clock } from '../../kernel/time/clock';
import type { DisposableLike } from '../../kernel/disposable';
import { atOnce, oneTurn, type Steps } from '../../kernel/steps';
import type { PanelChange, SandboxStore } from '../store';

/** What is made of a longer list is made in turns: all of it at once would stop the editor. */
const longList = 5_000;

/** What an observer does with a change; where it returns steps, they are done in turns when the list is long. */
type Update = (change: PanelChange) => Steps<void> | undefined;

/**
 * Calls `update` at each change of the list: at once, and of a long list soon, once for all changes until the update
 * before it has ended.
 */
export class ListObserver implements DisposableLike {
  private readonly subscription: DisposableLike;
  private due: DisposableLike | undefined;
  private pending: PanelChange | undefined;
  private underWay: { readonly change: PanelChange; readonly steps: Steps<void> } | undefined;
  private waiting: (() => void)[] = [];

  /** @param update is given the list as it was when it was called last, and as it is */
  constructor(
    private readonly store: Pick<SandboxStore, 'onDidChange' | 'current'>,
    private readonly clock: Pick<Clock, 'after' | 'monotonic'>,
    private readonly update: Update,
  ) {
    this.subscription = store.onDidChange(change => this.take(change));
  }

  /** Calls `update` for something else than the list, at once or soon, as for a change. */
  refresh(): void {
    const { current } = this.store;
    this.take({ previous: current, current });
  }

  /** Resolves when all changes until now were taken. */
  async whenUpToDate(): Promise<void> {
    if (this.due) await new Promise<void>(resolve => this.waiting.push(resolve));
  }

  dispose(): void {
    this.subscription.dispose();
    this.due?.dispose();
    this.due = undefined;
    this.settle();
  }

  private take({ previous, current }: PanelChange): void {
    this.pending = { previous: this.pending?.previous ?? previous, current };
    if (current.rows.size + current.archive.size <= longList) this.takeNow();
    else this.due ??= this.clock.after(0, () => this.takeTurn());
  }

  private takeNow(): void {
    this.due?.dispose();
    this.due = undefined;
    const before = this.underWay?.change;
    this.underWay = undefined;
    const { pending } = this;
    this.pending = undefined;
    try {
      const steps =
        pending && this.update({ previous: (before ?? pending).previous, current: pending.current });
      if (steps) atOnce(steps);
    } finally {
      this.settle();
    }
  }

  private takeTurn(): void {
    this.due = undefined;
    const { underWay } = this;
    this.underWay = undefined;
    try {
      const left = underWay ?? this.begin();
      if (left && oneTurn(left.steps, this.clock).done !== true) this.underWay = left;
    } finally {
      if (this.underWay ?? this.pending) this.due ??= this.clock.after(0, () => this.takeTurn());
      else this.settle();
    }
  }

  private begin(): ListObserver['underWay'] {
    const { pending: change } = this;
    this.pending = undefined;
    const steps = change && this.update(change);
    return steps && { change, steps };
  }

  private settle(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
