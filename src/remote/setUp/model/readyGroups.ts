import type { Clock } from '../../../core/kernel/time/clock';
import type { DisposableLike } from '../../../core/kernel/disposable';

/** A gate that lets at most `limit` pieces of work through at a time; others wait in the order in which they came. */
export function atMost(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async work => {
    if (free > 0) free -= 1;
    else await new Promise<void>(resolve => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/**
 * Goes on with what is ready at about the same time together, and lets nothing wait longer than `patienceMs` for the
 * rest.
 *
 * @param tasks that never reject
 * @param goOn is called with what became ready since it was called before
 * @returns once everything that was gone on with has ended
 */
export async function inReadyGroups<T>(
  tasks: readonly Promise<T>[],
  clock: Pick<Clock, 'after'>,
  patienceMs: number,
  goOn: (group: readonly T[]) => Promise<void>,
): Promise<void> {
  const begun: Promise<void>[] = [];
  let group: T[] = [];
  let left = tasks.length;
  let timer: DisposableLike | undefined;
  const flush = (): void => {
    timer?.dispose();
    timer = undefined;
    const ready = group;
    group = [];
    begun.push(goOn(ready));
  };
  const taken = tasks.map(async task => {
    const ready = await task;
    group.push(ready);
    left -= 1;
    if (left === 0) flush();
    else timer ??= clock.after(patienceMs, flush);
  });
  await Promise.all(taken);
  await Promise.all(begun);
}
