import { l10n } from 'vscode';
import { lifeOf } from '../core/terminal/detachedShell';
import { dateAndTime, shortAge } from './kit/units';
import type { TerminalRecord } from '../remote/terminal/terminalRecords';

/** The program of a shell without its folder. */
export function programName({ command }: TerminalRecord): string {
  return command.slice(command.lastIndexOf('/') + 1);
}

/** Since when nobody looks at a shell, and what that means for it. */
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

/** What a line about a detached shell explains. */
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
