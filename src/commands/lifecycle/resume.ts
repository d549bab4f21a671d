import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { followTo, runBatch } from '../../app/batch';
import { resolveTargets } from '../../app/targets';
import { wake } from '../../app/wake';
import { settlesAt } from '../../core/list/polling/transitionWatcher';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { BillingStore } from '../../host/storage/billingSettings';
import { isResumeConfirmed } from './confirmMany';

export interface ResumeServices {
  readonly billing: BillingStore;
}

/** Resumes suspended sandboxes, several after a question. One that is still suspending is waited for first (API reference section 6, point 6). */
export function resume(context: AppContext, { billing }: ResumeServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not resume'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const rows = await resolveTargets(context, args, {
        anyOf: ['canResume'],
        question: () => l10n.t('Resume which sandbox?'),
        none: () => l10n.t('No suspended sandbox to resume.'),
      });
      if (rows.length > 1 && !(await isResumeConfirmed(context, billing.current, rows))) return;
      await runBatch(context, connection, rows, 'resume', async sandbox => {
        // This wait must not hold back the other sandboxes, so it is part of the follow-up.
        if (sandbox.state === 'suspending')
          return async () => {
            await followTo(context, connection, sandbox, 'suspended', settlesAt('suspended', 'suspending'));
            await (
              await wake(context, connection, sandbox)
            )();
          };
        return await wake(context, connection, sandbox);
      });
    },
  };
}
