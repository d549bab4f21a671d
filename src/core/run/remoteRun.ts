import type { Clock } from '../kernel/time/clock';
import { ApiError } from '../kernel/errors';
import type {
  OutputLine,
  ProcessExit,
  ProcessInfo,
  ProcessRef,
  RunEvent,
  RunRequest,
} from '../processes/process';

/** What a run needs of the processes of a sandbox. */
export interface RunProcesses {
  run(request: RunRequest, signal: AbortSignal): AsyncIterable<RunEvent>;
  kill(ref: ProcessRef, signal: AbortSignal): Promise<void>;
  signal(ref: ProcessRef, number: number, signal: AbortSignal): Promise<void>;
  get(ref: ProcessRef, signal: AbortSignal): Promise<ProcessInfo>;
}

/** How long to wait for the end of a killed program, in milliseconds. */
const farewellMs = 5_000;

/** Timeout of a request about a run, in milliseconds. */
const requestMs = 15_000;

const interruptSignal = 2;

/** One run of a program in a sandbox. It ends with the view that shows it. */
export class RemoteRun {
  private readonly abort = new AbortController();
  private hasExited = false;
  private pid: number | undefined;
  private startedAtMs: number | undefined;
  private endedAtMs: number | undefined;
  private cancelling: Promise<boolean> | undefined;
  private processes: RunProcesses | undefined;

  /** @param sessionSignal ends the run with the session */
  constructor(
    private readonly request: RunRequest,
    private readonly clock: Clock,
    sessionSignal: AbortSignal,
  ) {
    if (sessionSignal.aborted) this.abort.abort();
    sessionSignal.addEventListener('abort', () => this.abort.abort(), { signal: this.abort.signal });
  }

  get processId(): number | undefined {
    return this.pid;
  }

  wasCancelled(): boolean {
    return this.cancelling !== undefined;
  }

  /** Milliseconds from the start that the sandbox reported until the end, or until now; undefined before the start. */
  get durationMs(): number | undefined {
    if (this.startedAtMs === undefined) return undefined;
    return (this.endedAtMs ?? this.clock.elapsed()) - this.startedAtMs;
  }

  /**
   * Runs the program. Never rejects.
   *
   * @param onLine the next line is read when what it returns is done
   */
  async toEnd(
    processes: RunProcesses,
    onLine: (line: OutputLine) => Promise<void> | undefined,
  ): Promise<RunOutcome> {
    this.processes = processes;
    if (this.wasCancelled()) return { kind: 'cancelled', isSure: true };
    try {
      for await (const event of processes.run(this.request, this.abort.signal)) {
        if (event.kind === 'started') {
          this.pid = event.pid;
          this.startedAtMs = this.clock.elapsed();
        } else if (event.kind === 'line') await onLine(event);
        else {
          this.endedAtMs = this.clock.elapsed();
          this.hasExited = true;
          if (this.wasCancelled()) return { kind: 'cancelled', isSure: true };
          const timedOut = isTimeout(event, this.durationMs ?? 0, this.request.timeoutSecs);
          return { kind: 'exited', exit: event, isTimeout: timedOut };
        }
      }
      throw new ApiError('network', '', { code: 'NO_EXIT' });
    } catch (error) {
      this.endedAtMs = this.clock.elapsed();
      return await this.brokenOff(processes, error);
    }
  }

  /** Asks the program to stop, as Ctrl+C does. @throws ApiError */
  async interrupt(): Promise<void> {
    if (this.pid === undefined || !this.processes) await this.cancel();
    else await this.processes.signal(this.pid, interruptSignal, AbortSignal.timeout(requestMs));
  }

  /** Kills the program, unless it has ended; resolves when the sandbox has accepted that. Never rejects. */
  async cancel(): Promise<void> {
    if (this.hasExited) return;
    await (this.cancelling ??= this.kill());
  }

  /** Kills the program. @returns whether the sandbox accepted that */
  private async kill(): Promise<boolean> {
    const { pid, processes } = this;
    if (pid === undefined || !processes) {
      this.abort.abort();
      return false;
    }
    try {
      await processes.kill(pid, AbortSignal.timeout(requestMs));
      // The stream should end now; if it does not, it is closed.
      this.clock.after(farewellMs, () => this.abort.abort());
      return true;
    } catch {
      // Closing the request ends the program too.
      this.abort.abort();
      return false;
    }
  }

  private async brokenOff(processes: RunProcesses, error: unknown): Promise<RunOutcome> {
    if (this.cancelling !== undefined) return { kind: 'cancelled', isSure: await this.cancelling };
    if (this.pid === undefined) return { kind: 'failed', error };
    if (this.abort.signal.aborted) return { kind: 'lost', error };
    try {
      const process = await processes.get(this.pid, AbortSignal.timeout(requestMs));
      const { status, exitCode, oomKilled } = process;
      // A signal says less: it may be how the server ends what nobody follows any more.
      if (status === 'running' || exitCode === undefined) return { kind: 'lost', error, process };
      return { kind: 'exited', exit: { exitCode, oomKilled }, isTimeout: false, isAskedFor: true };
    } catch {
      return { kind: 'lost', error };
    }
  }
}

/** How a run in a sandbox ended, as far as this is known. */
export type RunOutcome =
  | {
      readonly kind: 'exited';
      readonly exit: ProcessExit;
      readonly isTimeout: boolean;
      /** The stream broke off first, and the sandbox was asked: output may be missing. */
      readonly isAskedFor?: true;
    }
  /** The user ended it. `isSure` if the sandbox confirmed that it is gone. */
  | { readonly kind: 'cancelled'; readonly isSure: boolean }
  /** The stream broke off first. `process` is what the sandbox reported afterwards, if it did. */
  | { readonly kind: 'lost'; readonly error: unknown; readonly process?: ProcessInfo }
  /** It was never started. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Whether a program ended by itself and succeeded. */
export function isSuccess(outcome: RunOutcome): boolean {
  return outcome.kind === 'exited' && outcome.exit.exitCode === 0;
}

/** Whether a program was killed by its time limit: the sandbox reports only the signal. */
function isTimeout(exit: ProcessExit, durationMs: number, timeoutSecs: number | undefined): boolean {
  return (
    timeoutSecs !== undefined && exit.signal === 9 && !exit.oomKilled && durationMs >= timeoutSecs * 1000
  );
}
