import { l10n } from 'vscode';
import { isEphemeral } from '../../core/sandbox/sandbox';
import { moves } from '../../core/list/moves';
import type { Row } from '../../core/list/store';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { describeRow, rowName } from '../../text/sandbox/rowText';
import { followRequest, runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { confirmLoss } from '../../app/confirm';
import { resolveTargets } from '../../app/targets';

/** Terminates sandboxes after a confirmation. */
export function terminate(context: AppContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not terminate'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const rows = await resolveTargets(context, args, {
        anyOf: ['canTerminate'],
        needsRest: false,
        question: () => l10n.t('Terminate which sandbox?'),
        none: () => l10n.t('No sandbox to terminate.'),
      });
      if (rows.length === 0 || !(await confirmTermination(rows, context.clock.now()))) return;
      await terminateAndFollow(context, connection, rows);
    },
  };
}

/**
 * Terminates sandboxes and waits until they have ended.
 *
 * @throws BatchError naming each sandbox for which it failed
 */
export async function terminateAndFollow(
  context: AppContext,
  connection: Connection,
  rows: readonly Row[],
): Promise<void> {
  await runBatch(context, connection, rows, 'terminate', async sandbox => {
    // Unknown counts as done too, which reading it has to confirm.
    await connection.sandboxes.terminate(sandbox.id, connection.signal);
    return () => followRequest(context, connection, sandbox, moves.terminate);
  });
}

/** Asks before sandboxes are terminated. True when the user pressed the button. */
export async function confirmTermination(rows: readonly Row[], nowMs: number): Promise<boolean> {
  const [first] = rows;
  if (!first) return false;
  const isOne = rows.length === 1;
  const isPublic = rows.some(({ sandbox }) => sandbox.exposedPorts.length > 0);
  const isSuspendable = rows.every(({ sandbox }) => sandbox.state === 'running' && !isEphemeral(sandbox));
  return await confirmLoss({
    question: isOne
      ? l10n.t('Terminate {0}?', rowName(first))
      : l10n.t('Terminate {0} sandboxes?', rows.length),
    names: rows.map(row => `${rowName(row)}: ${describeRow(row, nowMs)}`),
    lost: [
      l10n.t('The disk, memory and processes are lost for good. Snapshots already taken stay.'),
      isPublic ? l10n.t('Addresses of exposed ports stop answering.') : undefined,
      isSuspendable ? l10n.t('To stop the cost and keep the state, suspend instead.') : undefined,
    ],
    button: isOne ? l10n.t('Terminate') : l10n.t('Terminate {0} Sandboxes', rows.length),
  });
}
