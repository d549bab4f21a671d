import { commands, l10n } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { askPick } from '../../host/editor/dialogs/quickPick';
import { plainText } from '../../text/kit/plainText';
import type { ActivityLog } from '../../core/activity/activityLog';
import type { ActivityFilter } from '../../app/lists/lists';
import { viewIds } from '../../manifest';
import type { AppContext } from '../../app/appContext';
import { resolveTarget } from '../../app/targets';

/** The services that commands for the Activity view use. */
export interface ActivityServices {
  readonly activityLog: ActivityLog;
  readonly activityFilter: ActivityFilter;
}

/** Shows the state changes of one sandbox in the Activity view. */
export function showActivity(context: AppContext, { activityFilter }: ActivityServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not show the activity'),
    run: async (...args) => {
      const row = await resolveTarget(context, args, {
        anyOf: [],
        needsRest: false,
        question: () => l10n.t('Show the activity of which sandbox?'),
        none: () => l10n.t('No sandbox to show.'),
      });
      if (!row) return;
      activityFilter.set(row.sandbox.id);
      await commands.executeCommand(`${viewIds.activity}.focus`);
    },
  };
}

/** Asks for the sandbox whose state changes the Activity view shows. */
export function filterActivity({ activityLog, activityFilter }: ActivityServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not filter'),
    run: async () => {
      const names = new Map<string, { name: string; count: number }>();
      for (const { sandboxId, name } of activityLog.entries()) {
        const count = (names.get(sandboxId)?.count ?? 0) + 1;
        names.set(sandboxId, { name: name ?? sandboxId, count });
      }
      const all = { label: l10n.t('All sandboxes'), answer: undefined };
      const answer = await askPick<string | undefined>({
        title: l10n.t('Filter Activity'),
        placeholder: l10n.t('Show the activity of which sandbox?'),
        items: [
          all,
          ...[...names].map(([id, { name, count }]) => ({
            label: plainText(name, 80),
            description: count === 1 ? l10n.t('1 change') : l10n.t('{0} changes', count),
            answer: id,
          })),
        ],
      });
      if (answer.kind === 'value') activityFilter.set(answer.value);
    },
  };
}

/** Shows the state changes of all sandboxes again. */
export function showAllActivity({ activityFilter }: ActivityServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not filter'),
    run: () => activityFilter.set(undefined),
  };
}

/** Forgets the state changes seen so far. */
export function clearActivity({ activityLog }: ActivityServices): CommandHandler {
  return { failureTitle: () => l10n.t('Could not clear'), run: () => activityLog.clear() };
}
