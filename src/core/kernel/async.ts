/** A promise together with the function that resolves it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>(accept => {
    resolve = accept;
  });
  return { promise, resolve };
}

/** A value that is made when it is first asked for, and kept. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What `load` brings, loaded when it is first asked for, and kept. A failure is not kept: the next caller tries again. */
export function loadedOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () =>
    (loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
}

/** Does all of it at once; rejects, when all was tried, with the first failure. */
export async function tryAll(work: readonly (() => Promise<unknown>)[]): Promise<void> {
  const tasks = work.map(each => each());
  await Promise.allSettled(tasks);
  await Promise.all(tasks);
}

/**
 * Runs `work` on every item, at most `limit` at a time. Results are in the order of the items; rejects with the first
 * error.
 */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/**
 * How long what a server sent may be handled before everything else gets its turn of the event loop, in milliseconds: one
 * chunk may hold thousands of frames or events, and many chunks may wait.
 */
export const turnMs = 10;
