import { deferred } from '../../kernel/async';
import type { Clock } from '../../kernel/time/clock';
import type { DisposableLike } from '../../kernel/disposable';
import { inBackground, onUnexpectedError } from '../../kernel/unexpected';
import type { Sandbox } from '../../sandbox/sandbox';
import { isTransitional, type SandboxState } from '../../sandbox/state';
import { followBoundMs, followDelay } from './schedule';

/** Says whether something has settled as far as the caller is concerned. */
export type SettledTest<T = Sandbox> = (item: T) => boolean;

/** How following something ended. */
export type FollowOutcome<T = Sandbox> =
  | { readonly kind: 'settled'; readonly item: T }
  | { readonly kind: 'gone' }
  | { readonly kind: 'tooLong' }
  | { readonly kind: 'stopped' };

/** What is watched: how one is told from the next, and when it is under way. */
export interface WatchedKind<T> {
  readonly idOf: (item: T) => string;
  /**
   * Names the transition that an item is in; absent when it is at rest. Another name is another transition, which is
   * given time of its own.
   *
   * @param current the transition it was last seen in, if it is watched
   */
  readonly transitionOf: (item: T, current: string | undefined) => string | undefined;
}

/** Sandboxes are under way in the states that the service leaves by itself. */
export const watchedSandbox: WatchedKind<Sandbox> = {
  idOf: ({ id }) => id,
  transitionOf: ({ state }) => (isTransitional(state) ? state : undefined),
};

/** An item that begins more transitions than this in `followBoundMs` is no longer polled quickly for each. */
const quickStarts = 3;
/** As many polls as it takes until they are furthest apart. */
const slowPolls = 16;

interface Waiter<T> {
  readonly isSettled: SettledTest<T>;
  /** Ends the wait whether or not anything is polled. */
  readonly timer: DisposableLike;
  readonly resolve: (outcome: FollowOutcome<T>) => void;
}

interface Watch<T> {
  /** What it is in the middle of, and until when that is polled; after that it is left to the listing. */
  transition?: { readonly name: string; readonly untilMs: number };
  readonly waiters: Set<Waiter<T>>;
  polls: number;
  nextPollAtMs: number;
}

/**
 * Which items have to be polled one by one, when, and who waits for what. An item is polled while it is in a transition
 * and while somebody waits for it: 1 s apart, growing to 5 s, for `followBoundMs`.
 */
export class TransitionWatcher<T> {
  private readonly watches = new Map<string, Watch<T>>();
  /** The transitions that items began lately; those that are older than `followBoundMs` do not count. */
  private readonly begun = new Map<string, { readonly sinceMs: number; readonly times: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly watched: WatchedKind<T>,
  ) {}

  /** Resolves once an observed item satisfies `isSettled`, is gone, or neither happens in time. Never rejects. */
  wait(id: string, isSettled: SettledTest<T>, boundMs = followBoundMs): Promise<FollowOutcome<T>> {
    const { promise, resolve } = deferred<FollowOutcome<T>>();
    const watch = this.watchOf(id);
    const timer = this.clock.after(boundMs, () => {
      watch.waiters.delete(waiter);
      if (watch.waiters.size === 0 && !watch.transition) this.watches.delete(id);
      end(waiter, { kind: 'tooLong' });
    });
    const waiter: Waiter<T> = { isSettled, timer, resolve };
    watch.waiters.add(waiter);
    this.pollSoon(watch);
    return promise;
  }

  /** Takes an item as it was read, by whatever request. */
  observe(item: T): void {
    const id = this.watched.idOf(item);
    const watch = this.watches.get(id);
    for (const waiter of watch?.waiters ?? []) {
      const outcome = outcomeOf(waiter, item);
      if (!outcome) continue;
      watch?.waiters.delete(waiter);
      end(waiter, outcome);
    }
    const name = this.watched.transitionOf(item, watch?.transition?.name);
    if (name !== undefined) {
      const watching = watch ?? this.watchOf(id);
      if (watching.transition?.name === name) return;
      watching.transition = { name, untilMs: this.clock.monotonic() + followBoundMs };
      // An item whose state flips would be polled each second for ever.
      if (this.begins(id) <= quickStarts) this.pollSoon(watching);
      else this.pollLater(watching);
    } else if (watch) {
      delete watch.transition;
      if (watch.waiters.size === 0) this.watches.delete(id);
    }
  }

