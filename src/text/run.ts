import { l10n } from 'vscode';
import { ApiError } from '../core/kernel/errors';
import type { ProcessExit } from '../core/processes/process';
import { signalName } from '../core/processes/signals';
import type { CommandLine } from '../core/run/commandLine';
import { isSuccess, type RunOutcome } from '../core/run/remoteRun';
import {
  type EnvProblem,
  type Read,
  readEnv,
  readTimeout,
  readUser,
  readWorkingDir,
  type RunOptions,
} from '../core/run/runOptions';
import { errorText } from './kit/failureText';
import { plainText, separator } from './kit/plainText';
import { preciseSpan } from './kit/units';

/** How a program ended: `exit code 1`. */
export function exitWords({ exitCode, signal, oomKilled }: ProcessExit): string {
  if (oomKilled) return l10n.t('killed: out of memory');
  if (signal !== undefined) return l10n.t('ended by {0}', signalName(signal));
  return exitCode === undefined ? l10n.t('ended, nobody said how') : l10n.t('exit code {0}', exitCode);
}

/** How a run ended, in one sentence. */
export function outcomeSentence(
  outcome: RunOutcome,
  durationMs: number | undefined,
  pid: number | undefined,
): string {
  const after = durationMs === undefined ? '' : preciseSpan(durationMs);
  switch (outcome.kind) {
    case 'exited':
      if (outcome.isTimeout) return l10n.t('Killed after {0}: the time it was given is over.', after);
      return [
        l10n.t('Ended after {0}: {1}.', after, exitWords(outcome.exit)),
        ...(outcome.isAskedFor ? [l10n.t('The connection broke off before; output may be missing.')] : []),
      ].join(' ');
    case 'cancelled':
      if (outcome.isSure) return l10n.t('Cancelled; the program was killed.');
      return pid === undefined
        ? l10n.t('Cancelled before the sandbox said that the program started.')
        : l10n.t('Cancelled; the sandbox did not say whether process {0} ended.', pid);
    case 'lost':
      return `${l10n.t('The connection broke off before the sandbox said how the program ended.')} ${lostRest(outcome, pid)}`;
    case 'failed':
      return l10n.t('Not run: {0}', startFailure(outcome.error));
  }
}

function lostRest({ process, error }: RunOutcome & { readonly kind: 'lost' }, pid = 0): string {
  if (!process) return l10n.t('Process {0} may still be running. {1}', pid, errorText(error));
  if (process.status === 'running') return l10n.t('Process {0} is still running.', pid);
  return l10n.t('It has ended since: {0}. Output may be missing.', exitWords(process));
}

/** Why a program was not started. The daemon answers 500 when the program does not exist. */
function startFailure(error: unknown): string {
  if (ApiError.is(error, 'server') && /spawn/i.test(error.message))
    return l10n.t('There is no such program, directory or user in the sandbox. ({0})', error.message);
  const mayHaveArrived = ApiError.is(error, 'network', 'timeout') && !error.undelivered;
  return mayHaveArrived
    ? l10n.t('{0} It may have started all the same.', errorText(error))
    : errorText(error);
}

/** How a run ended, in a word or two. */
export function outcomeWords(outcome: RunOutcome): string {
  switch (outcome.kind) {
    case 'exited':
      return outcome.isTimeout ? l10n.t('timed out') : exitWords(outcome.exit);
    case 'cancelled':
      return l10n.t('cancelled');
    case 'lost':
      return l10n.t('connection lost');
    case 'failed':
      return l10n.t('not run');
  }
}

export function outcomeStyle(outcome: RunOutcome): 'green' | 'red' | 'dim' {
  if (isSuccess(outcome)) return 'green';
  return outcome.kind === 'cancelled' ? 'dim' : 'red';
}

/** Whether a command line is run by a shell. */
export function howWords(line: CommandLine & { readonly kind: 'program' | 'shell' }): string {
  return line.kind === 'shell' ? l10n.t('through sh -lc') : l10n.t('without a shell');
}

/** The options of a run; empty for none. Variables are shown without their values, which may be secret. */
export function optionWords({ workingDir, user, timeoutSecs, env }: RunOptions): string {
  const names = Object.keys(env ?? {});
  return [
    workingDir === undefined ? undefined : l10n.t('in {0}', plainText(workingDir)),
    user === undefined ? undefined : l10n.t('as {0}', plainText(user)),
    timeoutSecs === undefined ? undefined : l10n.t('at most {0}', preciseSpan(timeoutSecs * 1000)),
    names.length === 0 ? undefined : l10n.t('with {0}', plainText(names.join(', '))),
  ]
    .filter(part => part !== undefined)
    .join(separator);
}

type CommandProblem = Extract<CommandLine, { kind: 'problem' }>['problem'];

/** Why a command line cannot be run. */
export function commandProblem(problem: CommandProblem): string {
  switch (problem) {
    case 'openQuote':
      return l10n.t('A quote is not closed.');
    case 'trailingBackslash':
      return l10n.t('Nothing follows the backslash.');
    case 'empty':
      return l10n.t('There is no command.');
  }
}

/** What is wrong with a directory; undefined for a valid one. The functions below do the same for other options. */
export function workingDirProblem(text: string): string | undefined {
  return say(readWorkingDir(text), problem =>
    problem === 'nul'
      ? l10n.t('Directory: no NUL characters.')
      : l10n.t('Directory: an absolute path, beginning with a slash. There is no home directory to go from.'),
  );
}

export function userProblem(text: string): string | undefined {
  return say(readUser(text), () => l10n.t('User: a name, a number, or uid:gid, such as root or 1000:1000.'));
}

export function timeoutProblem(text: string): string | undefined {
  return say(readTimeout(text), problem =>
    problem === 'zero'
      ? l10n.t('Time limit: more than 0; leave it empty for none.')
      : l10n.t('Time limit: seconds, or a span such as 45m or 1h30m.'),
  );
}

export function envProblem(text: string): string | undefined {
  return say(readEnv(text), problem => envSentence(problem));
}

function envSentence(problem: EnvProblem): string {
  switch (problem) {
    case 'openQuote':
      return l10n.t('A quote is not closed.');
    case 'trailingBackslash':
      return l10n.t('Nothing follows the backslash.');
    case 'noEquals':
      return l10n.t('Variables: NAME=value, separated by blanks. A value with blanks goes in quotes.');
    case 'name':
      return l10n.t('A name has letters, digits and underscores, and begins with no digit.');
    case 'nul':
      return l10n.t('A value holds no NUL characters.');
  }
}

function say<P extends string>(read: Read<unknown, P>, words: (problem: P) => string): string | undefined {
  return 'problem' in read ? words(read.problem) : undefined;
}
