import { l10n } from 'vscode';
import type { AppContext } from '../../app/appContext';
import type { SnapshotLoader } from '../../app/lists/snapshotLoader';
import { isFromSelection } from '../../app/targets';
import { ApiError } from '../../core/kernel/errors';
import { errorOf } from '../../core/list/listStatus';
import { isMember } from '../../core/kernel/formats/json';
import { isRestorable, type SandboxSnapshot } from '../../core/snapshots/snapshot';
import type { SnapshotStore } from '../../core/snapshots/snapshotStore';
import type { Answer } from '../../host/editor/dialogs/quickInput';
import { askPick, type PickItem } from '../../host/editor/dialogs/quickPick';
import { UserError } from '../../text/kit/failureText';
import { plainText, separator } from '../../text/kit/plainText';
import { rowName } from '../../text/sandbox/rowText';
import { describeSnapshot, snapshotKind } from '../../text/snapshots';

/** The services that commands for snapshots use. */
export interface SnapshotServices {
  readonly snapshots: SnapshotStore;
  readonly snapshotLoader: SnapshotLoader;
  /** Ids of the snapshots that a key acts on: the selected ones, or the one under the keyboard. */
  readonly snapshotsUnderKey: () => Promise<readonly string[]>;
}

/** What a command for snapshots can act on. */
export interface SnapshotQuery {
  readonly isEligible: (snapshot: SandboxSnapshot) => boolean;
  readonly question: () => string;
  /** The error when no snapshot is eligible. */
  readonly none: () => string;
}

/**
 * The snapshots that a command acts on: those it was called with, or one that the user picks.
 *
 * @param args a node of the view and the selected ones, an id, `{ "from": "selection" }`, or nothing
 * @returns an empty list when the user backed out
 * @throws UserError when nothing is eligible
 */
export async function resolveSnapshots(
  context: AppContext,
  services: SnapshotServices,
  args: readonly unknown[],
  query: SnapshotQuery,
): Promise<readonly SandboxSnapshot[]> {
  const asked = await askedFor(services, args);
  if (asked === undefined) return await pick(context, services, query);
  if (asked.length === 0) return [];
  const found = await Promise.all(asked.map(id => findSnapshot(context, services, id)));
  const eligible = found.filter(snapshot => snapshot !== undefined).filter(query.isEligible);
  if (eligible.length === 0) throw new UserError(query.none());
  return eligible;
}

/** The snapshots, read now if the list is not fresh. @throws ApiError when they cannot be read */
export async function requireSnapshots(
  context: AppContext,
  { snapshots: store, snapshotLoader }: Omit<SnapshotServices, 'snapshotsUnderKey'>,
): Promise<readonly SandboxSnapshot[]> {
  await context.connections.require();
  if (store.current.status.kind !== 'fresh') await snapshotLoader.refresh();
  const { status, snapshots } = store.current;
  if (status.kind === 'failed') throw errorOf(status.failure);
  return [...snapshots.values()];
}

/** The name of the sandbox that a snapshot was taken of, or its id when it is gone. */
export function sourceName({ store }: AppContext, { sandboxId }: SandboxSnapshot): string {
  if (sandboxId === undefined) return l10n.t('Unknown sandbox');
  const row = store.current.rows.get(sandboxId) ?? store.current.archive.get(sandboxId);
  return row ? rowName(row) : plainText(sandboxId, 80);
}

async function askedFor(
  { snapshotsUnderKey }: SnapshotServices,
  [first, others]: readonly unknown[],
): Promise<readonly string[] | undefined> {
  if (isFromSelection(first)) return await snapshotsUnderKey();
  const clicked = idOf(first);
  const ids = Array.isArray(others) ? others.map(idOf).filter(id => id !== undefined) : [];
  if (clicked === undefined) return ids.length === 0 ? undefined : ids;
  return ids.includes(clicked) ? ids : [clicked];
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return isMember(value, 'snapshotId') && typeof value.snapshotId === 'string' ? value.snapshotId : undefined;
}

async function findSnapshot(
  context: AppContext,
  { snapshots }: SnapshotServices,
  id: string,
): Promise<SandboxSnapshot | undefined> {
  const known = snapshots.current.snapshots.get(id);
  if (known) return known;
  const connection = await context.connections.require();
  try {
    const snapshot = await connection.snapshots.get(id, connection.signal);
    if (context.connections.current === connection) snapshots.upsert(snapshot);
    return snapshot;
  } catch (error) {
    if (ApiError.is(error, 'notFound', 'invalid')) return undefined;
    throw error;
  }
}

async function pick(
  context: AppContext,
  services: SnapshotServices,
  query: SnapshotQuery,
): Promise<readonly SandboxSnapshot[]> {
  const eligible = (await requireSnapshots(context, services)).filter(query.isEligible);
  if (eligible.length === 0) throw new UserError(query.none());
  const answer = await askSnapshot(context, eligible, { placeholder: query.question() });
  return answer.kind === 'value' ? [answer.value] : [];
}

/** The snapshots that can be restored, of one sandbox or of all. */
export function restorable(
  snapshots: readonly SandboxSnapshot[],
  sandboxId?: string,
): readonly SandboxSnapshot[] {
  return snapshots.filter(
    snapshot => isRestorable(snapshot) && (sandboxId === undefined || snapshot.sandboxId === sandboxId),
  );
}

/** Snapshots as items of a pick list. */
export function snapshotItems(
  context: AppContext,
  snapshots: readonly SandboxSnapshot[],
): readonly PickItem<SandboxSnapshot>[] {
  const nowMs = context.clock.now();
  return snapshots.map(snapshot => ({
    label: sourceName(context, snapshot),
    description: describeSnapshot(snapshot, nowMs),
    detail: [snapshotKind(snapshot.type), plainText(snapshot.id, 80)].join(separator),
    answer: snapshot,
  }));
}

/** Snapshots in the order of a pick list. */
export function newestFirst(snapshots: readonly SandboxSnapshot[]): readonly SandboxSnapshot[] {
  return snapshots.toSorted((a, b) => (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0));
}

/** Asks for one of several snapshots. */
export async function askSnapshot(
  context: AppContext,
  snapshots: readonly SandboxSnapshot[],
  question: { readonly title?: string; readonly placeholder: string },
): Promise<Answer<SandboxSnapshot>> {
  return await askPick({
    ...question,
    matchesDetail: true,
    items: snapshotItems(context, newestFirst(snapshots)),
  });
}
