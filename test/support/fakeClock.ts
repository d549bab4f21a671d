import { type Clock, elapsedTime } from '../../src/core/kernel/time/clock';
import type { DisposableLike } from '../../src/core/kernel/disposable';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** More timers than this in one `advance` mean that the code under test loops. */
const maxTimersPerAdvance = 100_000;

/** A clock that only `advance`, `sleep` and `setBy` move, so that no test waits or depends on speed. */
export class FakeClock implements Clock {
  private readonly startMs: number;
  /** What timers go by; `monotonic` begins with the time of day, so that the two are the same until one is moved. */
  private monotonicMs: number;
  /** What the time of day is ahead by. */
  private aheadMs = 0;
  private readonly timers = new Set<Timer>();
  readonly elapsed: () => number;

  constructor(startMs = Date.UTC(2026, 0, 15, 12)) {
    this.startMs = startMs;
    this.monotonicMs = startMs;
    this.elapsed = elapsedTime({ now: () => this.now(), monotonic: () => this.monotonic() });
  }

  /** How many timers are set. */
  get pending(): number {
    return this.timers.size;
  }

  /** Seconds since the clock was made, sleep included. */
  get seconds(): number {
    return (this.now() - this.startMs) / 1000;
  }

  now(): number {
    return this.monotonicMs + this.aheadMs;
  }

  monotonic(): number {
    return this.monotonicMs;
  }

  after(delayMs: number, callback: () => void): DisposableLike {
    const timer = { atMs: this.monotonicMs + Math.max(0, delayMs), callback };
    this.timers.add(timer);
    return { dispose: () => this.timers.delete(timer) };
  }

  /** Lets time pass and runs what comes due, in order; promises settle before each timer and at the end. */
  async advance(ms: number): Promise<void> {
    const endMs = this.monotonicMs + ms;
    await settle();
    let ran = 0;
    for (let next = this.nextUntil(endMs); next !== undefined; next = this.nextUntil(endMs)) {
      ran += 1;
      if (ran > maxTimersPerAdvance) throw new Error(`Over ${maxTimersPerAdvance} timers in ${ms} ms`);
      this.timers.delete(next);
      this.monotonicMs = next.atMs;
      next.callback();
      await settle();
    }
    this.monotonicMs = endMs;
  }

  /** The machine sleeps as Linux has it: the time of day goes on, everything else stands still. */
  sleep(ms: number): void {
    this.aheadMs += ms;
  }

  /** Somebody sets the time of day, forward or back. */
  setBy(ms: number): void {
    this.aheadMs += ms;
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
