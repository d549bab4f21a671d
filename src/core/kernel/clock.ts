import type { DisposableLike } from './disposable';

/** The time, which tests replace by a fake clock. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `callback` once after `delayMs` unless disposed before. */
  after(delayMs: number, callback: () => void): DisposableLike;
}
