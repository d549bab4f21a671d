import { Timers, type Clock } from '../kernel/clock';
import type { LifecycleTimings } from '../kernel/timings';
import type { SandboxRecord, SandboxState } from '../records/records';
import { Capacity, type CapacityLimits } from './capacity';
import { type Due, endings, lifecycle, type LifecycleEvent } from './table';

/** A transition that has just happened. */
export interface Change {
  readonly sandbox: SandboxRecord;
  readonly event: LifecycleEvent;
  /** The state it came from. */
  readonly left: SandboxState;
}

/** Moves sandboxes through the lifecycle table, by request and by time, and assigns capacity in order of arrival. */
export class Engine {
  private readonly timers: Timers;
  private readonly capacity: Capacity;
  private readonly queue = new Set<SandboxRecord>();
  private readonly observers: ((change: Change) => void)[] = [];
  private readonly waiters = new Map<SandboxRecord, Set<() => void>>();
  private readonly holds = new Map<SandboxRecord, number>();

  constructor(
    private readonly clock: Clock,
    private readonly timings: LifecycleTimings,
    limits: CapacityLimits,
  ) {
    this.timers = new Timers(clock);
    this.capacity = new Capacity(limits);
  }

  /** Calls `observer` after every transition. */
  observe(observer: (change: Change) => void): void {
    this.observers.push(observer);
  }

  /** Queues a new `pending` sandbox and places it if there is capacity. */
  admit(sandbox: SandboxRecord): void {
    this.enqueue(sandbox);
    this.place();
  }

  /** Takes over a sandbox in any state; it moves on at its `dueAtMs`. */
  adopt(sandbox: SandboxRecord): void {
    if (sandbox.placed) this.capacity.take(sandbox);
    else if (sandbox.state === 'pending') this.queue.add(sandbox);
    if (sandbox.dueAtMs !== undefined) this.schedule(sandbox, sandbox.dueAtMs - this.clock.now());
  }

  /** Places adopted sandboxes that wait for capacity. */
  settle(): void {
    this.place();
  }

  /** Applies `event`; false when the state does not allow it. */
  fire(sandbox: SandboxRecord, event: LifecycleEvent): boolean {
    const left = sandbox.state;
    const next = lifecycle[left].on[event];
    if (next === undefined) return false;
    const ending = endings[event]?.(sandbox);
    if (ending !== undefined) Object.assign(sandbox, ending, { terminatedAtMs: this.clock.now() });
    if (event === 'archive') sandbox.archivedAtMs = this.clock.now();
    // The reason for waiting is kept only where the wait ended the sandbox.
    if (event !== 'giveUp') sandbox.pendingReason = undefined;
    this.enter(sandbox, next);
    for (const observer of this.observers) observer({ sandbox, event, left });
    this.wake(sandbox);
    this.place();
    return true;
  }

  /** Restarts the idle clock of a running sandbox: traffic went through its proxy (API reference section 2.8). */
  touch(sandbox: SandboxRecord): void {
    if (sandbox.state === 'running') this.arm(sandbox);
  }

  /**
   * Stops the idle clock of a sandbox while something goes through its proxy (API reference section 2.8). It starts
   * from the beginning when every hold has been released.
   */
  hold(sandbox: SandboxRecord): () => void {
    this.holds.set(sandbox, (this.holds.get(sandbox) ?? 0) + 1);
    this.touch(sandbox);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.holds.get(sandbox) ?? 1) - 1;
      if (left > 0) this.holds.set(sandbox, left);
      else this.holds.delete(sandbox);
      this.touch(sandbox);
    };
  }

  /**
   * Waits until `done` holds.
   *
   * @returns whether it holds; false after `ms` or when `signal` aborts
   */
  until(
    sandbox: SandboxRecord,
    done: (sandbox: SandboxRecord) => boolean,
    ms: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (done(sandbox)) return Promise.resolve(true);
    if (signal.aborted) return Promise.resolve(false);
    return new Promise(resolve => {
      const waiters = this.waiters.get(sandbox) ?? new Set();
      this.waiters.set(sandbox, waiters);
      const finish = (): void => {
        cancelTimer();
        signal.removeEventListener('abort', finish);
        waiters.delete(check);
        if (waiters.size === 0) this.waiters.delete(sandbox);
        resolve(done(sandbox));
      };
      const check = (): void => {
        if (done(sandbox)) finish();
      };
      const cancelTimer = this.clock.after(ms, finish);
      signal.addEventListener('abort', finish);
      waiters.add(check);
    });
  }

  stop(): void {
    this.timers.stop();
  }

  private enter(sandbox: SandboxRecord, state: SandboxState): void {
    sandbox.state = state;
    this.queue.delete(sandbox);
    if (state === 'pending') {
      this.enqueue(sandbox);
      return;
    }
    if (state === 'running') {
      // From now on it has memory to resume from, and a resume that waits for capacity must not end it.
      sandbox.start = 'resume';
      sandbox.maxPendingMs = undefined;
    }
    if (sandbox.placed && (state === 'suspended' || state === 'terminated')) {
      sandbox.placed = false;
      this.capacity.release(sandbox);
    }
    this.arm(sandbox);
  }

  private enqueue(sandbox: SandboxRecord): void {
    sandbox.pendingReason = 'scheduling';
    this.queue.add(sandbox);
    this.arm(sandbox);
  }

  /** Gives capacity to the sandboxes that fit, oldest first; one that does not fit does not block those after it. */
  private place(): void {
    for (const sandbox of this.queue) {
      if (!this.capacity.fits(sandbox)) {
        sandbox.pendingReason = 'no_resources_available';
        continue;
      }
      this.queue.delete(sandbox);
      this.capacity.take(sandbox);
      sandbox.placed = true;
      sandbox.pendingReason = 'waiting_for_container';
      this.arm(sandbox);
    }
  }

  private arm(sandbox: SandboxRecord): void {
    const isHeld = sandbox.state === 'running' && this.holds.has(sandbox) && !this.timings.timeoutIsLifetime;
    const due = isHeld ? undefined : this.dueOf(sandbox);
    if (due === undefined) {
      sandbox.dueAtMs = undefined;
      this.timers.clear(sandbox.id);
      return;
    }
    sandbox.dueAtMs = this.clock.now() + due.afterMs;
    this.schedule(sandbox, due.afterMs);
  }

  private schedule(sandbox: SandboxRecord, afterMs: number): void {
    this.timers.set(sandbox.id, Math.max(0, afterMs), () => {
      // ApiRequest again now: naming a running sandbox in the meantime changes what its idle timeout does.
      const due = this.dueOf(sandbox);
      if (due !== undefined) this.fire(sandbox, due.event);
    });
  }

  private dueOf(sandbox: SandboxRecord): Due | undefined {
    return lifecycle[sandbox.state].next?.(sandbox, this.timings, this.clock.now());
  }

  private wake(sandbox: SandboxRecord): void {
    for (const waiter of [...(this.waiters.get(sandbox) ?? [])]) waiter();
  }
}
