/** Where the emulator gets its time, so that a test may bring its own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once after `ms` milliseconds, unless the returned function is called first. */
  after(ms: number, run: () => void): () => void;
}

/** Node fires at once for anything longer; longer waits are taken in pieces. */
const longestTimer = 2 ** 31 - 1;

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    let timer: NodeJS.Timeout | undefined;
    const wait = (left: number): void => {
      timer = setTimeout(
        () => {
          if (left > longestTimer) wait(left - longestTimer);
          else run();
        },
        Math.min(left, longestTimer),
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
    // A connection that is cut at the end would start the idle clock of its sandbox, and keep the program alive.
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
