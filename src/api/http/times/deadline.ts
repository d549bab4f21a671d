import type { DisposableLike } from '../../../core/kernel/disposable';

/** It is looked this often, in milliseconds, since a timer may stand still while the machine sleeps. */
const lookMs = 10_000;

/** A look that comes this late was slept through. */
const sleptMs = 30_000;

/** After sleep a server that still has the connection answers within this time, or not at all. */
const afterSleepMs = 10_000;

/**
 * The time that something may take, sleep included. It ends soon after the machine has slept, since most connections do
 * not live through that, and many do not say so.
 */
export class Deadline implements DisposableLike {
  private timer: NodeJS.Timeout | undefined;
  private endsAtMs: number;
  private hasSlept = false;

  /**
   * @param elapsed as `Clock.elapsed`
   * @param onOver called once, when time is up
   */
  constructor(
    totalMs: number,
    private readonly elapsed: () => number,
    private readonly onOver: (hasSlept: boolean) => void,
  ) {
    const atMs = elapsed();
    this.endsAtMs = atMs + totalMs;
    this.wait(atMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private wait(atMs: number): void {
    const stepMs = Math.min(lookMs, Math.max(1, Math.ceil(this.endsAtMs - atMs)));
    this.timer = setTimeout(() => this.look(atMs + stepMs), stepMs);
  }

  private look(dueAtMs: number): void {
    const atMs = this.elapsed();
    if (atMs - dueAtMs > sleptMs && !this.hasSlept) {
      this.hasSlept = true;
      this.endsAtMs = atMs + afterSleepMs;
    }
    if (atMs >= this.endsAtMs) this.onOver(this.hasSlept);
    else this.wait(atMs);
  }
}
