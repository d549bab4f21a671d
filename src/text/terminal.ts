import { l10n } from 'vscode';
import { lifeOf, type TerminalRecord } from '../core/terminal/detachedShell';
import type { ShellEnd, ShellNotice } from '../core/terminal/shellEvents';
import { plainText } from './kit/plainText';
import { dateAndTime, shortAge } from './kit/units';

/** What a terminal shows besides the output of its shell. */
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
    case 'keysKept':
      return l10n.t('What you type is sent when the connection is back.');
    case 'keysDropped':
      return l10n.t('What was typed without a connection is not sent.');
    case 'suspended':
      return l10n.t(
        'The sandbox is suspended. Press Enter to resume it; it is billed until it is suspended again.',
      );
    case 'waking':
      return l10n.t('Resuming the sandbox…');
    case 'gaveUp':
      return l10n.t('Not connected. Press Enter to try again.');
  }
}

/** What a terminal shows at its end; undefined when its program exited by itself. */
export function endText(end: ShellEnd): string | undefined {
  switch (end.kind) {
    case 'exited':
      return undefined;
    case 'killed':
      return l10n.t('The shell was ended.');
    case 'gone':
      return end.isSudden
        ? l10n.t('The shell is gone: it was ended, or what runs in the sandbox was started anew.')
        : l10n.t('The shell is gone: a shell that nobody is attached to ends after 5 minutes.');
    case 'sandboxGone':
      return l10n.t('The sandbox was terminated, and the shell with it.');
    case 'refused':
      return l10n.t(
        'The server refused the terminal ({0}). The shell was ended, as nobody can reach it.',
        plainText(end.reason, 120),
      );
    case 'signedOut':
      return l10n.t('Signed out. The shell goes on for 5 minutes and can be reattached to after signing in.');
  }
}

/** Text that is styled so that it cannot be taken for output of the shell. */
export function remark(text: string): string {
  return `\x1b[0;2;3m${text}\x1b[0m`;
}

/** The program of a shell without its folder. */
export function programName({ command }: TerminalRecord): string {
  return command.slice(command.lastIndexOf('/') + 1);
}

/** How long a detached shell is left, and since when it is detached. */
export function detachedParts(record: TerminalRecord, nowMs: number): readonly string[] {
  const { detachedAtMs, isLeftBehind = false, openedAtMs } = record;
  const life = lifeOf(record, nowMs);
  if (life.kind === 'unknown' || detachedAtMs === undefined)
    return [
      l10n.t('in another window, or left when it closed'),
      l10n.t('opened {0} ago', shortAge(openedAtMs, nowMs)),
    ];
  if (life.kind === 'over')
    return [
      l10n.t('probably ended'),
      isLeftBehind ? l10n.t('left by a window that closed') : l10n.t('detached over 5 min ago'),
    ];
  return isLeftBehind
    ? [l10n.t('at most {0} min left', life.minutesLeft), l10n.t('left by a window that closed')]
    : [l10n.t('{0} min left', life.minutesLeft), l10n.t('detached {0} ago', shortAge(detachedAtMs, nowMs))];
}

/** The tooltip of a detached shell. */
export function detachedTooltip(record: TerminalRecord, nowMs: number): string {
  const opened = l10n.t('Opened {0}.', dateAndTime(record.openedAtMs));
  return lifeOf(record, nowMs).kind === 'over'
    ? l10n.t(
        'The service ends a shell that nobody is attached to after 5 minutes, so this one has probably ended. Reattach to find out, or remove the line. {0}',
        opened,
      )
    : l10n.t(
        'The service ends a shell 5 minutes after the last terminal has left it. Reattach to keep it. {0}',
        opened,
      );
}
