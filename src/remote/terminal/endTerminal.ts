import { l10n } from 'vscode';
import { lifeOf } from '../../core/terminal/detachedShell';
import type { CommandContext } from '../../app/appContext';
import { isMember } from '../../core/kernel/json';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { resolveRecord } from './pickTerminal';
import { terminalsOf } from './terminals';

/** Ends a shell that was detached from. */
export function endTerminal(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not end the shell'),
    run: async target => {
      const record = await resolveRecord(context, target, l10n.t('End which detached terminal?'));
      if (record) await terminalsOf(context).end(record);
    },
  };
}

/**
 * Removes the lines of shells that have probably ended: those selected, or all. Asks nothing of their sandboxes, and
 * leaves alone what may live.
 */
export function removeEndedTerminals(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not remove the terminals'),
    run: async (target, selected) => {
      const terminals = terminalsOf(context);
      const now = context.clock.now();
      const ended = terminals.detached().filter(record => lifeOf(record, now).kind === 'over');
      const lines: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [target];
      const ids = lines.flatMap(line => (isMember(line, 'sessionId') ? [line.sessionId] : []));
      const chosen = target === undefined ? ended : ended.filter(({ sessionId }) => ids.includes(sessionId));
      if (chosen.length === 0)
        throw new UserError(l10n.t('There is no detached terminal that has probably ended.'));
      for (const { sessionId } of chosen) await terminals.tickets.forget(sessionId);
    },
  };
}
