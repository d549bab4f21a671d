import type { Clock } from '../../../core/kernel/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';
import { aloneMs } from '../../../core/terminal/detachedShell';

/** Pauses between tries, in milliseconds; the last one repeats. */
const pausesMs = [0, 1_000, 2_000, 4_000, 8_000, 15_000];

/** After this time the shell has been ended by the server, and more tries lead nowhere. */
const tryForMs = aloneMs;

/** A connection that lived this long, in milliseconds, was a good one: the next trouble is a new one. */
const goodAfterMs = 10_000;

/** Decides when a connection that broke is tried again, and when no more. */
export class Reconnect implements DisposableLike {
  private attachedAtMs = 0;
  private failures = 0;
  private brokenSinceMs: number | undefined;
  private pause: DisposableLike | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly retry: () => void,
  ) {}

  /** Whether there is trouble already, so that another failure is no news. */
  get isBroken(): boolean {
    return this.brokenSinceMs !== undefined;
  }

  attached(): void {
    this.attachedAtMs = this.clock.now();
    this.brokenSinceMs = undefined;
  }

  broke(): void {
    if (this.clock.now() - this.attachedAtMs >= goodAfterMs) this.failures = 0;
  }

  /** The user wants it tried: what failed before does not count. */
  startOver(): void {
    this.failures = 0;
    this.brokenSinceMs = this.clock.now();
  }

  /** Retries after a pause. False when it was tried for long enough. */
  plan(): boolean {
    const now = this.clock.now();
    this.brokenSinceMs ??= now;
    if (now - this.brokenSinceMs >= tryForMs) return false;
    const pauseMs = pausesMs[Math.min(this.failures, pausesMs.length - 1)] ?? 0;
    this.failures += 1;
    this.pause = this.clock.after(pauseMs, this.retry);
    return true;
  }

  /** Forgets the planned try. */
  dispose(): void {
    this.pause?.dispose();
  }
}
