import { l10n } from 'vscode';
import type { ShellEnd, ShellNotice } from '../core/terminal/shellEvents';
import { plainText } from './kit/units';

/** What a terminal says besides the output of the shell. */
export function noticeText(notice: ShellNotice): string {
  switch (notice.kind) {
    case 'lost':
      return l10n.t('The connection broke ({0}). Connecting again…', plainText(notice.reason, 120));
    case 'lagged':
      return l10n.t(
        'There was more output than the connection could carry, and some of it is missing. Connecting again…',
      );
    case 'flooded':
      return l10n.t('The sandbox refused so much input at once. Connecting again…');
    case 'reconnected':
      return l10n.t('Connected again.');
    case 'asleep':
      return l10n.t(
        'The sandbox is suspended. Press Enter to resume it; it is billed until it is suspended again.',
      );
    case 'waking':
      return l10n.t('Resuming the sandbox…');
    case 'tired':
      return l10n.t('Not connected. Press Enter to try again.');
  }
}

/** What a terminal says at its end; nothing when its program ended by itself. */
export function endText(end: ShellEnd): string | undefined {
  switch (end.kind) {
    case 'exited':
      return undefined;
    case 'killed':
      return l10n.t('The shell was ended.');
    case 'gone':
      return l10n.t('The shell is gone: a shell that nobody is attached to ends after 5 minutes.');
    case 'sandboxGone':
      return l10n.t('The sandbox was terminated, and the shell with it.');
    case 'signedOut':
      return l10n.t('Signed out. The shell goes on for 5 minutes and can be reattached to after signing in.');
  }
}

/** A remark, told apart from output by its look. */
export function remark(text: string): string {
  return `\x1b[0;2;3m${text}\x1b[0m`;
}
