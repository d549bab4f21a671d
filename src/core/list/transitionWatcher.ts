import type { Clock } from '../kernel/clock';
import { deferred } from '../kernel/async';
import type { DisposableLike } from '../kernel/disposable';
import type { Sandbox } from '../sandbox/sandbox';
import { followBoundMs, followDelay } from './schedule';
import { isTransitional, type SandboxState } from '../sandbox/state';

/** Says whether a sandbox has come to rest as far as the caller is concerned. */
export type SettledTest = (sandbox: Sandbox) => boolean;

/** How following a sandbox ended. */
export type FollowOutcome =
  | { readonly kind: 'settled'; readonly sandbox: Sandbox }
  | { readonly kind: 'gone' }
  | { readonly kind: 'tooLong' }
  | { readonly kind: 'stopped' };

interface Waiter {
  readonly isSettled: SettledTest;
  /** Ends the waiting whether or not anybody looks. */
  readonly timer: DisposableLike;
  readonly resolve: (outcome: FollowOutcome) => void;
}

interface Watch {
  /** Whose transition is watched, and until when; a sandbox stuck in it is left to the listing. */
  transition?: { readonly state: SandboxState; readonly untilMs: number };
  readonly waiters: Set<Waiter>;
  looks: number;
  nextLookAtMs: number;
}

/** Which sandboxes want a closer look, when, and who waits for what. */
export class Followers {
  private readonly watches = new Map<string, Watch>();

  constructor(private readonly clock: Clock) {}

  /** Resolves when a later look satisfies `isSettled`, finds nothing, or none does in time. Never rejects. */
  wait(id: string, isSettled: SettledTest): Promise<FollowOutcome> {
    const { promise, resolve } = deferred<FollowOutcome>();
    const watch = this.watchOf(id);
    const timer = this.clock.after(followBoundMs, () => {
      watch.waiters.delete(waiter);
      if (watch.waiters.size === 0 && !watch.transition) this.watches.delete(id);
      end(waiter, { kind: 'tooLong' });
    });
    const waiter: Waiter = { isSettled, timer, resolve };
    watch.waiters.add(waiter);
    watch.looks = 0;
    watch.nextLookAtMs = this.clock.now() + followDelay(0);
    return promise;
  }

  /** Takes what was learnt of a sandbox, by whatever request. */
  saw(sandbox: Sandbox): void {
    const watch = this.watches.get(sandbox.id);
    for (const waiter of watch?.waiters ?? [])
      if (waiter.isSettled(sandbox)) {
        watch?.waiters.delete(waiter);
        end(waiter, { kind: 'settled', sandbox });
      }
    if (isTransitional(sandbox.state)) {
      const watched = watch ?? this.watchOf(sandbox.id);
      if (watched.transition?.state !== sandbox.state) {
        watched.transition = { state: sandbox.state, untilMs: this.clock.now() + followBoundMs };
        watched.looks = 0;
        watched.nextLookAtMs = this.clock.now() + followDelay(0);
      }
    } else if (watch) {
      delete watch.transition;
      if (watch.waiters.size === 0) this.watches.delete(sandbox.id);
    }
  }

  /** The service does not know the sandbox any more. */
  gone(id: string): void {
    const watch = this.watches.get(id);
    this.watches.delete(id);
    for (const waiter of watch?.waiters ?? []) end(waiter, { kind: 'gone' });
  }

  /** When the next look is due; in the background only what somebody waits for counts. */
  nextLookAt(focused: boolean): number | undefined {
    const times = [...this.watches.values()]
      .filter(watch => this.isLive(watch, focused))
      .map(watch => watch.nextLookAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The sandboxes to look at now. */
  due(nowMs: number, focused: boolean): readonly string[] {
    return [...this.watches]
      .filter(([, watch]) => this.isLive(watch, focused) && watch.nextLookAtMs <= nowMs)
      .map(([id]) => id);
  }

  /** Notes that these were looked at: the next look comes later. */
  looked(ids: readonly string[]): void {
    const now = this.clock.now();
    for (const id of ids) {
      const watch = this.watches.get(id);
      if (!watch) continue;
      watch.looks += 1;
      watch.nextLookAtMs = now + followDelay(watch.looks);
    }
  }

  /** Forgets sandboxes that a full listing no longer names, unless somebody waits for them. */
  forgetAllBut(known: { has(id: string): boolean }): void {
    for (const [id, watch] of this.watches)
      if (watch.waiters.size === 0 && !known.has(id)) this.watches.delete(id);
  }

  /** Lets go of everything and tells who waits. */
  stopAll(): void {
    const waiters = [...this.watches.values()].flatMap(watch => [...watch.waiters]);
    this.watches.clear();
    for (const waiter of waiters) end(waiter, { kind: 'stopped' });
  }

  private isLive(watch: Watch, focused: boolean): boolean {
    if (watch.waiters.size > 0) return true;
    return focused && watch.transition !== undefined && this.clock.now() < watch.transition.untilMs;
  }

  private watchOf(id: string): Watch {
    let watch = this.watches.get(id);
    if (!watch) {
      watch = { waiters: new Set(), looks: 0, nextLookAtMs: this.clock.now() + followDelay(0) };
      this.watches.set(id, watch);
    }
    return watch;
  }
}

function end({ timer, resolve }: Waiter, outcome: FollowOutcome): void {
  timer.dispose();
  resolve(outcome);
}
