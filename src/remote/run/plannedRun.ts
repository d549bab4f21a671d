import type { CommandLine } from '../../core/commandLine';
import { parseCommandLine } from '../../core/commandLine';
import type { RunRequest } from '../../core/process';
import type { RunOptions } from '../../core/runOptions';
import type { RunOutcome } from '../../core/runOutcome';
import type { Row } from '../../core/store';
import { UserError } from '../../host/messages';
import { commandProblem } from './commandText';
import type { RemoteRun } from './remoteRun';

/** A command line and all that is needed to run it. */
export interface PlannedRun {
  readonly line: string;
  readonly parsed: CommandLine & { readonly kind: 'program' | 'shell' };
  readonly options: RunOptions;
  readonly request: RunRequest;
}

/** What a command that ran something returns for each sandbox. */
export interface RunResult {
  readonly sandboxId: string;
  readonly outcome: RunOutcome['kind'];
  readonly exitCode?: number;
  readonly signal?: number;
  readonly durationMs?: number;
}

/** @throws UserError when the line cannot be read */
export function planRun(line: string, options: RunOptions): PlannedRun {
  const parsed = parseCommandLine(line);
  if (parsed.kind === 'problem') throw new UserError(commandProblem(parsed.problem));
  const { command, args } = parsed;
  return { line: line.trim(), parsed, options, request: { command, args, ...options } };
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
