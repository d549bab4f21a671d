import { commands, l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { lacking } from '../../app/offered';
import { isMember } from '../../core/kernel/formats/json';
import { groupNeeds, type GroupToken, rowsFor } from '../../core/list/groupActions';
import type { Row } from '../../core/list/rows';
import { lackedCall } from '../../core/sandbox/lackedCall';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { commandIds, type CommandId } from '../../manifest';
import { UserError } from '../../text/kit/failureText';
import { isSuspendConfirmed } from './confirmMany';

interface GroupAction {
  readonly failureTitle: () => string;
  /** The error when nothing in the group can do it. */
  readonly none: () => string;
  /** What several selected sandboxes are passed to. It asks itself, unless there is an `ask`. */
  readonly command: CommandId;
  readonly ask?: (context: AppContext, rows: readonly Row[], leftOut: number) => Promise<boolean>;
}

const actions: Readonly<Record<GroupToken, GroupAction>> = {
  canSuspendAll: {
    failureTitle: () => l10n.t('Could not suspend'),
    none: () => l10n.t('No running sandbox with a name to suspend.'),
    command: commandIds.suspend,
    ask: isSuspendConfirmed,
  },
  canResumeAll: {
    failureTitle: () => l10n.t('Could not resume'),
    none: () => l10n.t('No suspended sandbox to resume.'),
    command: commandIds.resume,
  },
  canTerminateAll: {
    failureTitle: () => l10n.t('Could not terminate'),
    none: () => l10n.t('No sandbox to terminate.'),
    command: commandIds.terminate,
  },
};

/**
 * Does something to all sandboxes of a group that can do it, as far as the view shows them; without a group, to all that it
 * shows.
 */
export function actOnAll(context: AppContext, token: GroupToken): CommandHandler {
  const { failureTitle, none, command, ask } = actions[token];
  return {
    failureTitle,
    run: async node => {
      await context.connections.require();
      const groupId = isMember(node, 'groupId') ? node.groupId : undefined;
      const shown = context.view
        .shownGroups()
        .filter(group => groupId === undefined || group.id === groupId)
        .flatMap(group => group.rows);
      const rows = rowsFor(token, shown);
      if (rows.length === 0) {
        const lacked = shown
          .map(row => lackedCall(row, [groupNeeds[token]]))
          .find(call => call !== undefined);
        throw lacked === undefined ? new UserError(none()) : lacking(lacked);
      }
      if (ask && !(await ask(context, rows, shown.length - rows.length))) return;
      const nodes = rows.map(({ sandbox }) => ({ kind: 'sandbox', sandboxId: sandbox.id }));
      await commands.executeCommand(command, nodes[0], nodes);
    },
  };
}
