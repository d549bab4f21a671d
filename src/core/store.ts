import type { ApiErrorKind } from './errors';
import type { DisposableLike } from './disposable';
import { Emitter } from './event';
import { isDeepEqual } from './deepEqual';
import type { Sandbox } from './sandbox';

/** What the user has set going on a sandbox and the service has not yet finished. */
export type ActionKind = 'suspend' | 'resume' | 'terminate' | 'snapshot' | 'rename';

/** A sandbox with what this window knows about it. */
export interface Row {
  readonly sandbox: Sandbox;
  readonly action?: ActionKind;
  /** When this window last learnt something new of the sandbox. */
  readonly seenAtMs: number;
}

/** Why the list could not be refreshed: a kind to word it by, and the server's or socket's own words. */
export interface Failure {
  readonly kind: ApiErrorKind;
  readonly message: string;
}

/** How far the list can be trusted. Tree message, welcome view, status bar and context keys all derive from it. */
export type ListStatus =
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'fresh'; readonly atMs: number }
  | {
      readonly kind: 'stale';
      readonly sinceMs: number;
      readonly failure: Failure;
      readonly retryAtMs?: number;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly retryAtMs?: number };

/** Everything the views show. Immutable: a change is a new snapshot. */
export interface PanelSnapshot {
  readonly status: ListStatus;
  /** What the listing returned, terminated sandboxes included. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Archived sandboxes, loaded when the history is shown. */
  readonly archive: ReadonlyMap<string, Row>;
  /** Rows of the last listing that could not be read. */
  readonly badRows: number;
}

export interface PanelChange {
  readonly previous: PanelSnapshot;
  readonly current: PanelSnapshot;
}

const emptyRows: ReadonlyMap<string, Row> = new Map();

/**
 * The one owner of what is known about sandboxes. Rows that did not change keep their identity, so that whoever
 * listens can tell by `===`.
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

  get current(): PanelSnapshot {
    return this.snapshot;
  }

  /** Forgets everything: the account changed. */
  reset(status: Extract<ListStatus, { kind: 'signedOut' | 'loading' }>): void {
    this.replace({ status, rows: emptyRows, archive: emptyRows, badRows: 0 });
  }

  /**
   * Takes a complete listing. Rows missing from it are dropped, except those under an action. What was learnt of a
   * row after the listing began stays, since the listing could not know it.
   */
  applyListing(sandboxes: readonly Sandbox[], startedAtMs: number, nowMs: number, badRows: number): void {
    const known = this.snapshot.rows;
    const rows = bringsNothingNew(known, sandboxes)
      ? known
      : keepIfSame(known, mergeListing(known, sandboxes, startedAtMs, nowMs));
    this.replace({ ...this.snapshot, status: { kind: 'fresh', atMs: nowMs }, rows, badRows });
  }

  /** Takes news of some sandboxes and leaves the rest alone. `status` says what this means for the whole list. */
  upsert(sandboxes: readonly Sandbox[], nowMs: number, status: ListStatus = this.snapshot.status): void {
    const rows = new Map(this.snapshot.rows);
    for (const sandbox of sandboxes) rows.set(sandbox.id, merge(rows, sandbox, nowMs));
    this.replace({ ...this.snapshot, status, rows: keepIfSame(this.snapshot.rows, rows) });
  }

  /** Drops a sandbox the service no longer knows. */
  remove(id: string): void {
    if (!this.snapshot.rows.has(id)) return;
    const rows = new Map(this.snapshot.rows);
    rows.delete(id);
    this.replace({ ...this.snapshot, rows });
  }

  /** Takes archived sandboxes, shown with the history. */
  setArchive(sandboxes: readonly Sandbox[], nowMs: number): void {
    const known = this.snapshot.archive;
    const archive = new Map(sandboxes.map(sandbox => [sandbox.id, merge(known, sandbox, nowMs)]));
    this.replace({ ...this.snapshot, archive: keepIfSame(known, archive) });
  }

  /** Records that a refresh failed. Rows stay; they become stale since the last good listing. */
  fail(failure: Failure, retryAtMs: number | undefined): void {
    const { status } = this.snapshot;
    const lastGoodMs =
      status.kind === 'fresh' ? status.atMs : status.kind === 'stale' ? status.sinceMs : undefined;
    const retry = retryAtMs === undefined ? {} : { retryAtMs };
    this.replace({
      ...this.snapshot,
      status:
        lastGoodMs === undefined
          ? { kind: 'failed', failure, ...retry }
          : { kind: 'stale', sinceMs: lastGoodMs, failure, ...retry },
    });
  }

  /**
   * Marks rows as under an action, or, without `action`, as settled. Unknown ids are ignored. With `ifAction`, so
   * are rows under any other action: whoever clears its own must not clear what was begun since.
   */
  setAction(ids: readonly string[], action: ActionKind | undefined, ifAction?: ActionKind): void {
    const rows = new Map(this.snapshot.rows);
    for (const id of ids) {
      const row = rows.get(id);
      if (!row || row.action === action || row.action !== (ifAction ?? row.action)) continue;
      rows.set(id, { sandbox: row.sandbox, seenAtMs: row.seenAtMs, ...(action && { action }) });
    }
    this.replace({ ...this.snapshot, rows: keepIfSame(this.snapshot.rows, rows) });
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private replace(current: PanelSnapshot): void {
    const previous = this.snapshot;
    if (
      previous.rows === current.rows &&
      previous.archive === current.archive &&
      isDeepEqual(previous.status, current.status) &&
      previous.badRows === current.badRows
    )
      return;
    this.snapshot = current;
    this.emitter.fire({ previous, current });
  }
}

