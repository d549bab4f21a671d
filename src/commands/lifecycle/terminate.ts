import { l10n } from 'vscode';
import { isAbleTo } from '../../core/sandbox/capabilities';
import { moves } from '../../core/list/moves';
import type { Row } from '../../core/list/rows';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { describeRow, rowName } from '../../text/sandbox/rowText';
import { followRequest, runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { askLoss, confirmLoss, type Loss } from '../../app/confirm';
import { resolveTargets } from '../../app/targets';
import { suspendAndFollow } from './suspend';

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
      const nowMs = context.clock.now();
      const answer = rows.length === 0 ? undefined : await askTermination(rows, nowMs);
      if (answer === 'terminate') await terminateAndFollow(context, connection, rows);
      if (answer === 'suspend') await suspendAndFollow(context, connection, rows);
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
  return rows.length > 0 && (await confirmLoss(lossOf(rows, nowMs)));
}

/** Like `confirmTermination`, where all of them can be suspended with that as another answer. */
async function askTermination(
  rows: readonly Row[],
  nowMs: number,
): Promise<'terminate' | 'suspend' | undefined> {
  const loss = lossOf(rows, nowMs);
  const instead = l10n.t('Suspend Instead');
  const answer = await askLoss(loss, areSuspendable(rows) ? [instead] : []);
  if (answer === loss.button) return 'terminate';
  return answer === instead ? 'suspend' : undefined;
}

function areSuspendable(rows: readonly Row[]): boolean {
  return rows.every(row => isAbleTo(row, ['canSuspend']));
}

function lossOf(rows: readonly Row[], nowMs: number): Loss {
  const [first] = rows;
  const isOne = rows.length === 1;
  const isPublic = rows.some(({ sandbox }) => sandbox.exposedPorts.length > 0);
  return {
    question:
      first && isOne
        ? l10n.t('Terminate {0}?', rowName(first))
        : l10n.t('Terminate {0} sandboxes?', rows.length),
    names: rows.map(row => `${rowName(row)}: ${describeRow(row, nowMs)}`),
    lost: [
      l10n.t('The disk, memory and processes are lost for good. Snapshots already taken stay.'),
      isPublic ? l10n.t('Addresses of exposed ports stop answering.') : undefined,
      areSuspendable(rows) ? l10n.t('To stop the cost and keep the state, suspend instead.') : undefined,
    ],
    button: isOne ? l10n.t('Terminate') : l10n.t('Terminate {0} Sandboxes', rows.length),
  };
}
