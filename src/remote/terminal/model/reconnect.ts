import type { Clock } from '../../../core/kernel/time/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';
import { aloneMs } from '../../../core/terminal/detachedShell';

/** Delays between attempts, in milliseconds; the last one repeats. */
const pausesMs = [0, 1_000, 2_000, 4_000, 8_000, 15_000];

/** After this time without a client the server has ended the shell, and more attempts are pointless. */
const tryForMs = aloneMs;

/** Tries never come this far apart, in milliseconds; between some that did, the machine slept. */
const sleptMs = 120_000;

/** A connection that lasted this long, in milliseconds, resets the delays. */
const goodAfterMs = 10_000;

/** Decides when to reconnect, and when to give up. */
export class Reconnect implements DisposableLike {
  private attachedAtMs = 0;
  private failures = 0;
  private brokenSinceMs: number | undefined;
  /** When the connection was lost, however often the user began the attempts again. */
  private lostAtMs: number | undefined;
  private plannedAtMs = 0;
  private pause: DisposableLike | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly retry: () => void,
  ) {}

  /** Whether the connection is already broken, so that another failure is not reported. */
  get isBroken(): boolean {
    return this.brokenSinceMs !== undefined;
  }

  /** Whether a connection was lost so lately that the server has no reason to have ended the shell. */
  get isLostLately(): boolean {
    return this.lostAtMs !== undefined && this.clock.elapsed() - this.lostAtMs < tryForMs;
  }

  attached(): void {
    this.attachedAtMs = this.clock.monotonic();
    this.brokenSinceMs = undefined;
    this.lostAtMs = undefined;
  }

  broke(): void {
    this.lostAtMs ??= this.clock.elapsed();
    if (this.clock.monotonic() - this.attachedAtMs >= goodAfterMs) this.failures = 0;
  }

  /** Starts over at the request of the user; earlier failures do not count. */
  startOver(): void {
    this.failures = 0;
    this.brokenSinceMs = this.clock.elapsed();
  }

  /** Schedules the next attempt. Returns false when the time for attempts is over. */
  plan(): boolean {
    const now = this.clock.elapsed();
    // While the machine slept nothing was tried. The shell may live, if its sandbox was suspended meanwhile.
    if (this.brokenSinceMs !== undefined && now - Math.max(this.brokenSinceMs, this.plannedAtMs) > sleptMs)
      this.startOver();
    this.plannedAtMs = now;
    this.brokenSinceMs ??= now;
    if (now - this.brokenSinceMs >= tryForMs) return false;
    const pauseMs = pausesMs[Math.min(this.failures, pausesMs.length - 1)] ?? 0;
    this.failures += 1;
    this.pause = this.clock.after(pauseMs, this.retry);
    return true;
  }

  /** Cancels the scheduled attempt. */
  dispose(): void {
    this.pause?.dispose();
  }
}