  /** The service no longer knows the item. */
  gone(id: string): void {
    const watch = this.watches.get(id);
    this.watches.delete(id);
    for (const waiter of watch?.waiters ?? []) end(waiter, { kind: 'gone' });
  }

  /** How many items are polled one by one; with `waitedForOnly`, of those that somebody waits for. */
  polledCount(waitedForOnly = false): number {
    let count = 0;
    for (const watch of this.watches.values()) if (this.isPolled(watch, waitedForOnly)) count += 1;
    return count;
  }

  /** When the next poll is due, on the monotonic clock; with `waitedForOnly`, of those that somebody waits for. */
  nextPollAt(waitedForOnly = false): number | undefined {
    let firstMs = Infinity;
    for (const watch of this.watches.values())
      if (this.isPolled(watch, waitedForOnly)) firstMs = Math.min(firstMs, watch.nextPollAtMs);
    return firstMs === Infinity ? undefined : firstMs;
  }

  /** The ids of the items to poll now, those first that have waited longest. @param nowMs on the monotonic clock */
  due(nowMs: number, waitedForOnly = false): readonly string[] {
    return [...this.watches]
      .filter(([, watch]) => this.isPolled(watch, waitedForOnly) && watch.nextPollAtMs <= nowMs)
      .sort(([, a], [, b]) => a.nextPollAtMs - b.nextPollAtMs)
      .map(([id]) => id);
  }

  /** Notes that these were polled: each waits longer for its next poll. */
  polled(ids: readonly string[]): void {
    const now = this.clock.monotonic();
    for (const id of ids) {
      const watch = this.watches.get(id);
      if (!watch) continue;
      watch.polls += 1;
      watch.nextPollAtMs = now + followDelay(watch.polls);
    }
  }

  /** Forgets the items that a full listing no longer names, unless somebody waits for them. */
  forgetAllBut(known: { has(id: string): boolean }): void {
    for (const [id, watch] of this.watches)
      if (watch.waiters.size === 0 && !known.has(id)) this.watches.delete(id);
    const oldMs = this.clock.monotonic() - followBoundMs;
    for (const [id, { sinceMs }] of this.begun) if (sinceMs < oldMs || !known.has(id)) this.begun.delete(id);
  }

  /** Forgets every item, and ends every wait as stopped. */
  stopAll(): void {
    const waiters = [...this.watches.values()].flatMap(watch => [...watch.waiters]);
    this.watches.clear();
    this.begun.clear();
    for (const waiter of waiters) end(waiter, { kind: 'stopped' });
  }

  private isPolled(watch: Watch<T>, waitedForOnly: boolean): boolean {
    if (watch.waiters.size > 0) return true;
    return (
      !waitedForOnly && watch.transition !== undefined && this.clock.monotonic() < watch.transition.untilMs
    );
  }

  private pollSoon(watch: Watch<T>): void {
    watch.polls = 0;
    watch.nextPollAtMs = this.clock.monotonic() + followDelay(0);
  }

  private pollLater(watch: Watch<T>): void {
    watch.polls = slowPolls;
    watch.nextPollAtMs = Math.max(watch.nextPollAtMs, this.clock.monotonic() + followDelay(slowPolls));
  }

  /** Counts a transition that an item begins; returns how many it began lately. */
  private begins(id: string): number {
    const now = this.clock.monotonic();
    const lately = this.begun.get(id);
    const isLate = !lately || now - lately.sinceMs >= followBoundMs;
    const begun = isLate ? { sinceMs: now, times: 1 } : { ...lately, times: lately.times + 1 };
    this.begun.set(id, begun);
    return begun.times;
  }

