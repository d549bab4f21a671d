import { l10n, type QuickPickItem, window } from 'vscode';
import type { CommandContext } from '../../app/appContext';
import { isFromSelection } from '../../app/targets';
import { ApiError } from '../../core/kernel/errors';
import { isMember } from '../../core/kernel/json';
import { isRestorable, type SandboxSnapshot } from '../../core/snapshots/snapshot';
import { groupSnapshots } from '../../core/snapshots/snapshotGroups';
import type { Answer } from '../../host/editor/quickInput';
import { askPick, type PickItem } from '../../host/editor/quickPick';
import { UserError } from '../../text/kit/failureText';
import { plainText, separator } from '../../text/kit/plainText';
import { mebibytes, shortAge } from '../../text/kit/units';
import { rowName } from '../../text/sandbox/rowText';
import { describeSnapshot, snapshotKind } from '../../text/snapshots';

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
    const snapshot = await connection.snapshots.get(id, connection.signal);
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

/** Snapshots that can be restored from, newest first. */
export function restorable(
  snapshots: readonly SandboxSnapshot[],
  sandboxId?: string,
): readonly SandboxSnapshot[] {
  return snapshots
    .filter(
      snapshot => isRestorable(snapshot) && (sandboxId === undefined || snapshot.sandboxId === sandboxId),
    )
    .sort((a, b) => (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0));
}

/** Lines to pick a snapshot from: what it is of, its kind, age and size. */
export function snapshotItems(
  { store, clock }: CommandContext,
  snapshots: readonly SandboxSnapshot[],
): readonly PickItem<SandboxSnapshot>[] {
  const { rows, archive } = store.current;
  return snapshots.map(snapshot => {
    const { id, type, createdAtMs, sizeBytes, sandboxId = '' } = snapshot;
    const source = (rows.get(sandboxId) ?? archive.get(sandboxId))?.sandbox.name ?? sandboxId;
    const age = createdAtMs === undefined ? undefined : shortAge(createdAtMs, clock.now());
    const size = sizeBytes === undefined ? undefined : mebibytes(sizeBytes / (1024 * 1024));
    return {
      label: plainText(source === '' ? id : source, 80),
      description: [snapshotKind(type), age, size, plainText(id, 40)]
        .filter(part => part !== undefined)
        .join(separator),
      answer: snapshot,
    };
  });
}

/** Asks for a snapshot. */
export async function askSnapshot(
  context: CommandContext,
  snapshots: readonly SandboxSnapshot[],
): Promise<Answer<SandboxSnapshot>> {
  return await askPick({
    title: l10n.t('Restore from Snapshot'),
    placeholder: l10n.t('Restore from which snapshot?'),
    items: snapshotItems(context, snapshots),
  });
}
