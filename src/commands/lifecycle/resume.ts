import { l10n } from 'vscode';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { settlesAt } from '../../core/list/settles';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { followTo, runBatch, type FollowUp } from '../../app/batch';
import type { CommandContext } from '../../app/appContext';
import { resolveTargets } from '../../app/targets';

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

/** Resumes a suspended sandbox, and returns how to wait until it runs. */
export async function wake(
  context: CommandContext,
  connection: Connection,
  sandbox: Sandbox,
): Promise<FollowUp> {
  await connection.control.resume(sandbox.id, connection.signal);
  return () => followTo(context, connection, sandbox, 'running', settlesAt('running', 'pending'));
}
