import type { CommandLine } from './commandLine';
import { parseCommandLine } from './commandLine';
import type { RunRequest } from '../processes/process';
import type { RunOptions } from './runOptions';
import type { RunOutcome } from './runOutcome';
import type { Row } from '../list/store';
import { UserError } from '../../host/editor/messages';
import { commandProblem } from '../../text/commandText';
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
