import type { ProcessExit, ProcessInfo } from '../processes/process';

/** How a run in a sandbox came to its end, as far as anybody knows. */
export type RunOutcome =
  | { readonly kind: 'exited'; readonly exit: ProcessExit; readonly isTimeout: boolean }
  /** The user ended it. `isSure` when the sandbox said that it is gone. */
  | { readonly kind: 'cancelled'; readonly isSure: boolean }
  /** The stream broke off first. `process` is what the sandbox said afterwards, where it said something. */
  | { readonly kind: 'lost'; readonly error: unknown; readonly process?: ProcessInfo }
  /** It was never started. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Whether it ended by itself and well. */
export function isSuccess(outcome: RunOutcome): boolean {
  return outcome.kind === 'exited' && outcome.exit.exitCode === 0;
}

/** Whether a program that ended so was killed by its time limit: the sandbox tells the signal and no more. */
export function isTimeout(exit: ProcessExit, durationMs: number, timeoutSecs: number | undefined): boolean {
  return (
    timeoutSecs !== undefined && exit.signal === 9 && !exit.oomKilled && durationMs >= timeoutSecs * 1000
  );
}
