import { l10n } from 'vscode';
import { readCreateInput } from './createInput';
import { freeName } from '../../core/create/createDraft';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/messages';
import type { CommandContext } from '../../app/appContext';
import { idOrIds, openCreateWizard } from './wizard';
import { nameTaken } from './step';

/** The wizard with what was last created filled in, under a name that is free. */
export function createFromLast(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not create the sandbox'),
    run: async () => {
      const input = context.lastCreate.read();
      const read = input === undefined ? undefined : readCreateInput(input);
      if (!read || 'problems' in read) {
        inform(l10n.t('No sandbox was created here before: these are the usual settings.'));
        return idOrIds(await openCreateWizard(context, {}));
      }
      const { request, count } = read.draft;
      const { name } = request;
      // Several are numbered past those that are there.
      const free = name === undefined || count > 1 ? name : freeName(name, nameTaken(context));
      return idOrIds(await openCreateWizard(context, { ...request, name: free }, { count }));
    },
  };
}