  private watchOf(id: string): Watch<T> {
    let watch = this.watches.get(id);
    if (!watch) {
      watch = { waiters: new Set(), polls: 0, nextPollAtMs: this.clock.monotonic() + followDelay(0) };
      this.watches.set(id, watch);
    }
    return watch;
  }
}

/** How a wait ends with an item, if it does. A test that cannot tell ends it, since nobody will know better. */
function outcomeOf<T>({ isSettled }: Waiter<T>, item: T): FollowOutcome<T> | undefined {
  try {
    return isSettled(item) ? { kind: 'settled', item } : undefined;
  } catch (error) {
    onUnexpectedError(error);
    return { kind: 'stopped' };
  }
}

function end<T>({ timer, resolve }: Waiter<T>, outcome: FollowOutcome<T>): void {
  timer.dispose();
  resolve(outcome);
}

/** Polls what a watcher has due while it is on, one round at a time. For items that no `Poller` reads. */
export class TransitionPolls implements DisposableLike {
  private timer: DisposableLike | undefined;
  private isOn = false;
  private isPolling = false;

  /** @param poll reads the items and passes them to the watcher; never rejects */
  constructor(
    private readonly clock: Clock,
    private readonly watcher: Pick<TransitionWatcher<unknown>, 'nextPollAt' | 'due' | 'polled' | 'stopAll'>,
    private readonly poll: (ids: readonly string[]) => Promise<void>,
  ) {}

  setOn(isOn: boolean): void {
    this.isOn = isOn;
    this.plan();
  }

  /** Plans the next round; to be called after each change of the watcher. */
  plan(): void {
    this.timer?.dispose();
    this.timer = undefined;
    const nextPollAtMs = this.watcher.nextPollAt();
    if (!this.isOn || this.isPolling || nextPollAtMs === undefined) return;
    this.timer = this.clock.after(Math.max(0, nextPollAtMs - this.clock.monotonic()), () =>
      inBackground(this.tick()),
    );
  }

  dispose(): void {
    this.watcher.stopAll();
    this.setOn(false);
  }

  private async tick(): Promise<void> {
    const due = this.watcher.due(this.clock.monotonic());
    this.isPolling = true;
    try {
      if (due.length > 0) await this.poll(due);
    } finally {
      this.isPolling = false;
      this.watcher.polled(due);
      this.plan();
    }
  }
}

/**
 * Reads something again and again, 1 s apart and growing to 5 s, until `isSettled` accepts it.
 *
 * @param boundMs how long that may take
 * @returns the accepted value, or `undefined` when it takes longer or `signal` is aborted
 * @throws what `read` throws
 */
export async function followUntil<T>(
  read: () => Promise<T>,
  isSettled: SettledTest<T>,
  clock: Clock,
  signal: AbortSignal,
  boundMs = followBoundMs,
): Promise<T | undefined> {
  const watcher = new TransitionWatcher<T>(clock, { idOf: () => '', transitionOf: () => undefined });
  let failure: { readonly error: unknown } | undefined;
  const polls = new TransitionPolls(clock, watcher, async () => {
    try {
      watcher.observe(await read());
    } catch (error) {
      failure = { error };
      watcher.stopAll();
    }
  });
  const settled = watcher.wait('', isSettled, boundMs);
  const stop = (): void => polls.dispose();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  else polls.setOn(true);
  try {
    const outcome = await settled;
    if (failure) throw failure.error;
    return outcome.kind === 'settled' ? outcome.item : undefined;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * A test for a sandbox that was sent towards `goal`, by way of `via` if there is a state between. Right after the request the service may still
 * report the state it comes from, so another state counts as settled only once `via` was seen. A terminated sandbox
 * always has settled.
 */
export function settlesAt(goal: SandboxState, via?: SandboxState): SettledTest {
  let wasUnderWay = false;
  return ({ state }) => {
    if (state === goal || state === 'terminated') return true;
    if (state === via) wasUnderWay = true;
    return wasUnderWay && state !== via && state !== 'unknown';
  };
}
