import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { resolveTarget } from '../../app/targets';
import type { CommandHandler } from '../../host/editor/commandRegistry';

/** Makes a sandbox the one that commands take in this folder of the workspace when none is named. */
export function setDefault(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not set the default sandbox'),
    run: async (...args) => {
      const row = await resolveTarget(context, args, {
        anyOf: [],
        needsRest: false,
        accepts: ({ sandbox }) => sandbox.state !== 'terminated' && sandbox.id !== context.defaults.here,
        question: () => l10n.t('Which sandbox is the default of this workspace folder?'),
        none: () => l10n.t('There is no other sandbox.'),
      });
      if (row) await context.defaults.setHere(row.sandbox.id);
    },
  };
}

/** Ends that: commands ask again which sandbox. */
export function clearDefault(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not clear the default sandbox'),
    run: async (...args) => {
      const { defaults } = context;
      if (args.length === 0 && defaults.here !== undefined) {
        await defaults.setHere(undefined);
        return;
      }
      const row = await resolveTarget(context, args, {
        anyOf: [],
        needsRest: false,
        accepts: ({ sandbox }) => sandbox.id === defaults.here,
        question: () => l10n.t('Which sandbox is no default any more?'),
        none: () => l10n.t('This workspace folder has no such default sandbox.'),
      });
      if (row) await defaults.setHere(undefined);
    },
  };
}
