import { l10n } from 'vscode';
import type { CommandHandler } from '../../../host/editor/commandRegistry';
import type { AppContext } from '../../../app/appContext';
import type { ViewOptionsStore } from '../../../host/storage/viewOptions';
import { resolveTargets } from '../../../app/targets';

/** Pins sandboxes to the top of their groups, or unpins them. */
export function pin(context: AppContext, options: ViewOptionsStore, isPinned: boolean): CommandHandler {
  return {
    failureTitle: () => (isPinned ? l10n.t('Could not pin') : l10n.t('Could not unpin')),
    run: async (...args) => {
      const { pins } = options.current;
      const rows = await resolveTargets(context, args, {
        anyOf: [],
        needsRest: false,
        accepts: ({ sandbox }) => sandbox.state !== 'terminated' && pins.has(sandbox.id) !== isPinned,
        question: () => (isPinned ? l10n.t('Pin which sandbox?') : l10n.t('Unpin which sandbox?')),
        none: () => (isPinned ? l10n.t('No sandbox that can be pinned.') : l10n.t('No sandbox is pinned.')),
      });
      await options.setPinned(
        rows.map(row => row.sandbox.id),
        isPinned,
      );
    },
  };
}
