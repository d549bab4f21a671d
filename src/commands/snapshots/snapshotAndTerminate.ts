import { l10n } from 'vscode';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { SandboxSnapshot, SnapshotType } from '../../core/snapshots/snapshot';
import {
  snapshotThenTerminate,
  type SnapshotThenTerminateOutcome,
} from '../../core/snapshots/snapshotThenTerminate';
import { moves } from '../../core/list/moves';
import type { Row } from '../../core/list/rows';
import type { CommandHandler } from '../../host/editor/commandRegistry';
import type { Connection } from '../../host/session/connection';
import { UncertainError, UserError } from '../../text/kit/failureText';
import { rowName } from '../../text/sandbox/rowText';
import { plainText } from '../../text/kit/plainText';
import { followRequest, runBatch } from '../../app/batch';
import type { AppContext } from '../../app/appContext';
import { startSnapshot } from './startSnapshot';
import { endedBySnapshot, snapshotTypeOf } from './snapshotTypes';
import { confirmLoss } from '../../app/confirm';
import { resolveTargets } from '../../app/targets';
import type { SnapshotServices } from './snapshotTargets';

/** Takes a snapshot and terminates the sandbox once it is stored. If anything fails before that, the sandbox stays. */
export function snapshotAndTerminate(context: AppContext, services: SnapshotServices): CommandHandler {
  return {
    failureTitle: () => l10n.t('Could not take a snapshot and terminate'),
    run: async (...args) => {
      const connection = await context.connections.require();
      const rows = await resolveTargets(context, args, {
        anyOf: ['canSnapshot'],
        question: () => l10n.t('Take a snapshot of which sandbox, then terminate it?'),
        none: () => l10n.t('No running sandbox to take a snapshot of.'),
      });
      if (rows.length === 0) return;
      const type = await askSnapshotThenTerminate(connection, rows, args[2]);
      if (type !== undefined) await snapshotThenTerminateAll(context, services, connection, rows, type);
    },
  };
}

/**
 * Asks which kind of snapshot is to be taken before sandboxes are terminated, and whether they are to be.
 *
 * @param given the kind, if the caller named one
 * @returns undefined when the user backed out
 */
export async function askSnapshotThenTerminate(
  connection: Connection,
  rows: readonly Row[],
  given?: unknown,
): Promise<SnapshotType | undefined> {
  const type = await snapshotTypeOf(connection, given, l10n.t('Snapshot, Then Terminate'));
  if (type === undefined) return undefined;
  const endsAnyway = await connection.snapshots.endSandbox();
  return (await isConfirmed(rows, type, endsAnyway)) ? type : undefined;
}

/**
 * Takes a snapshot of each sandbox and terminates those whose snapshot is stored.
 *
 * @throws BatchError naming each sandbox that was not terminated, and why
 */
export async function snapshotThenTerminateAll(
  context: AppContext,
  services: SnapshotServices,
  connection: Connection,
  rows: readonly Row[],
  type: SnapshotType,
): Promise<void> {
  const { sandboxes, snapshots, signal } = connection;
  // An older snapshot must not be taken for the new one, whatever the service answers.
  const known = new Set((await snapshots.list(signal)).snapshots.map(({ id }) => id));
  const action = (await snapshots.endSandbox()) ? 'snapshotAndEnd' : 'snapshot';
  await runBatch(context, connection, rows, action, sandbox =>
    Promise.resolve(async () => {
      const { id } = sandbox;
      try {
        const outcome = await snapshotThenTerminate(
          {
            start: () => start(context, services, connection, sandbox, type, known),
            read: async snapshotId => {
              const snapshot = await snapshots.get(snapshotId, signal);
              services.snapshots.upsert(snapshot);
              requireOf(snapshot, sandbox, type);
              return snapshot;
            },
            terminate: async () => {
              context.store.setAction([id], 'terminate', action);
              await sandboxes.terminate(id, signal);
              await followRequest(context, connection, sandbox, moves.terminate);
            },
            isCurrent: () => context.connections.current === connection,
          },
          context.clock,
          signal,
        );
        if (outcome.kind === 'notKnown') services.snapshots.remove([outcome.snapshotId]);
        requireTerminated(outcome, await snapshots.endSandbox());
      } finally {
        context.store.setAction([id], undefined, 'terminate');
        if (context.connections.current === connection) services.snapshotLoader.invalidate();
      }
    }),
  );
}

