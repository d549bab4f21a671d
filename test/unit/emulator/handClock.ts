import type { Clock } from '../../../emulator/kernel/clock';

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that moves only on `advance`, so that no test waits or depends on the speed of the machine. */
export class HandClock implements Clock {
  private nowMs = Date.UTC(2026, 0, 15, 12);
  private readonly timers = new Set<Timer>();

  /** The number of pending timers. */
  get waiting(): number {
    return this.timers.size;
  }

  now(): number {
    return this.nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Lets `ms` milliseconds pass and runs the timers that are due in that time, in order. */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.timers.delete(next);
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = end;
  }

  private next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.atMs <= end && (first === undefined || timer.atMs < first.atMs)) first = timer;
    }
    return first;
  }
}
