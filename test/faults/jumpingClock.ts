import type { RetryClock } from '../../src/api/http/retry';
import type { Clock } from '../../src/core/kernel/time/clock';
import type { DisposableLike } from '../../src/core/kernel/disposable';
import { ApiError } from '../../src/core/kernel/errors';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/**
 * The time of the client under test. It jumps to the next timer whenever no request is under way, so that pauses cost
 * nothing, and stands still during a request, so that no timer comes first because the machine is slow.
 */
export class JumpingClock implements Clock, RetryClock {
  private readonly timers = new Set<Timer>();
  private aheadMs = 0;
  private requests = 0;

  now(): number {
    return Date.now() + this.aheadMs;
  }

  monotonic(): number {
    return this.now();
  }

  elapsed(): number {
    return this.now();
  }

  random(): number {
    return 0.5;
  }

  after(delayMs: number, callback: () => void): DisposableLike {
    const timer = { atMs: this.now() + Math.max(0, delayMs), callback };
    this.timers.add(timer);
    this.wake();
    return { dispose: () => this.timers.delete(timer) };
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(new ApiError('cancelled', 'Cancelled'));
    return new Promise(resolve => this.after(ms, resolve));
  }

  /** Stands still until the request has ended. */
  async during<T>(request: Promise<T>): Promise<T> {
    this.requests += 1;
    try {
      return await request;
    } finally {
      this.requests -= 1;
      this.wake();
    }
  }

  private wake(): void {
    setImmediate(() => this.jump());
  }

  private jump(): void {
    const [next] = [...this.timers].sort((a, b) => a.atMs - b.atMs);
    if (next === undefined || this.requests > 0) return;
    this.timers.delete(next);
    this.aheadMs += Math.max(0, next.atMs - this.now());
    next.callback();
    this.wake();
  }
}
