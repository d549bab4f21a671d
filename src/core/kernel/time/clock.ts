import type { DisposableLike } from '../disposable';

/** The time, which tests replace by a fake clock. Which of its three readings counts is decided by what is measured. */
export interface Clock {
  /**
   * Milliseconds since the Unix epoch. Users and time servers set it forward and back, so it is for what is shown or
   * sent, for what is kept over a reload, and for times that others name.
   */
  now(): number;
  /**
   * Milliseconds since some moment, for waits and for bounds. It never jumps; while the machine sleeps it goes on or
   * stands still, as the system has it: on Linux it stands still.
   */
  monotonic(): number;
  /**
   * Milliseconds since some moment, for the age of what is believed. It never goes back and goes on while the machine
   * sleeps. A clock that is set forward cannot be told from sleep: then things are older than they really are.
   */
  elapsed(): number;
  /** Calls `callback` once after `delayMs` of `monotonic`, however long, unless disposed before. */
  after(delayMs: number, callback: () => void): DisposableLike;
}

/** Clocks that run differently by less than this drift; nobody set one, and nothing slept. */
const driftMs = 1000;

/** Makes `Clock.elapsed` of the two others: what one of them is ahead of the other for is counted as sleep. */
export function elapsedTime({ now, monotonic }: Pick<Clock, 'now' | 'monotonic'>): () => number {
  let aheadMs = now() - monotonic();
  let sleptMs = 0;
  return () => {
    const atMs = monotonic();
    const changedMs = now() - atMs - aheadMs;
    if (Math.abs(changedMs) >= driftMs) {
      aheadMs += changedMs;
      sleptMs += Math.max(0, changedMs);
    }
    return atMs + sleptMs;
  };
}

/** The time of day, as the clock is set now, of a moment that `elapsed` returned: comparable with times of a server. */
export function timeOfDayAt(clock: Pick<Clock, 'now' | 'elapsed'>, elapsedMs: number): number {
  return clock.now() - (clock.elapsed() - elapsedMs);
}
