import type { Clock } from '../kernel/time/clock';
import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import { mapLimited } from '../kernel/async';
import { OutputBuffer, shownLine } from './output';
import type { RunRequest } from '../processes/process';
import { isSuccess, type RunOutcome, RemoteRun, type RunProcesses } from './remoteRun';
import type { Row } from '../list/rows';

/** How many sandboxes a command runs in at a time. */
const concurrency = 8;
/** Characters of output kept per sandbox. */
const keptOutput = 1_000_000;

/** Opens a sandbox, resuming it first if the user agreed. */
export type OpenSandbox = (row: Row) => Promise<{
  readonly processes: RunProcesses;
  readonly signal: AbortSignal;
}>;

/** The run in one of many sandboxes. */
export class ManyRow {
  readonly output = new OutputBuffer(keptOutput);
  run: RemoteRun | undefined;
  outcome: RunOutcome | undefined;

  constructor(readonly row: Row) {}

  get state(): 'waiting' | 'running' | 'ended' {
    if (this.outcome) return 'ended';
    return this.run ? 'running' : 'waiting';
  }
}

/** One command in many sandboxes, with its state in each. */
export class ManyRuns implements DisposableLike {
  private readonly changes = new Emitter<ManyRow>();
  readonly onDidChange = this.changes.event;
  readonly rows: readonly ManyRow[];
  private isCancelled = false;

  constructor(
    rows: readonly Row[],
    private readonly request: RunRequest,
    private readonly clock: Clock,
    private readonly open: OpenSandbox,
  ) {
    this.rows = rows.map(row => new ManyRow(row));
  }

  get isRunning(): boolean {
    return this.rows.some(({ state }) => state !== 'ended');
  }

  /** How many runs have ended, and how many of these succeeded. */
  get counts(): { readonly ended: number; readonly well: number } {
    const outcomes = this.rows.map(({ outcome }) => outcome).filter(outcome => outcome !== undefined);
    return { ended: outcomes.length, well: outcomes.filter(isSuccess).length };
  }

  /** Runs the command in all of them. Never rejects. */
  async toEnd(): Promise<void> {
    await mapLimited(this.rows, concurrency, async each => {
      each.outcome = await this.runIn(each);
      this.changes.fire(each);
    });
  }

  /** Ends the runs under way and starts no more. */
  async cancel(): Promise<void> {
    this.isCancelled = true;
    await Promise.all(this.rows.map(async each => await each.run?.cancel()));
  }

  dispose(): void {
    void this.cancel();
    this.changes.dispose();
  }

  private async runIn(each: ManyRow): Promise<RunOutcome> {
    if (this.isCancelled) return { kind: 'cancelled', isSure: true };
    try {
      const { processes, signal } = await this.open(each.row);
      const run = new RemoteRun(this.request, this.clock, signal);
      each.run = run;
      if (this.wasCancelled()) return { kind: 'cancelled', isSure: true };
      this.changes.fire(each);
      return await run.toEnd(processes, ({ line, stream, omitted }) => {
        each.output.add((stream === 'stderr' ? '┃ ' : '') + shownLine(line, false, omitted).text);
        this.changes.fire(each);
        return undefined;
      });
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  private wasCancelled(): boolean {
    return this.isCancelled;
  }
}