/**
 * Whether a listing names the known rows, in their order, and nothing new of any. Nearly every listing does; to know
 * it without building a map saves a third of the price of one.
 */
function bringsNothingNew(known: ReadonlyMap<string, Row>, sandboxes: readonly Sandbox[]): boolean {
  if (known.size !== sandboxes.length) return false;
  const rows = known.values();
  for (const sandbox of sandboxes) {
    const { value: row } = rows.next();
    if (!row || !isSame(row.sandbox, sandbox)) return false;
  }
  return true;
}

function mergeListing(
  known: ReadonlyMap<string, Row>,
  sandboxes: readonly Sandbox[],
  startedAtMs: number,
  nowMs: number,
): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const sandbox of sandboxes) rows.set(sandbox.id, merge(known, sandbox, nowMs));
  for (const [id, row] of known) {
    // A row from the future was learnt before the clock was set back.
    const isNewer = row.seenAtMs > startedAtMs && row.seenAtMs <= nowMs;
    if (isNewer || (row.action !== undefined && !rows.has(id))) rows.set(id, row);
  }
  return rows;
}

/** The row of a sandbox as it is now: the known one when nothing changed. */
function merge(known: ReadonlyMap<string, Row>, sandbox: Sandbox, nowMs: number): Row {
  const row = known.get(sandbox.id);
  if (!row) return { sandbox, seenAtMs: nowMs };
  return isSame(row.sandbox, sandbox) ? row : { ...row, sandbox, seenAtMs: nowMs };
}

/** What a sandbox says follows from what was received of it, so only that is compared. */
function isSame(a: Sandbox, b: Sandbox): boolean {
  return isDeepEqual(a.raw, b.raw);
}

/** The old map when the new one holds the same rows, so that "nothing changed" is one comparison. Order counts for nothing. */
function keepIfSame(
  before: ReadonlyMap<string, Row>,
  after: ReadonlyMap<string, Row>,
): ReadonlyMap<string, Row> {
  if (before.size !== after.size) return after;
  for (const [id, row] of after) if (before.get(id) !== row) return after;
  return before;
}
