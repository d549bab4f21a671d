import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import { type Sent, sentNow } from '../../core/create/lostCreate';
import { ApiError, cancelledBy, isAmbiguous } from '../../core/kernel/errors';
import { lookFor, patiently } from '../../core/list/polling/lookFor';
import type { Sandbox } from '../../core/sandbox/sandbox';
import type { SandboxSnapshot, SnapshotType } from '../../core/snapshots/snapshot';
import { startedBy } from '../../core/snapshots/startedSnapshot';
import type { Connection } from '../../host/session/connection';
import { lostText, notListedText } from '../../text/create/lostText';
import { UncertainError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import { requireNew, whileMaking } from '../create/made';
import { showStarted } from './snapshotTypes';
import type { SnapshotServices } from './snapshotTargets';

/**
 * Starts a snapshot and shows it in the list. It is asked for once: when the answer is lost, or the user does not wait for
 * it, the snapshot is looked for in the list.
 *
 * @param known ids of the snapshots that there are; those that this window has read when absent
 * @returns its id
 * @throws UncertainError when one may have been started
 */
export async function startSnapshot(
  context: AppContext,
  { snapshots: store }: Pick<SnapshotServices, 'snapshots'>,
  connection: Connection,
  sandbox: Sandbox,
  type: SnapshotType,
  known: ReadonlySet<string> = new Set(store.current.snapshots.keys()),
): Promise<string> {
  const { snapshots, signal } = connection;
  const sent = sentNow(known, context.clock);
  const progress = whileMaking(
    context,
    connection,
    l10n.t('Starting a snapshot of {0}…', rowName({ sandbox })),
  );
  try {
    const { snapshotId } = await progress.until(snapshots.create(sandbox.id, type, progress.signal));
    requireNew(snapshotId, sent);
    showStarted(store, sandbox.id, snapshotId, type, context.clock.now());
    return snapshotId;
  } catch (error) {
    if (!isAmbiguous(error) || signal.aborted) throw error;
    const found = await findStarted(context, connection, sandbox, sent);
    const [only, ...others] = found ?? [];
    if (!only || others.length > 0) throw new UncertainError(lostText(error, found?.length ?? 'unread'));
    store.upsert(only);
    return only.id;
  }
}

/** Undefined when the list cannot be read. */
async function findStarted(
  { clock }: AppContext,
  { snapshots, signal }: Connection,
  sandbox: Sandbox,
  sent: Sent,
): Promise<readonly SandboxSnapshot[] | undefined> {
  let last: readonly SandboxSnapshot[] | undefined;
  await lookFor(
    async () => {
      const listing = await patiently(() => snapshots.withoutRetries().list(signal));
      last = listing && startedBy(listing.snapshots, sandbox.id, sent);
      return last !== undefined && last.length > 0 ? last : undefined;
    },
    clock,
    signal,
  );
  if (signal.aborted) throw cancelledBy(signal);
  return last;
}

/** The error for a snapshot that the service named and then does not know; any other error as it is. */
export function unknownSnapshot(
  { snapshots }: Pick<SnapshotServices, 'snapshots'>,
  id: string,
  error: unknown,
): unknown {
  if (!ApiError.is(error, 'notFound')) return error;
  snapshots.remove([id]);
  return new UncertainError(notListedText(plainText(id, 80)));
}
