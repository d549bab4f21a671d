import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import { isSameList, isSameMap } from '../kernel/identity';
import { isDeepEqual } from '../kernel/json';
import { atOnce, eachInSteps, type Steps } from '../kernel/steps';
import { hasSilentEnd, type Sandbox } from '../sandbox/sandbox';
import { listBounds } from '../kernel/listBounds';
import { type Failure, type ListCut, type ListStatus, staleSince } from './listStatus';
import type { Retry } from './schedule';

/** An action of the user that the service has not finished yet. */
export type ActionKind =
  | 'suspend'
  | 'resume'
  | 'terminate'
  | 'snapshot'
  /** A snapshot of which the user was told that it ends the sandbox. */
  | 'snapshotAndEnd'
  | 'rename'
  | 'update'
  | 'resize'
  | 'copy';

/** A sandbox with what this window knows about it. */
export interface Row {
  readonly sandbox: Sandbox;
  readonly action?: ActionKind;
  /** When this window last received a change of the sandbox. */
  readonly seenAtMs: number;
  /** When this window observed the sandbox enter its state; absent if it was never observed in another. */
  readonly stateSinceMs?: number;
  /** No list has shown it yet: it is known by the answer to a request. Absent once one has. */
  readonly isUnlisted?: true;
}

/** Everything the views show. Immutable: a change is a new snapshot. */
export interface PanelSnapshot {
  readonly status: ListStatus;
  /** The profile that the sandboxes belong to; absent if there is only one. */
  readonly account?: string;
  /** What the listing returned, terminated sandboxes included. */
  readonly rows: Rows;
  /** Archived sandboxes, loaded when the history is shown. */
  readonly archive: Rows;
  /** Fetches the next page of the archive; absent if there is none, or none was read. */
  readonly archiveCursor?: string;
  /** Why the archive cannot be read to its end; absent when it can, or was not read. */
  readonly archiveCut?: ListCut;
  /** Rows of the last listing that could not be read. */
  readonly badRows: number;
  /** Why the last full listing ended before the list did; absent when it is whole. */
  readonly cut?: ListCut;
}

export interface PanelChange {
  readonly previous: PanelSnapshot;
  readonly current: PanelSnapshot;
}

type Rows = ReadonlyMap<string, Row>;

const emptyRows: Rows = new Map();

/**
 * Holds everything that is known about sandboxes. Unchanged rows keep their identity, so that listeners can compare
 * them by `===`.
 */
export class SandboxStore implements DisposableLike {
  private readonly emitter = new Emitter<PanelChange>();
  readonly onDidChange = this.emitter.event;
  private snapshot: PanelSnapshot = {
    status: { kind: 'signedOut' },
    rows: emptyRows,
    archive: emptyRows,
    badRows: 0,
  };

  /** The last listing and the rows it resulted in: identical objects bring nothing new. */
  private lastListing: { readonly sandboxes: readonly Sandbox[]; readonly rows: Rows } | undefined;

  /** Pages that did not change are the same objects, and need not be compared again. */
  private readonly recognized = new WeakMap<readonly Sandbox[], readonly Sandbox[]>();

  get current(): PanelSnapshot {
    return this.snapshot;
  }

  /** Forgets everything: the account changed. */
  reset(status: Extract<ListStatus, { kind: 'signedOut' | 'loading' }>, account?: string): void {
    const named = account === undefined ? {} : { account };
    this.replace({ status, ...named, rows: emptyRows, archive: emptyRows, badRows: 0 });
  }

  /**
   * A page with the known objects for those sandboxes that are as they are known, so that no more than objects is compared
   * when it is applied: page by page all is compared here, where the whole of a long list would stop the editor.
   */
  recognize(page: readonly Sandbox[]): readonly Sandbox[] {
    const { rows } = this.snapshot;
    const recognized =
      this.recognized.get(page) ??
      page.map(sandbox => {
        const known = rows.get(sandbox.id)?.sandbox;
        return known && isSame(known, sandbox) ? known : sandbox;
      });
    this.recognized.set(page, recognized);
    return recognized;
  }

  /**
   * Applies a complete listing. Rows missing from it are dropped, except those under an action. What was received about
   * a row after the listing began is kept, since the listing could not contain it.
   */
  applyListing(sandboxes: readonly Sandbox[], startedAtMs: number, nowMs: number, badRows: number): void {
    atOnce(this.applyingListing(sandboxes, startedAtMs, () => nowMs, badRows));
  }

