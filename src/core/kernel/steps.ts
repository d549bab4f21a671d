import { turnMs } from './async';
import type { Clock } from './time/clock';

/** Work that may be interrupted at each `yield`, so that everything else gets its turn of the event loop. */
export type Steps<T> = Generator<undefined, T>;

/** Items that are handled between two interruptions: looking at the clock for each would cost more than most of them. */
const itemsOfStep = 200;

/** Items that are sorted at once: some milliseconds with the comparison of names, and few merges after it. */
const itemsOfRun = 1_000;

/** Does all of the work now. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Goes on with work until the turn is over; tells how it stands then. */
export function oneTurn<T>(steps: Steps<T>, clock: Pick<Clock, 'monotonic'>): IteratorResult<undefined, T> {
  const untilMs = clock.monotonic() + turnMs;
  for (;;) {
    const step = steps.next();
    if (step.done === true || clock.monotonic() >= untilMs) return step;
  }
}

/** Does the work in turns; false when it was dropped because `signal` was aborted. */
export async function inTurns(
  steps: Steps<void>,
  clock: Pick<Clock, 'after' | 'monotonic'>,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    if (oneTurn(steps, clock).done === true) return true;
    await new Promise<void>(resolve => clock.after(0, resolve));
  }
  return false;
}

/** Handles each item in order. */
export function* eachInSteps<T>(items: Iterable<T>, handle: (item: T) => void): Steps<void> {
  let left = itemsOfStep;
  for (const item of items) {
    handle(item);
    left -= 1;
    if (left > 0) continue;
    left = itemsOfStep;
    yield;
  }
}

/** The items sorted, those that compare as equal in the order they had. */
export function* sortedInSteps<T>(items: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < items.length; from += itemsOfRun) {
    runs.push(items.slice(from, from + itemsOfRun).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let index = 0; index < runs.length; index += 2)
      merged.push(yield* mergedInSteps(runs[index] ?? [], runs[index + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedInSteps<T>(
  first: readonly T[],
  second: readonly T[],
  compare: (a: T, b: T) => number,
): Steps<T[]> {
  const merged: T[] = [];
  let taken = 0;
  yield* eachInSteps(first, item => {
    for (let next = second[taken]; next !== undefined && compare(next, item) < 0; next = second[taken]) {
      merged.push(next);
      taken += 1;
    }
    merged.push(item);
  });
  yield* eachInSteps(second.slice(taken), item => merged.push(item));
  return merged;
}
