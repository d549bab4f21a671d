import { l10n } from 'vscode';
import { lifeOf } from '../../core/terminal/detachedShell';
import type { AppContext } from '../../app/appContext';
import { isMember } from '../../core/kernel/formats/json';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { resolveRecord } from './pickTerminal';
import type { Terminals } from './terminals';

/** Ends a detached shell. */
export function endTerminal(app: AppContext, terminals: Terminals): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not end the shell'),
    run: async target => {
      const record = await resolveRecord(app, terminals, target, l10n.t('End which detached terminal?'));
      if (record) await terminals.end(record);
    },
  };
}

/**
 * Removes the nodes of shells that have probably ended: the selected ones, or all. Makes no request to their sandboxes,
 * and keeps nodes whose shell may still run.
 */
export function removeEndedTerminals(app: AppContext, terminals: Terminals): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not remove the terminals'),
    run: async (target, selected) => {
      const now = app.clock.now();
      const ended = terminals.detached().filter(record => lifeOf(record, now).kind === 'over');
      const nodes: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [target];
      const ids = nodes.flatMap(node => (isMember(node, 'sessionId') ? [node.sessionId] : []));
      const chosen = target === undefined ? ended : ended.filter(({ sessionId }) => ids.includes(sessionId));
      if (chosen.length === 0)
        throw new UserError(l10n.t('There is no detached terminal that has probably ended.'));
      for (const { sessionId } of chosen) await terminals.records.forget(sessionId);
    },
  };
}
