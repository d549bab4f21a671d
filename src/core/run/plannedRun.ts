import type { Row } from '../list/rows';
import type { RunRequest } from '../processes/process';
import type { CommandLine } from './commandLine';
import type { RemoteRun, RunOutcome } from './remoteRun';
import type { RunOptions } from './runOptions';

/** A command line with everything needed to run it. */
export interface PlannedRun {
  readonly line: string;
  readonly parsed: CommandLine & { readonly kind: 'program' | 'shell' };
  readonly options: RunOptions;
  readonly request: RunRequest;
}

/** The result of a run in one sandbox, as commands return it. */
export interface RunResult {
  readonly sandboxId: string;
  readonly outcome: RunOutcome['kind'];
  readonly exitCode?: number;
  readonly signal?: number;
  readonly durationMs?: number;
}

export function resultOf(row: Row, outcome: RunOutcome, run: RemoteRun | undefined): RunResult {
  const exit = outcome.kind === 'exited' ? outcome.exit : undefined;
  return {
    sandboxId: row.sandbox.id,
    outcome: outcome.kind,
    ...(exit?.exitCode !== undefined && { exitCode: exit.exitCode }),
    ...(exit?.signal !== undefined && { signal: exit.signal }),
    ...(run?.durationMs !== undefined && { durationMs: run.durationMs }),
  };
}
