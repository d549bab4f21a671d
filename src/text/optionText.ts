import { l10n } from 'vscode';
import {
  readEnv,
  readTimeout,
  readUser,
  readWorkingDir,
  type EnvProblem,
  type Read,
} from '../core/run/runOptions';

/** What is wrong with a directory, in words; undefined for nothing. */
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
