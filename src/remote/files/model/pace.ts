import type { Clock } from '../../../core/kernel/time/clock';

/** Which of some things may happen again: each at most once in a while, however the clock is set. */
export class Pace {
  private readonly lastMs = new Map<string, number>();

  /** @param everyMs of elapsed time, which sleep counts to */
  constructor(
    private readonly everyMs: number,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {}

  isDue(key: string): boolean {
    const lastMs = this.lastMs.get(key);
    return lastMs === undefined || this.clock.elapsed() - lastMs >= this.everyMs;
  }

  /** Says that it happens now. */
  note(key: string): void {
    this.lastMs.set(key, this.clock.elapsed());
  }
}
