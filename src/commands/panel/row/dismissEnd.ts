import { l10n } from 'vscode';
import type { AppContext } from '../../../app/appContext';
import type { DismissedEnds } from '../../../app/ends/dismissedEnds';
import { resolveTargets } from '../../../app/targets';
import { attentionOf } from '../../../core/list/attention';
import type { CommandHandler } from '../../../host/editor/commandRegistry';

/** Takes sandboxes that ended unexpectedly out of what needs attention. The history keeps them. */
export function dismissEnd(context: AppContext, ends: DismissedEnds): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not dismiss'),
    run: async (...args) => {
      const nowMs = context.clock.now();
      const rows = await resolveTargets(context, args, {
        anyOf: [],
        needsRest: false,
        isOfHistory: true,
        accepts: row => attentionOf(row, ends.current, nowMs) === 'ended',
        question: () => l10n.t('Dismiss which sandbox that ended?'),
        none: () => l10n.t('No sandbox ended unexpectedly.'),
      });
      ends.dismiss(rows.map(({ sandbox }) => sandbox.id));
    },
  };
}
