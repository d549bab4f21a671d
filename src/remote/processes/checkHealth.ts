import { l10n } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/messages';
import { UserError } from '../../text/kit/failureText';
import { withCancellableProgress } from '../../host/editor/progress';
import { rowName } from '../../text/sandbox/rowText';
import { timeoutSpan } from '../../text/kit/units';
import { reach, resolveReachable } from '../../app/reach';

/** Asks the daemon inside a sandbox how it is. */
export function checkHealth(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not check the sandbox'),
    run: async (...args) => {
      const row = await resolveReachable(context, args, () => l10n.t('Check which sandbox?'));
      const reached = row && (await reach(context, row));
      if (!row || !reached) return;
      const name = rowName(row);
      await withCancellableProgress(l10n.t('Checking {0}…', name), async signal => {
        const { client } = reached;
        if (!(await client.health(signal))) throw new UserError(l10n.t('{0} calls itself unhealthy.', name));
        const { runningProcesses = 0, uptimeSecs = 0 } = await client.info(signal);
        inform(
          l10n.t(
            '{0} is healthy: up for {1}, {2} processes.',
            name,
            timeoutSpan(uptimeSecs),
            runningProcesses,
          ),
        );
      });
    },
  };
}
