import type { SandboxRecord } from '../records/records';

/** What the simulated hosts can hold together. */
export interface CapacityLimits {
  readonly maxRunning: number;
  readonly maxGpus: number;
  /** The CPUs of the largest host: a sandbox that wants more waits for good. */
  readonly maxCpus: number;
}

/** Counts the capacity that placed sandboxes use. */
export class Capacity {
  private running = 0;
  private gpus = 0;

  constructor(private readonly limits: CapacityLimits) {}

  fits(sandbox: SandboxRecord): boolean {
    return (
      sandbox.resources.cpus <= this.limits.maxCpus &&
      this.running + 1 <= this.limits.maxRunning &&
      this.gpus + gpusOf(sandbox) <= this.limits.maxGpus
    );
  }

  take(sandbox: SandboxRecord): void {
    this.running += 1;
    this.gpus += gpusOf(sandbox);
  }

  release(sandbox: SandboxRecord): void {
    this.running -= 1;
    this.gpus -= gpusOf(sandbox);
  }
}

function gpusOf(sandbox: SandboxRecord): number {
  return (sandbox.resources.gpus ?? []).reduce((sum, gpu) => sum + gpu.count, 0);
}
