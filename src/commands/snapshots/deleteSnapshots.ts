import { l10n } from 'vscode';
import { mapLimited } from '../../core/kernel/async';
import type { Origins } from '../../core/sandbox/origins';
import { followDeletion } from '../../core/snapshots/deletion';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { totalBytes } from '../../core/snapshots/snapshotGroups';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { BatchError, isCancellation, UserError } from '../../text/kit/failureText';
import { describeSnapshot } from '../../text/snapshots';
import { byteSize } from '../../text/kit/units';
import type { AppContext } from '../../app/appContext';
import { confirmLoss } from '../../app/confirm';
import { resolveSnapshots, type SnapshotServices, sourceName } from './snapshotTargets';

/** The services that deleting snapshots uses. */
export interface DeleteServices extends SnapshotServices {
  readonly origins: Origins;
}

/** Requests under way at once. */
const concurrency = 4;

/** Deletes snapshots after a confirmation. */
export function deleteSnapshot(context: AppContext, services: DeleteServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not delete'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const snapshots = await resolveSnapshots(context, services, args, {
        isEligible: ({ id }) => !services.snapshots.current.deleting.has(id),
        question: () => l10n.t('Delete which snapshot?'),
        none: () => l10n.t('No snapshot to delete.'),
      });
      if (snapshots.length > 0) await confirmAndDelete(context, services, connection, snapshots);
    },
  };
}

/**
 * Confirms, then deletes. The list marks the snapshots at once, and each leaves it when it is deleted.
 *
 * @param connection the one the snapshots were chosen with; nothing is sent once the account has changed
 * @throws BatchError naming each snapshot for which it failed
 */
export async function confirmAndDelete(
  context: AppContext,
  services: DeleteServices,
  connection: Connection,
  snapshots: readonly SandboxSnapshot[],
): Promise<void> {
  if (!(await isConfirmed(context, services, snapshots))) return;
  const { connections } = context;
  const { snapshots: store, snapshotLoader } = services;
  store.setDeleting(
    snapshots.map(({ id }) => id),
    true,
  );
  const begun = await mapLimited(snapshots, concurrency, async snapshot => {
    const failed = (error: unknown) => ({ name: sourceName(context, snapshot), error });
    const unmark = (): void => {
      if (connections.current === connection) store.setDeleting([snapshot.id], false);
    };
    try {
      if (connections.current !== connection)
        throw new UserError(l10n.t('The account changed; nothing was done.'));
      await connection.snapshots.delete(snapshot.id, connection.signal);
      // This wait must not hold back the other snapshots.
      const settled = requireDeleted(context, connection, snapshot).then(() => {
        if (connections.current === connection) store.remove([snapshot.id]);
        return undefined;
      }, failed);
      return { outcome: settled.finally(unmark) };
    } catch (error) {
      unmark();
      return { outcome: Promise.resolve(failed(error)) };
    }
  });
  const outcomes = await Promise.all(begun.map(({ outcome }) => outcome));
  if (connections.current === connection) snapshotLoader.invalidate();
  const failures = outcomes
    .filter(outcome => outcome !== undefined)
    .filter(({ error }) => !isCancellation(error));
  if (failures.length > 0) throw new BatchError(failures, snapshots.length);
}

/** @throws UserError when the snapshot is still there although its deletion was answered */
async function requireDeleted(
  { clock }: AppContext,
  { snapshots, signal }: Connection,
  { id }: SandboxSnapshot,
): Promise<void> {
  const reader = snapshots.withoutRetries();
  switch (await followDeletion(() => reader.get(id, signal), clock, signal)) {
    case 'deleted':
      return;
    case 'there':
      throw new UserError(l10n.t('Tensorlake answered, but nothing happened: it is still there.'));
    case 'unread':
      throw new UserError(
        l10n.t('Tensorlake answered, but what became of it cannot be read now. The list will show it.'),
      );
  }
}

async function isConfirmed(
  context: AppContext,
  { origins }: DeleteServices,
  snapshots: readonly SandboxSnapshot[],
): Promise<boolean> {
  const [first] = snapshots;
  if (!first) return false;
  const isOne = snapshots.length === 1;
  const nowMs = context.clock.now();
  const bytes = totalBytes(snapshots);
  const { rows } = context.store.current;
  const isLast = snapshots.some(({ sandboxId }) => sandboxId === undefined || !rows.has(sandboxId));
  const restored = origins.bySource('snapshot');
  const hasRestored = snapshots.some(({ id }) => restored.has(id));
  return await confirmLoss({
    question: isOne
      ? l10n.t('Delete the snapshot of {0}?', sourceName(context, first))
      : l10n.t('Delete {0} snapshots?', snapshots.length),
    names: snapshots.map(
      snapshot => `${sourceName(context, snapshot)}: ${describeSnapshot(snapshot, nowMs)}`,
    ),
    lost: [
      bytes === 0
        ? l10n.t('It cannot be undone.')
        : l10n.t('It cannot be undone. {0} of storage are freed.', byteSize(bytes)),
      isLast
        ? l10n.t('Some of it belongs to a sandbox that is gone: it may be all that is left of it.')
        : undefined,
      hasRestored ? l10n.t('Sandboxes restored from it live on.') : undefined,
    ],
    button: isOne ? l10n.t('Delete') : l10n.t('Delete {0} Snapshots', snapshots.length),
  });
}
