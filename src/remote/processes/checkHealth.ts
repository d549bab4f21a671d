import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { isOwnProcess } from '../../core/processes/ownProcess';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { inform } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { startProgress } from '../../host/editor/dialogs/progress';
import { rowName } from '../../text/sandbox/rowText';
import { timeoutSpan } from '../../text/kit/units';
import { reach, resolveReachable, type Reached } from '../../app/reach';

/** Checks the health of the daemon inside a sandbox. */
export function checkHealth(app: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not check the sandbox'),
    run: async (...args) => {
      const row = await resolveReachable(app, args, () => l10n.t('Check which sandbox?'));
      const reached = row && (await reach(app, row));
      if (!row || !reached) return;
      const name = rowName(row);
      const progress = startProgress(l10n.t('Checking {0}…', name));
      inform(await progress.until(healthOf(reached, name, progress.signal)));
    },
  };
}

/** @throws UserError when it is unhealthy */
async function healthOf({ client }: Reached, name: string, signal: AbortSignal): Promise<string> {
  if (!(await client.health(signal))) throw new UserError(l10n.t('{0} calls itself unhealthy.', name));
  const [{ runningProcesses = 0, uptimeSecs = 0 }, processes] = await Promise.all([
    client.info(signal),
    client.processes.list(signal),
  ]);
  const own = processes.filter(info => info.status === 'running' && isOwnProcess(info)).length;
  const span = timeoutSpan(uptimeSecs);
  const count = Math.max(0, runningProcesses - own);
  return l10n.t('{0} is healthy: up for {1}, {2} processes.', name, span, count);
}
