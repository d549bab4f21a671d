import type { Clock } from '../../kernel/clock';

interface Waiting {
  readonly run: () => void;
  remainingMs: number;
  sinceMs: number;
  cancel?: () => void;
}

/** The timers of one sandbox, which are frozen while it is suspended. */
export class GuestClock implements Clock {
  private readonly waiting = new Set<Waiting>();
  private frozen = false;

  constructor(private readonly clock: Clock) {}

  now(): number {
    return this.clock.now();
  }

  after(ms: number, run: () => void): () => void {
    const entry: Waiting = { run, remainingMs: ms, sinceMs: this.now() };
    this.waiting.add(entry);
    if (!this.frozen) this.start(entry);
    return () => this.drop(entry);
  }

  /** Calls `run` every `ms` milliseconds. */
  every(ms: number, run: () => void): () => void {
    let cancel = (): void => undefined;
    const next = (): void => {
      cancel = this.after(ms, () => {
        next();
        run();
      });
    };
    next();
    return () => cancel();
  }

  freeze(): void {
    if (this.frozen) return;
    this.frozen = true;
    for (const entry of this.waiting) {
      entry.cancel?.();
      entry.remainingMs = Math.max(0, entry.remainingMs - (this.now() - entry.sinceMs));
    }
  }

  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    for (const entry of this.waiting) this.start(entry);
  }

  stop(): void {
    for (const entry of this.waiting) this.drop(entry);
  }

  private start(entry: Waiting): void {
    entry.sinceMs = this.now();
    entry.cancel = this.clock.after(entry.remainingMs, () => {
      this.waiting.delete(entry);
      entry.run();
    });
  }

  private drop(entry: Waiting): void {
    entry.cancel?.();
    this.waiting.delete(entry);
  }
}