  /** As `applyListing`, for a list that may be long: nothing changes until all is merged, and what changes then is kept. */
  *applyingListing(
    sandboxes: readonly Sandbox[],
    startedAtMs: number,
    now: () => number,
    badRows: number,
  ): Steps<void> {
    const rows = yield* this.rowsAfter(sandboxes, startedAtMs, now);
    const status = { kind: 'fresh', atMs: now() } as const;
    this.replace({ ...this.snapshot, status, rows, badRows, cut: undefined });
  }

  /**
   * Applies a listing that names a part of the sandboxes only. What it lacks is kept, and so is what was received after it
   * began; it adds no more rows than a list may have.
   *
   * @param of what is known of the whole list, when that was to be read
   */
  applyPart(
    sandboxes: readonly Sandbox[],
    startedAtMs: number,
    nowMs: number,
    of: { readonly badRows?: number; readonly cut?: ListCut } = {},
  ): void {
    const known = this.snapshot.rows;
    const rows = new Map(known);
    for (const sandbox of sandboxes) {
      const row = rows.get(sandbox.id);
      if (!row && rows.size >= listBounds.rows) continue;
      const isKept = row !== undefined && isNewer(row, startedAtMs, nowMs);
      rows.set(sandbox.id, listed(isKept ? row : merge(known, sandbox, nowMs)));
    }
    const status = { kind: 'fresh', atMs: nowMs } as const;
    this.replace({ ...this.snapshot, ...of, status, rows: keepIfSame(known, rows) });
  }

  /** Adds or updates some sandboxes and leaves the rest unchanged. `status` says what this means for the whole list. */
  upsert(sandboxes: readonly Sandbox[], nowMs: number, status: ListStatus = this.snapshot.status): void {
    const rows = new Map(this.snapshot.rows);
    for (const sandbox of sandboxes) {
      const isNew = !rows.has(sandbox.id);
      const row = merge(rows, sandbox, nowMs);
      rows.set(sandbox.id, isNew ? { ...row, isUnlisted: true } : row);
    }
    this.replace({ ...this.snapshot, status, rows: keepIfSame(this.snapshot.rows, rows) });
  }

  /** Drops a sandbox that the service no longer knows. */
  remove(id: string): void {
    if (!this.snapshot.rows.has(id)) return;
    const rows = new Map(this.snapshot.rows);
    rows.delete(id);
    this.replace({ ...this.snapshot, rows });
  }

  /**
   * Adds a page of archived sandboxes, which are shown with the history.
   *
   * @param cursor fetches the page after the last one read, if there is one
   * @param cut why there is none although the archive goes on, or why a page lacks some
   */
  addArchive(sandboxes: readonly Sandbox[], nowMs: number, cursor: string | undefined, cut?: ListCut): void {
    const { archive: known } = this.snapshot;
    const archive = new Map(known);
    for (const sandbox of sandboxes) archive.set(sandbox.id, merge(known, sandbox, nowMs));
    const archiveCut = cut ?? this.snapshot.archiveCut;
    this.replace({
      ...this.snapshot,
      archive: keepIfSame(known, archive),
      archiveCursor: cursor,
      archiveCut,
    });
  }

  /** Records that a refresh failed. Rows are kept and are stale since the last good listing. */
  fail(failure: Failure, retry?: Retry): void {
    this.replace({ ...this.snapshot, status: staleSince(this.snapshot.status, failure, retry) });
  }

  /** Sets when a failed refresh is tried again. */
  setRetry(retry: Retry): void {
    const { status } = this.snapshot;
    if ('failure' in status) this.fail(status.failure, retry);
  }

  /**
   * Marks rows as under an action or, without `action`, as settled. Unknown ids are ignored. With `ifAction`, so are
   * rows under any other action: a command that clears its own action must not clear one that was begun since.
   */
  setAction(ids: readonly string[], action: ActionKind | undefined, ifAction?: ActionKind): void {
    const rows = new Map(this.snapshot.rows);
    for (const id of ids) {
      const row = rows.get(id);
      if (!row || row.action === action || row.action !== (ifAction ?? row.action)) continue;
      rows.set(id, action === undefined ? withoutAction(row) : { ...row, action });
    }
    this.replace({ ...this.snapshot, rows: keepIfSame(this.snapshot.rows, rows) });
  }

