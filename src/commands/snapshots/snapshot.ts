import { env, l10n } from 'vscode';
import { inBackground } from '../../core/kernel/unexpected';
import { cancelledBy } from '../../core/kernel/errors';
import { followUntil, settlesAt } from '../../core/list/polling/transitionWatcher';
import type { Row } from '../../core/list/rows';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { readerOfStarted } from '../../core/snapshots/startedSnapshot';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { offer } from '../../host/editor/dialogs/messages';
import { UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { startSnapshot, unknownSnapshot } from './startSnapshot';
import { endedBySnapshot, snapshotTypeOf } from './snapshotTypes';
import { confirmLoss } from '../../app/confirm';
import { resolveTargets } from '../../app/targets';
import type { SnapshotServices } from './snapshotTargets';

/** Takes a snapshot of each running sandbox and reports when it can be restored. */
export function snapshot(context: AppContext, services: SnapshotServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not take a snapshot'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const rows = await resolveTargets(context, args, {
        anyOf: ['canSnapshot'],
        question: () => l10n.t('Take a snapshot of which sandbox?'),
        none: () => l10n.t('No running sandbox to take a snapshot of.'),
      });
      if (rows.length === 0) return;
      const type = await snapshotTypeOf(connection, args[2], l10n.t('Snapshot'));
      if (type === undefined) return;
      const action = (await connection.snapshots.endSandbox()) ? 'snapshotAndEnd' : 'snapshot';
      if (action === 'snapshotAndEnd' && !(await isEndAccepted(rows))) return;
      const ready: Ready[] = [];
      try {
        await runBatch(context, connection, rows, action, async sandbox => {
          const snapshotId = await startSnapshot(context, services, connection, sandbox, type);
          return async () => {
            await followSnapshot(context, services, connection, sandbox, snapshotId);
            ready.push({ name: rowName({ sandbox }), snapshotId });
          };
        });
      } finally {
        if (context.connections.current === connection) services.snapshotLoader.invalidate();
        if (ready.length > 0) inBackground(announce(ready));
      }
    },
  };
}

/** Asks before a snapshot that ends its sandbox. */
async function isEndAccepted(rows: readonly Row[]): Promise<boolean> {
  const [first] = rows;
  const isOne = rows.length === 1;
  return await confirmLoss({
    question:
      first && isOne
        ? l10n.t('Take a snapshot of {0}, which ends it?', rowName(first))
        : l10n.t('Take a snapshot of each of {0} sandboxes, which ends them?', rows.length),
    names: isOne ? [] : rows.map(rowName),
    lost: [
      endedBySnapshot(),
      l10n.t('The snapshot keeps the disk. Memory, processes and /tmp are lost for good.'),
    ],
    button: l10n.t('Snapshot and End'),
  });
}

interface Ready {
  readonly name: string;
  readonly snapshotId: string;
}

/** Waits until a snapshot can be restored. A read that fails for the moment is repeated. */
async function followSnapshot(
  context: AppContext,
  services: SnapshotServices,
  { snapshots, poller, signal }: Connection,
  sandbox: Sandbox,
  snapshotId: string,
): Promise<void> {
  inBackground(poller.follow(sandbox.id, settlesAt('terminated', 'snapshotting')));
  const read = readerOfStarted(() => snapshots.get(snapshotId, signal), context.clock);
  const taken = await followUntil(
    async () => {
      const found = await read();
      if (found) services.snapshots.upsert(found);
      return found;
    },
    found => found !== undefined && found.status !== 'in_progress',
    context.clock,
    signal,
  ).catch((error: unknown) => {
    throw unknownSnapshot(services, snapshotId, error);
  });
  if (signal.aborted) throw cancelledBy(signal);
  if (!taken)
    throw new UserError(l10n.t('It takes unusually long; snapshot {0} may still complete.', snapshotId));
  if (taken.status === 'failed') throw new UserError(taken.error ?? l10n.t('The service gave no reason.'));
}

/** One notification for all snapshots of a command. */
async function announce(ready: readonly Ready[]): Promise<void> {
  const [first] = ready;
  if (!first) return;
  const message =
    ready.length === 1
      ? l10n.t('Snapshot of {0} is ready: {1}', first.name, first.snapshotId)
      : l10n.t('{0} snapshots are ready.', ready.length);
  const button = ready.length === 1 ? l10n.t('Copy Id') : l10n.t('Copy Ids');
  if (await offer(message, button))
    await env.clipboard.writeText(ready.map(each => each.snapshotId).join('\n'));
}
