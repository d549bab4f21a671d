import type { Sandboxes } from '../../api/control/sandboxes/sandboxes';
import type { SandboxClient } from '../../api/data/sandboxClient';
import type { Clock } from '../../core/kernel/time/clock';
import { cancelledBy } from '../../core/kernel/errors';
import type { Poller } from '../../core/list/polling/poller';
import type { SandboxStore } from '../../core/list/store';
import { isCapableOf } from '../../core/sandbox/capabilities';
import type { Sandbox } from '../../core/sandbox/sandbox';

/** How long an answer counts, in milliseconds. Nothing is polled while the window is out of sight, and much can happen then. */
const believedMs = 15_000;

export interface RunningSandboxesOptions {
  readonly sandboxes: Pick<Sandboxes, 'get'>;
  readonly poller: Pick<Poller, 'applyUpdate' | 'listedAtMs'>;
  readonly store: Pick<SandboxStore, 'current'>;
  /** Sleep counts: a sandbox that ran before the machine slept may be suspended since. */
  readonly clock: Pick<Clock, 'elapsed'>;
  /** The inside of a sandbox as it was last read. */
  readonly inside: (sandbox: Sandbox) => Promise<SandboxClient>;
  /** Aborted when the session ends. */
  readonly signal: AbortSignal;
}

/** A sandbox that runs, and its inside. */
export interface RunningSandbox {
  readonly sandbox: Sandbox;
  readonly client: SandboxClient;
}

/** An answer of the control plane about one sandbox, which all who ask at once share. */
interface Look {
  readonly atMs: number;
  readonly sandbox: Promise<Sandbox>;
}

/**
 * Tells which sandboxes of a session run for certain, since a request to a suspended one would wake it: where the last
 * answer is too old, the control plane is asked first.
 */
export class RunningSandboxes {
  private readonly looks = new Map<string, Look>();
  /** What was read of a sandbox until then does not count, whatever its age. */
  private readonly recheckedAtMs = new Map<string, number>();

  constructor(private readonly options: RunningSandboxesOptions) {}

  /**
   * A sandbox and its inside; undefined when it does not run.
   *
   * @param maxAgeMs of what is known of it, in milliseconds; 0 asks the control plane always
   * @throws ApiError when nobody can tell; UserError when it has no address
   */
  async get(id: string, maxAgeMs = believedMs): Promise<RunningSandbox | undefined> {
    const sandbox = await this.read(id, this.options.clock.elapsed() - maxAgeMs);
    if (this.options.signal.aborted) throw cancelledBy(this.options.signal);
    return isRunning(sandbox) ? { sandbox, client: await this.options.inside(sandbox) } : undefined;
  }

  /** Makes the next call ask: something speaks against what is known. */
  recheck(id: string): void {
    this.looks.delete(id);
    this.recheckedAtMs.set(id, this.options.clock.elapsed());
  }

  private async read(id: string, sinceMs: number): Promise<Sandbox> {
    const { status, rows } = this.options.store.current;
    const { listedAtMs = -Infinity } = this.options.poller;
    const listed = rows.get(id)?.sandbox;
    const isListed = listed !== undefined && isRunning(listed);
    const listedSinceMs = Math.max(sinceMs, this.recheckedAtMs.get(id) ?? sinceMs);
    // A row that was just created, or just resumed, may not have its address yet.
    if (isListed && listed.sandboxUrl !== undefined && status.kind === 'fresh' && listedAtMs > listedSinceMs)
      return listed;
    const last = this.looks.get(id);
    // What the list says of it since then counts more.
    if (last && last.atMs > sinceMs && (isListed || listed === undefined)) return await last.sandbox;
    return await this.look(id);
  }

  private async look(id: string): Promise<Sandbox> {
    const look: Look = { atMs: this.options.clock.elapsed(), sandbox: this.ask(id) };
    this.looks.set(id, look);
    try {
      return await look.sandbox;
    } catch (error) {
      if (this.looks.get(id) === look) this.looks.delete(id);
      throw error;
    }
  }

  private async ask(id: string): Promise<Sandbox> {
    const { sandboxes, poller, signal } = this.options;
    const sandbox = await sandboxes.get(id, signal);
    poller.applyUpdate([sandbox]);
    return sandbox;
  }
}

function isRunning(sandbox: Sandbox): boolean {
  return isCapableOf(sandbox, ['canConnect']);
}