  /** Notes of sandboxes that a snapshot ended them. Ignored where something received says otherwise. */
  explainEnds(ids: Iterable<string>): void {
    const rows = new Map(this.snapshot.rows);
    for (const id of ids) {
      const row = rows.get(id);
      if (row && !row.sandbox.isEndedBySnapshot && hasSilentEnd(row.sandbox))
        rows.set(id, { ...row, sandbox: { ...row.sandbox, isEndedBySnapshot: true } });
    }
    this.replace({ ...this.snapshot, rows: keepIfSame(this.snapshot.rows, rows) });
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private *rowsAfter(sandboxes: readonly Sandbox[], startedAtMs: number, now: () => number): Steps<Rows> {
    const before = this.snapshot.rows;
    const { lastListing } = this;
    if (lastListing?.rows === before && isSameList(lastListing.sandboxes, sandboxes)) return before;
    if (bringsNothingNew(before, sandboxes)) {
      this.lastListing = { sandboxes, rows: before };
      return before;
    }
    const merged = new Map<string, Row>();
    const mergedAtMs = now();
    yield* eachInSteps(sandboxes, sandbox =>
      merged.set(sandbox.id, listed(merge(before, sandbox, mergedAtMs))),
    );
    const known = this.snapshot.rows;
    const nowMs = now();
    let isExact = true;
    for (const [id, row] of known) {
      const read = merged.get(id);
      // It changed while the others were merged.
      if (read && before.get(id) !== row) merged.set(id, listed(merge(known, read.sandbox, nowMs)));
      if (!isNewer(row, startedAtMs, nowMs) && (row.action === undefined || read)) continue;
      merged.set(id, read ? listed(row) : row);
      isExact = false;
    }
    const rows = keepIfSame(known, merged);
    this.lastListing = isExact ? { sandboxes, rows } : undefined;
    return rows;
  }

  private replace(current: PanelSnapshot): void {
    const previous = this.snapshot;
    if (
      previous.rows === current.rows &&
      previous.archive === current.archive &&
      previous.archiveCursor === current.archiveCursor &&
      previous.archiveCut === current.archiveCut &&
      isDeepEqual(previous.status, current.status) &&
      previous.badRows === current.badRows &&
      previous.cut === current.cut &&
      previous.account === current.account
    )
      return;
    this.snapshot = current;
    this.emitter.fire({ previous, current });
  }
}

function withoutAction({ sandbox, seenAtMs, stateSinceMs, isUnlisted }: Row): Row {
  return {
    sandbox,
    seenAtMs,
    ...(stateSinceMs !== undefined && { stateSinceMs }),
    ...(isUnlisted && { isUnlisted }),
  };
}

/** The row of a sandbox that a list has shown. */
function listed(row: Row): Row {
  if (!row.isUnlisted) return row;
  const { sandbox, seenAtMs, action, stateSinceMs } = row;
  return {
    sandbox,
    seenAtMs,
    ...(action !== undefined && { action }),
    ...(stateSinceMs !== undefined && { stateSinceMs }),
  };
}

/**
 * Whether a listing names the known rows in their order and changes none. Most listings do; checking this first,
 * without building a map, makes a listing a third cheaper.
 */
function bringsNothingNew(known: Rows, sandboxes: readonly Sandbox[]): boolean {
  if (known.size !== sandboxes.length) return false;
  const rows = known.values();
  for (const sandbox of sandboxes) {
    const { value: row } = rows.next();
    if (!row || row.isUnlisted || !isSame(row.sandbox, sandbox)) return false;
  }
  return true;
}

/** Whether a row was received after a listing began. */
function isNewer({ seenAtMs }: Row, startedAtMs: number, nowMs: number): boolean {
  // A row with a later time was received before the clock was set back.
  return seenAtMs > startedAtMs && seenAtMs <= nowMs;
}

/** The row of a sandbox; the known row if nothing changed. */
function merge(known: Rows, sandbox: Sandbox, nowMs: number): Row {
  const row = known.get(sandbox.id);
  if (!row) return { sandbox, seenAtMs: nowMs };
  if (isSame(row.sandbox, sandbox)) return row;
  const isOtherState = row.sandbox.rawState !== sandbox.rawState;
  const isEndedBySnapshot = row.sandbox.isEndedBySnapshot ?? row.sandbox.state === 'snapshotting';
  const ended = isEndedBySnapshot && hasSilentEnd(sandbox) ? { ...sandbox, isEndedBySnapshot } : sandbox;
  return { ...row, sandbox: ended, seenAtMs: nowMs, ...(isOtherState && { stateSinceMs: nowMs }) };
}

/** All else of a sandbox is derived from what was received. */
function isSame(a: Sandbox, b: Sandbox): boolean {
  return a === b || (a.server === b.server && isDeepEqual(a.raw, b.raw));
}

/** The old map if the new one holds the same rows in any order, so that "nothing changed" is one comparison. */
function keepIfSame(before: Rows, after: Rows): Rows {
  return isSameMap(before, after) ? before : after;
}
