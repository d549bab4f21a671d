import { l10n } from 'vscode';
import type { CommandLine } from '../core/run/commandLine';

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
