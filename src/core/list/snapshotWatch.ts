import type { Clock } from '../kernel/clock';
import type { DisposableLike } from '../kernel/disposable';
import { followBoundMs, followDelay } from './schedule';
import type { SandboxSnapshot } from '../snapshots/snapshot';

interface Watch {
  readonly untilMs: number;
  looks: number;
  nextAtMs: number;
}

/**
 * Which snapshots want another look and when: those being taken, until they are stored or failed, for as long as
 * sandboxes in transition are followed.
 */
export class SnapshotWatch implements DisposableLike {
  private readonly watches = new Map<string, Watch>();
  /** Those that were ever watched, so that one that took too long is left to the listing. */
  private readonly given = new Set<string>();
  private timer: DisposableLike | undefined;
  private isOn = false;
  private isLooking = false;

  /** @param look reads snapshots and passes what it learns to `saw`; never rejects */
  constructor(
    private readonly clock: Clock,
    private readonly look: (ids: readonly string[]) => Promise<void>,
  ) {}

  /** Looks only while it is on. */
  setOn(isOn: boolean): void {
    this.isOn = isOn;
    this.plan();
  }

  /** Takes what was learnt of all snapshots. */
  saw(snapshots: ReadonlyMap<string, SandboxSnapshot>): void {
    for (const id of this.given)
      if (!snapshots.has(id)) {
        this.given.delete(id);
        this.watches.delete(id);
      }
    for (const { id, status } of snapshots.values()) {
      const isUnderWay = status === 'in_progress' || (status === 'local_ready' && this.watches.has(id));
      if (!isUnderWay) this.watches.delete(id);
      else if (!this.watches.has(id) && !this.given.has(id)) {
        const nowMs = this.clock.now();
        this.given.add(id);
        this.watches.set(id, { untilMs: nowMs + followBoundMs, looks: 0, nextAtMs: nowMs + followDelay(0) });
      }
    }
    this.plan();
  }

  dispose(): void {
    this.isOn = false;
    this.watches.clear();
    this.plan();
  }

  private plan(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (!this.isOn || this.isLooking || this.watches.size === 0) return;
    const nextAtMs = Math.min(...[...this.watches.values()].map(watch => watch.nextAtMs));
    this.timer = this.clock.after(Math.max(0, nextAtMs - this.clock.now()), () => void this.tick());
  }

  private async tick(): Promise<void> {
    const nowMs = this.clock.now();
    for (const [id, { untilMs }] of this.watches) if (untilMs <= nowMs) this.watches.delete(id);
    const due = [...this.watches].filter(([, watch]) => watch.nextAtMs <= nowMs).map(([id]) => id);
    this.isLooking = true;
    try {
      if (due.length > 0) await this.look(due);
    } finally {
      this.isLooking = false;
      for (const id of due) {
        const watch = this.watches.get(id);
        if (!watch) continue;
        watch.looks += 1;
        watch.nextAtMs = this.clock.now() + followDelay(watch.looks);
      }
      this.plan();
    }
  }
}
