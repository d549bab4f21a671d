import { l10n } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import { followTo, runBatch } from '../../app/batch';
import { resolveTargets } from '../../app/targets';
import { wake } from '../../app/wake';
import { settlesAt } from '../../core/list/transitionWatcher';
import type { CommandHandler } from '../../host/editor/commandRegistry';

/** Wakes suspended sandboxes; one that is still being suspended is waited for first (API reference section 6, point 6). */
export function resume(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not resume'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const rows = await resolveTargets(context, args, {
        anyOf: ['canResume'],
        question: () => l10n.t('Resume which sandbox?'),
        none: () => l10n.t('No suspended sandbox to resume.'),
      });
      await runBatch(context, connection, rows, 'resume', async sandbox => {
        // Waiting first must not hold back the others, so it belongs to what is followed.
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
