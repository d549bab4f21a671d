import { l10n } from 'vscode';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import { UserError } from '../../text/kit/failureText';
import { withViewProgress } from '../../host/editor/progress';
import { rowName } from '../../text/sandbox/rowText';
import type { CommandContext } from '../../app/appContext';
import { idOrIds, openCreateWizard, openRestoreWizard } from './wizard';
import { askSnapshot, restorable } from '../snapshots/snapshotTargets';
import { resolveTarget } from '../../app/targets';

/** Restores from a snapshot: of the sandbox it is called on, or of any when it is called on none. */
export function restore(context: CommandContext): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not restore'),
    run: async (...args) => {
      const [first] = args;
      const snapshotId = snapshotIdOf(first);
      if (snapshotId !== undefined) return idOrIds(await openCreateWizard(context, { snapshotId }));
      const connection = await context.connections.require();
      const row =
        first === undefined
          ? undefined
          : await resolveTarget(context, args, {
              anyOf: [],
              needsRest: false,
              question: () => l10n.t('Restore a snapshot of which sandbox?'),
              none: () => l10n.t('No such sandbox.'),
            });
      if (first !== undefined && !row) return undefined;
      const { snapshots } = await withViewProgress(
        async () => await connection.snapshots.list(connection.signal),
      );
      const usable = restorable(snapshots, row?.sandbox.id);
      if (usable.length === 0)
        throw new UserError(
          row
            ? l10n.t('{0} has no snapshot that can be restored from.', rowName(row))
            : l10n.t('There is no snapshot that can be restored from.'),
        );
      const snapshot = await askSnapshot(context, usable);
      return snapshot.kind === 'value'
        ? idOrIds(await openRestoreWizard(context, snapshot.value))
        : undefined;
    },
  };
}

function snapshotIdOf(value: unknown): string | undefined {
  return typeof value === 'object' &&
    value !== null &&
    'snapshotId' in value &&
    typeof value.snapshotId === 'string'
    ? value.snapshotId
    : undefined;
}
