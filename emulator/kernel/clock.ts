/** The time of the emulator, which a test may replace. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds, unless the returned function is called first. */
  after(ms: number, run: () => void): () => void;
}

/** Node fires longer timers at once, so that longer waits are split. */
const longestTimer = 2 ** 31 - 1;

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    let timer: NodeJS.Timeout | undefined;
    const wait = (remaining: number): void => {
      timer = setTimeout(
        () => {
          if (remaining > longestTimer) wait(remaining - longestTimer);
          else run();
        },
        Math.min(remaining, longestTimer),
      );
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** Timers by key: setting a key again replaces its timer, and all of them end with the server. */
export class Timers {
  private readonly cancels = new Map<string, () => void>();
  private hasStopped = false;

  constructor(private readonly clock: Clock) {}

  set(key: string, ms: number, run: () => void): void {
    this.clear(key);
    // A connection that closes during the stop would start an idle timer and keep the process alive.
    if (this.hasStopped) return;
    const cancel = this.clock.after(ms, () => {
      this.cancels.delete(key);
      run();
    });
    this.cancels.set(key, cancel);
  }

  clear(key: string): void {
    this.cancels.get(key)?.();
    this.cancels.delete(key);
  }

  stop(): void {
    this.hasStopped = true;
    for (const cancel of this.cancels.values()) cancel();
    this.cancels.clear();
  }
}
