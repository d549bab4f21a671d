import { type Clock, timeOfDayAt } from '../../kernel/time/clock';
import type { DisposableLike } from '../../kernel/disposable';
import { type ListConditions, type Retry, retryOf } from './schedule';

/** It is looked this often, in milliseconds, whether the machine has slept, since timers may stand still meanwhile. */
const longestSleepMs = 15_000;

/**
 * When listings ended. They are kept on the clock that counts sleep, so that a list is as old afterwards as it is, and
 * told on the monotonic one, on which everything that is due is compared.
 */
export class ListingTimes {
  private ended: number | undefined;
  private full: number | undefined;
  private good: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** When the last one succeeded or failed; before the zero of the monotonic clock, maybe. */
  get endedAtMs(): number | undefined {
    return this.onMonotonic(this.ended);
  }

  /** When the whole list was read last. */
  get fullAtMs(): number | undefined {
    return this.onMonotonic(this.full);
  }

  /** When a listing succeeded last, as `Clock.elapsed` has it. */
  get listedAtMs(): number | undefined {
    return this.good;
  }

  /** Notes that a listing ends now. */
  end(): void {
    this.ended = this.clock.elapsed();
  }

  succeed(): void {
    this.end();
    this.good = this.ended;
  }

  endFull(): void {
    this.full = this.clock.elapsed();
  }

  forgetFull(): void {
    this.full = undefined;
  }

  /** Notes that a listing begins; returns when that was as the clock is set then, or as it is set now if that is earlier. */
  begin(): () => number {
    const { clock } = this;
    const atMs = clock.now();
    const at = clock.elapsed();
    return () => Math.min(atMs, timeOfDayAt(clock, at));
  }

  /** Calls `act` at that time of the monotonic clock; or `look`, earlier, if that is long. */
  wait(untilMs: number, act: () => void, look: () => void): DisposableLike {
    const waitMs = Math.max(0, untilMs - this.clock.monotonic());
    return waitMs > longestSleepMs ? this.clock.after(longestSleepMs, look) : this.clock.after(waitMs, act);
  }

  /** What follows a failed listing, at a time of day. @param notBeforeMs on the monotonic clock */
  retryOf(conditions: ListConditions, notBeforeMs: number): Retry {
    const now = this.clock.monotonic();
    const { retryAtMs, ...retry } = retryOf(conditions, now);
    if (retryAtMs === undefined) return retry;
    return { retryAtMs: Math.round(this.clock.now() + Math.max(retryAtMs, notBeforeMs) - now) };
  }

  private onMonotonic(elapsedMs: number | undefined): number | undefined {
    return elapsedMs === undefined ? undefined : this.clock.monotonic() - (this.clock.elapsed() - elapsedMs);
  }
}
