import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import { isSameList, isSameMap } from '../kernel/identity';
import { isDeepEqual } from '../kernel/formats/json';
import { atOnce, eachInSteps, type Steps } from '../kernel/steps';
import type { OptionalCall } from '../sandbox/capabilities';
import type { Sandbox } from '../sandbox/sandbox';
import { listBounds } from '../kernel/listBounds';
import { type Failure, type ListCut, type ListStatus, staleSince } from './listStatus';
import type { Retry } from './polling/schedule';

/** An action of the user that the service has not finished yet. */
export type ActionKind =
  'suspend' | 'resume' | 'terminate' | 'snapshot' | 'rename' | 'update' | 'resize' | 'copy';

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
  /** What its server was found not to have: the `lacks` of the snapshot. Absent for nothing. */
  readonly lacks?: Lacks | undefined;
}

type Lacks = ReadonlySet<OptionalCall>;

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
  /** What the server was found not to have since the user refreshed last; absent for nothing. */
  readonly lacks?: Lacks | undefined;
}

/** What a listing says of the whole list. */
type ListingResult = Partial<Pick<PanelSnapshot, 'badRows' | 'cut'>>;

export interface PanelChange {
  readonly previous: PanelSnapshot;
  readonly current: PanelSnapshot;
}

type Rows = ReadonlyMap<string, Row>;

const emptyRows: Rows = new Map();

/** How often work in steps is begun anew, because the rows changed meanwhile, before it is done at once. */
const timesInSteps = 3;

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
  applyPart(sandboxes: readonly Sandbox[], startedAtMs: number, nowMs: number, of: ListingResult = {}): void {
    atOnce(this.applyingPart(sandboxes, startedAtMs, () => nowMs, of));
  }

  /** As `applyPart`, for a part that may be long, as `applyingListing`. */
  *applyingPart(
    sandboxes: readonly Sandbox[],
    startedAtMs: number,
    now: () => number,
    of: ListingResult = {},
  ): Steps<void> {
    const read = yield* reading(this.snapshot.rows, sandboxes, now());
    const rows = yield* this.ofKnown(known => afterPart(known, read, { startedAtMs, nowMs: now() }));
    this.replace({ ...this.snapshot, ...of, status: { kind: 'fresh', atMs: now() }, rows });
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

  /** Records that the server does not have a call, so that nothing offers what needs it. False when that is known. */
  addLack(call: OptionalCall): boolean {
    const { lacks } = this.snapshot;
    if (lacks?.has(call) === true) return false;
    this.replace({ ...this.snapshot, lacks: new Set([...(lacks ?? []), call]) });
    return true;
  }

  /** Offers everything again, since the server may have changed. */
  forgetLacks(): void {
    this.replace({ ...this.snapshot, lacks: undefined });
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
    const read = yield* reading(before, sandboxes, now());
    const { rows, isExact } = yield* this.ofKnown(known =>
      afterListing(known, read, { startedAtMs, nowMs: now() }),
    );
    this.lastListing = isExact ? { sandboxes, rows } : undefined;
    return rows;
  }

  /** Makes something of the rows that are known, in steps, and anew when they changed meanwhile. */
  private *ofKnown<T>(make: (known: Rows) => Steps<T>): Steps<T> {
    for (let times = 0; times < timesInSteps; times += 1) {
      const { rows } = this.snapshot;
      const made = yield* make(rows);
      if (this.snapshot.rows === rows) return made;
    }
    return atOnce(make(this.snapshot.rows));
  }

  private replace(next: PanelSnapshot): void {
    const previous = this.snapshot;
    const current = withLacks(next, previous);
    if (
      previous.rows === current.rows &&
      previous.archive === current.archive &&
      previous.archiveCursor === current.archiveCursor &&
      previous.archiveCut === current.archiveCut &&
      isDeepEqual(previous.status, current.status) &&
      previous.badRows === current.badRows &&
      previous.cut === current.cut &&
      previous.lacks === current.lacks &&
      previous.account === current.account
    )
      return;
    this.snapshot = current;
    this.emitter.fire({ previous, current });
  }
}

