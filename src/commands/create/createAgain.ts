import { l10n } from 'vscode';
import { requestLike } from '../../core/create/createDraft';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { CommandContext } from '../../app/appContext';
import { idOrIds, openCreateWizard } from './wizard';
import { resolveTarget } from '../../app/targets';

/** The wizard with everything filled in that the service tells of a sandbox that has ended. */
export function createAgain(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not create the sandbox'),
    run: async (...args) => {
      const row = await resolveTarget(context, args, {
        anyOf: ['canCreateAgain'],
        isOfHistory: true,
        question: () => l10n.t('Create which sandbox again?'),
        none: () => l10n.t('No terminated sandbox in the list. Show History reads older ones.'),
      });
      if (!row) return undefined;
      return idOrIds(
        await openCreateWizard(context, requestLike(row.sandbox), {
          title: l10n.t('Create Again'),
          notice: l10n.t(
            'The disk starts empty, and the service does not tell which secrets it had: pick them again.',
          ),
        }),
      );
    },
  };
}
