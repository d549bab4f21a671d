import type { Clock } from '../kernel/clock';
import { followBoundMs, followDelay } from './schedule';

/**
 * Reads something again and again, 1 s apart and growing to 5 s, until `isSettled` accepts it.
 *
 * @param boundMs how long that may take
 * @returns the accepted value, or `undefined` when it takes longer or `signal` is aborted
 */
export async function followUntil<T>(
  read: () => Promise<T>,
  isSettled: (value: T) => boolean,
  clock: Clock,
  signal: AbortSignal,
  boundMs = followBoundMs,
): Promise<T | undefined> {
  const untilMs = clock.now() + boundMs;
  for (let looks = 0; clock.now() < untilMs; looks += 1) {
    await pause(followDelay(looks), clock, signal);
    if (signal.aborted) return undefined;
    const value = await read();
    if (isSettled(value)) return value;
  }
  return undefined;
}

async function pause(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = clock.after(delayMs, done);
    function done(): void {
      timer.dispose();
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
