import { deferred } from '../../kernel/async';
import type { Clock } from '../../kernel/time/clock';
import { ApiError } from '../../kernel/errors';
import { lookBoundMs } from '../moves';
import { followUntil } from './transitionWatcher';

/**
 * Looks for something that may appear: now, and again with growing pauses, for `lookBoundMs` in all.
 *
 * @param look returns what it found, if anything
 * @returns undefined when nothing is found in that time, or `signal` is aborted
 * @throws what `look` throws
 */
export async function lookFor<T>(
  look: () => Promise<T | undefined>,
  clock: Clock,
  signal: AbortSignal,
): Promise<T | undefined> {
  const { promise: over, resolve } = deferred<undefined>();
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  either.addEventListener('abort', () => resolve(undefined), { once: true });
  const timer = clock.after(lookBoundMs, () => ended.abort());
  const search = async (): Promise<T | undefined> =>
    (await look()) ?? (await followUntil(look, found => found !== undefined, clock, either));
  try {
    return signal.aborted ? undefined : await Promise.race([search(), over]);
  } finally {
    timer.dispose();
    ended.abort();
  }
}

/** Reads something; undefined after a temporary failure, so that it is read again. */
export async function patiently<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (ApiError.is(error, 'network', 'timeout', 'server', 'rateLimited')) return undefined;
    throw error;
  }
}
