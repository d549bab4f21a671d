import type { Clock } from '../../src/core/kernel/clock';
import type { DisposableLike } from '../../src/core/kernel/disposable';

interface Timer {
  atMs: number;
  readonly callback: () => void;
}

/** More timers than this in one `advance` mean that the code under test loops. */
const maxTimersPerAdvance = 100_000;

/** A clock that only `advance` and `sleep` move, so that no test waits or depends on speed. */
export class FakeClock implements Clock {
  private readonly startMs: number;
  private nowMs: number;
  private readonly timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 15, 12)) {
    this.startMs = startMs;
    this.nowMs = startMs;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.timers.size;
  }

  /** Seconds since the clock was made. */
  get seconds(): number {
    return (this.nowMs - this.startMs) / 1000;
  }

  now(): number {
    return this.nowMs;
  }

  after(delayMs: number, callback: () => void): DisposableLike {
    const timer = { atMs: this.nowMs + Math.max(0, delayMs), callback };
    this.timers.add(timer);
    return { dispose: () => this.timers.delete(timer) };
  }

  /** Lets time pass and runs what comes due, in order; promises settle before each timer and at the end. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await settle();
    let ran = 0;
    for (let next = this.nextUntil(endMs); next !== undefined; next = this.nextUntil(endMs)) {
      ran += 1;
      if (ran > maxTimersPerAdvance) throw new Error(`Over ${maxTimersPerAdvance} timers in ${ms} ms`);
      this.timers.delete(next);
      this.nowMs = next.atMs;
      next.callback();
      await settle();
    }
    this.nowMs = endMs;
  }

  /** The machine sleeps: the time of day goes on, and timers stand still. */
  sleep(ms: number): void {
    this.nowMs += ms;
    for (const timer of this.timers) timer.atMs += ms;
  }

  private nextUntil(endMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers)
      if (timer.atMs <= endMs && (first === undefined || timer.atMs < first.atMs)) first = timer;
    return first;
  }
}

/** Resolves once every promise reaction that can run without I/O or time has run. */
export async function settle(): Promise<void> {
  await new Promise<void>(resolve => setImmediate(resolve));
}
