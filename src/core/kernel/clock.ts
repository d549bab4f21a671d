import type { DisposableLike } from './disposable';

/** Time as the domain sees it; tests put a fake one in its place. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `callback` once after `delayMs` unless disposed before. */
  after(delayMs: number, callback: () => void): DisposableLike;
}
