import { l10n } from 'vscode';
import { mapLimited } from '../../core/kernel/async';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { totalBytes } from '../../core/snapshots/snapshotGroups';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { BatchError, isCancellation, UserError } from '../../text/kit/failureText';
import { confirmModal } from '../../host/editor/messages';
import { describeSnapshot } from '../../text/snapshots';
import { byteSize } from '../../text/kit/units';
import type { CommandContext } from '../../app/appContext';
import { resolveSnapshots, sourceName } from './snapshotTargets';

/** Names a confirmation lists before it counts the rest. */
const longestList = 12;
/** Requests under way at once. */
const concurrency = 4;

/** Deletes snapshots, after one question that says what is lost. */
export function deleteSnapshot(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not delete'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const snapshots = await resolveSnapshots(context, args, {
        isEligible: ({ id }) => !context.snapshots.current.deleting.has(id),
        question: () => l10n.t('Delete which snapshot?'),
        none: () => l10n.t('No snapshot to delete.'),
      });
      if (snapshots.length > 0) await confirmAndDelete(context, connection, snapshots);
    },
  };
}

/**
 * Asks once, then deletes: the rows say so at once and leave as each one is gone.
 *
 * @param connection the one the snapshots were chosen on; once the account has changed, nothing more is sent
 * @throws BatchError naming every snapshot it failed for
 */
export async function confirmAndDelete(
  context: CommandContext,
  connection: Connection,
  snapshots: readonly SandboxSnapshot[],
): Promise<void> {
  if (!(await isConfirmed(context, snapshots))) return;
  const { snapshots: store, connections } = context;
  store.setDeleting(
    snapshots.map(({ id }) => id),
    true,
  );
  const outcomes = await mapLimited(snapshots, concurrency, async snapshot => {
    try {
      if (connections.current !== connection)
        throw new UserError(l10n.t('The account changed; nothing was done.'));
      await connection.snapshots.delete(snapshot.id, connection.signal);
      if (connections.current === connection) store.remove([snapshot.id]);
      return undefined;
    } catch (error) {
      return { name: sourceName(context, snapshot), error };
    } finally {
      if (connections.current === connection) store.setDeleting([snapshot.id], false);
    }
  });
  if (connections.current === connection) context.snapshotLoader.invalidate();
  const failures = outcomes
    .filter(outcome => outcome !== undefined)
    .filter(({ error }) => !isCancellation(error));
  if (failures.length > 0) throw new BatchError(failures, snapshots.length);
}

async function isConfirmed(context: CommandContext, snapshots: readonly SandboxSnapshot[]): Promise<boolean> {
  const [first] = snapshots;
  if (!first) return false;
  const isOne = snapshots.length === 1;
  const question = isOne
    ? l10n.t('Delete the snapshot of {0}?', sourceName(context, first))
    : l10n.t('Delete {0} snapshots?', snapshots.length);
  const button = isOne ? l10n.t('Delete') : l10n.t('Delete {0} Snapshots', snapshots.length);
  return await confirmModal(question, whatIsLost(context, snapshots), button);
}

function whatIsLost(context: CommandContext, snapshots: readonly SandboxSnapshot[]): string {
  const nowMs = context.clock.now();
  const listed = snapshots
    .slice(0, longestList)
    .map(snapshot => `${sourceName(context, snapshot)}: ${describeSnapshot(snapshot, nowMs)}`);
  if (snapshots.length > listed.length) listed.push(l10n.t('and {0} more', snapshots.length - listed.length));
  const bytes = totalBytes(snapshots);
  const { rows } = context.store.current;
  const isLast = snapshots.some(({ sandboxId }) => sandboxId === undefined || !rows.has(sandboxId));
  const restored = context.origins.bySource('snapshot');
  const hasRestored = snapshots.some(({ id }) => restored.has(id));
  return [
    listed.join('\n'),
    bytes === 0
      ? l10n.t('It cannot be undone.')
      : l10n.t('It cannot be undone. {0} of storage are freed.', byteSize(bytes)),
    ...(isLast
      ? [l10n.t('Some of it belongs to a sandbox that is gone: it may be all that is left of it.')]
      : []),
    ...(hasRestored ? [l10n.t('Sandboxes restored from it live on.')] : []),
  ].join('\n\n');
}