/** The sandbox ends for this snapshot: one of another sandbox, or of its disk alone, would not hold what it had. */
function requireOf(snapshot: SandboxSnapshot, { id }: Sandbox, type: SnapshotType): void {
  if ((snapshot.sandboxId ?? id) !== id || (snapshot.type ?? type) !== type)
    throw new UserError(
      l10n.t('Tensorlake answered with a snapshot that is not the one asked for. Nothing was terminated.'),
    );
}

/** Starts the snapshot. Where it is not known whether there is one, the sandbox is not terminated, which the error says. */
async function start(...request: Parameters<typeof startSnapshot>): Promise<string> {
  try {
    return await startSnapshot(...request);
  } catch (error) {
    if (!(error instanceof UncertainError)) throw error;
    throw new UncertainError(l10n.t('{0} The sandbox was not terminated.', error.message));
  }
}

/** @throws UserError with the reason why a sandbox was not terminated */
function requireTerminated(outcome: SnapshotThenTerminateOutcome, endsAnyway: boolean): void {
  if (endsAnyway && outcome.kind !== 'terminated') {
    const reason = outcome.kind === 'snapshotFailed' ? outcome.error : undefined;
    throw new UserError(
      l10n.t(
        'It is not certain that the snapshot is stored, and this server ends a sandbox all the same. {0}',
        plainText(reason ?? l10n.t('The service gave no reason.')),
      ),
    );
  }
  switch (outcome.kind) {
    case 'terminated':
      return;
    case 'snapshotFailed':
      throw new UserError(
        l10n.t(
          'The snapshot failed, so it was not terminated. {0}',
          plainText(outcome.error ?? l10n.t('The service gave no reason.')),
        ),
      );
    case 'notStored':
      throw new UserError(
        outcome.status === 'local_ready'
          ? l10n.t(
              'Snapshot {0} can be used but is not stored yet, so it was not terminated.',
              outcome.snapshotId,
            )
          : l10n.t('Snapshot {0} takes unusually long, so it was not terminated.', outcome.snapshotId),
      );
    case 'notKnown':
      throw new UserError(
        l10n.t(
          'Tensorlake does not know the snapshot {0} that it answered with, so it was not terminated.',
          plainText(outcome.snapshotId, 80),
        ),
      );
    case 'accountChanged':
      throw new UserError(l10n.t('The account changed, so it was not terminated.'));
  }
}

/** @param endsAnyway whether the server ends a sandbox with its snapshot, whatever comes of that */
async function isConfirmed(rows: readonly Row[], type: SnapshotType, endsAnyway: boolean): Promise<boolean> {
  const [first] = rows;
  if (!first) return false;
  const isOne = rows.length === 1;
  const isPublic = rows.some(({ sandbox }) => sandbox.exposedPorts.length > 0);
  return await confirmLoss({
    question: isOne
      ? l10n.t('Take a snapshot of {0}, then terminate it?', rowName(first))
      : l10n.t('Take a snapshot of each of {0} sandboxes, then terminate them?', rows.length),
    names: isOne ? [] : rows.map(rowName),
    lost: [
      type === 'memory' && !endsAnyway
        ? l10n.t('The snapshot keeps disk, memory and processes.')
        : l10n.t('The snapshot keeps the disk. Memory, processes and /tmp are lost for good.'),
      ...(endsAnyway
        ? [endedBySnapshot()]
        : [
            l10n.t('A sandbox is terminated only when its snapshot is stored; otherwise it stays as it is.'),
            l10n.t('It runs on until then: what happens in it after the snapshot is taken is lost for good.'),
          ]),
      isPublic ? l10n.t('Addresses of exposed ports stop answering.') : undefined,
    ],
    button: l10n.t('Snapshot, Then Terminate'),
  });
}