/** A snapshot whose rows say what the server lacks. */
function withLacks(next: PanelSnapshot, { lacks, rows, archive }: PanelSnapshot): PanelSnapshot {
  if (next.lacks === undefined && lacks === undefined) return next;
  const isSame = next.lacks === lacks && next.rows === rows && next.archive === archive;
  return isSame
    ? next
    : { ...next, rows: lacking(next.rows, next.lacks), archive: lacking(next.archive, next.lacks) };
}

function lacking(rows: Rows, lacks: Lacks | undefined): Rows {
  const areAll = [...rows.values()].every(row => row.lacks === lacks);
  return areAll
    ? rows
    : new Map([...rows].map(([id, row]) => [id, row.lacks === lacks ? row : { ...row, lacks }]));
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

/** Rows as a listing brought them, merged with those that were known then. */
interface Read {
  readonly before: Rows;
  readonly rows: Rows;
}

/** When a listing began, and now. */
interface ListingSpan {
  readonly startedAtMs: number;
  readonly nowMs: number;
}

function* reading(before: Rows, sandboxes: readonly Sandbox[], nowMs: number): Steps<Read> {
  const rows = new Map<string, Row>();
  yield* eachInSteps(sandboxes, sandbox => rows.set(sandbox.id, listed(merge(before, sandbox, nowMs))));
  return { before, rows };
}

/** What was read in its order, and after it the known rows that it lacks and that are not to be dropped. */
function* afterListing(
  known: Rows,
  read: Read,
  span: ListingSpan,
): Steps<{ readonly rows: Rows; /** Whether it is what was read. */ readonly isExact: boolean }> {
  const rows = new Map<string, Row>();
  let isExact = true;
  yield* eachInSteps(read.rows, ([id, row]) => {
    const knownRow = known.get(id);
    if (knownRow && isNewer(knownRow, span)) isExact = false;
    rows.set(id, latest(known, read, row, span));
  });
  yield* eachInSteps(known, ([id, row]) => {
    if (read.rows.has(id) || (row.action === undefined && !isNewer(row, span))) return;
    rows.set(id, row);
    isExact = false;
  });
  return { rows: keepIfSame(known, rows), isExact };
}

/** The known rows with what was read of them, and after them those that are new, as far as there is room. */
function* afterPart(known: Rows, read: Read, span: ListingSpan): Steps<Rows> {
  const rows = new Map<string, Row>();
  yield* eachInSteps(known, ([id, row]) => {
    const readRow = read.rows.get(id);
    rows.set(id, readRow ? latest(known, read, readRow, span) : row);
  });
  yield* eachInSteps(read.rows, ([id, row]) => {
    if (!known.has(id) && rows.size < listBounds.rows) rows.set(id, row);
  });
  return keepIfSame(known, rows);
}

/** The row of a sandbox that was read: what was received after the listing began is kept. */
function latest(known: Rows, { before }: Read, read: Row, span: ListingSpan): Row {
  const { sandbox } = read;
  const row = known.get(sandbox.id);
  if (row && isNewer(row, span)) return listed(row);
  // The known one may have changed while the others were read.
  return before.get(sandbox.id) === row ? read : listed(merge(known, sandbox, span.nowMs));
}

/** Whether a row was received after a listing began. */
function isNewer({ seenAtMs }: Row, { startedAtMs, nowMs }: ListingSpan): boolean {
  // A row with a later time was received before the clock was set back.
  return seenAtMs > startedAtMs && seenAtMs <= nowMs;
}

/** The row of a sandbox; the known row if nothing changed. */
function merge(known: Rows, sandbox: Sandbox, nowMs: number): Row {
  const row = known.get(sandbox.id);
  if (!row) return { sandbox, seenAtMs: nowMs };
  if (isSame(row.sandbox, sandbox)) return row;
  const isOtherState = row.sandbox.rawState !== sandbox.rawState;
  return { ...row, sandbox, seenAtMs: nowMs, ...(isOtherState && { stateSinceMs: nowMs }) };
}

/** All members of a sandbox are derived from what was received, so only that is compared. */
function isSame(a: Sandbox, b: Sandbox): boolean {
  return a === b || isDeepEqual(a.raw, b.raw);
}

/** The old map if the new one holds the same rows in any order, so that "nothing changed" is one comparison. */
function keepIfSame(before: Rows, after: Rows): Rows {
  return isSameMap(before, after) ? before : after;
}
