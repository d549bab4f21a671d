import { l10n, window, type QuickPickItem } from 'vscode';
import { ApiError } from '../../core/kernel/errors';
import { groupSnapshots } from '../../core/snapshots/snapshotGroups';
import type { SandboxSnapshot } from '../../core/snapshots/snapshot';
import { UserError } from '../../host/editor/messages';
import { rowName } from '../../text/sandbox/rowText';
import { describeSnapshot } from '../../text/snapshots';
import type { CommandContext } from '../../app/appContext';
import { isFromSelection, isMember } from '../../app/targets';

/** What a command for snapshots can act on. */
export interface SnapshotQuery {
  readonly isEligible: (snapshot: SandboxSnapshot) => boolean;
  readonly question: () => string;
  /** Said when no snapshot is eligible. */
  readonly none: () => string;
}

/**
 * The snapshots a command is to act on: those it was called with, else one picked from the eligible ones.
 *
 * @param args a line of the view and the selected ones, an id, `{ "from": "selection" }`, or nothing
 * @returns an empty list when the user backed out
 * @throws UserError when nothing is eligible
 */
export async function resolveSnapshots(
  context: CommandContext,
  args: readonly unknown[],
  query: SnapshotQuery,
): Promise<readonly SandboxSnapshot[]> {
  const asked = askedFor(context, args);
  if (asked === undefined) return await pick(context, query);
  if (asked.length === 0) return [];
  const found = await Promise.all(asked.map(id => findSnapshot(context, id)));
  const eligible = found.filter(snapshot => snapshot !== undefined).filter(query.isEligible);
  if (eligible.length === 0) throw new UserError(query.none());
  return eligible;
}

/** Reads the snapshots where they were not read yet. @throws ApiError when they cannot be read at all */
export async function requireSnapshots(context: CommandContext): Promise<readonly SandboxSnapshot[]> {
  await context.connections.require();
  if (context.snapshots.current.status.kind !== 'fresh') await context.snapshotLoader.refresh();
  const { status, snapshots } = context.snapshots.current;
  if (status.kind === 'failed') throw new ApiError(status.failure.kind, status.failure.message);
  return [...snapshots.values()];
}

/** What the sandbox of a snapshot is called; an id for one that is gone. */
export function sourceName({ store }: CommandContext, { sandboxId }: SandboxSnapshot): string {
  if (sandboxId === undefined) return l10n.t('Unknown sandbox');
  const row = store.current.rows.get(sandboxId) ?? store.current.archive.get(sandboxId);
  return row ? rowName(row) : sandboxId;
}

function askedFor(
  { selected }: CommandContext,
  [first, others]: readonly unknown[],
): readonly string[] | undefined {
  if (isFromSelection(first)) return selected.snapshots();
  const clicked = idOf(first);
  const ids = Array.isArray(others) ? others.map(idOf).filter(id => id !== undefined) : [];
  if (clicked === undefined) return ids.length === 0 ? undefined : ids;
  return ids.includes(clicked) ? ids : [clicked];
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return isMember(value, 'snapshotId') && typeof value.snapshotId === 'string' ? value.snapshotId : undefined;
}

async function findSnapshot(context: CommandContext, id: string): Promise<SandboxSnapshot | undefined> {
  const known = context.snapshots.current.snapshots.get(id);
  if (known) return known;
  const connection = await context.connections.require();
  try {
    const snapshot = await connection.control.getSnapshot(id, connection.signal);
    if (context.connections.current === connection) context.snapshots.upsert(snapshot);
    return snapshot;
  } catch (error) {
    if (ApiError.is(error, 'notFound', 'invalid')) return undefined;
    throw error;
  }
}

async function pick(context: CommandContext, query: SnapshotQuery): Promise<readonly SandboxSnapshot[]> {
  const eligible = (await requireSnapshots(context)).filter(query.isEligible);
  if (eligible.length === 0) throw new UserError(query.none());
  const nowMs = context.clock.now();
  const items: (QuickPickItem & { snapshot: SandboxSnapshot })[] = groupSnapshots(eligible, id => {
    const row = context.store.current.rows.get(id);
    return row && rowName(row);
  }).flatMap(({ snapshots }) =>
    snapshots.map(snapshot => ({
      label: sourceName(context, snapshot),
      description: describeSnapshot(snapshot, nowMs),
      detail: snapshot.id,
      snapshot,
    })),
  );
  const chosen = await window.showQuickPick(items, {
    placeHolder: query.question(),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen ? [chosen.snapshot] : [];
}
