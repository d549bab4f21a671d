import type { DisposableLike } from '../kernel/disposable';
import { Emitter } from '../kernel/event';
import { isSameList } from '../kernel/identity';
import { isDeepEqual } from '../kernel/formats/json';
import { atOnce, type Steps } from '../kernel/steps';
import type { OptionalCall } from '../sandbox/capabilities';
import { hasSilentEnd, type Sandbox } from '../sandbox/sandbox';
import { type Failure, type ListCut, type ListStatus, staleSince } from './listStatus';
import {
  type ActionKind,
  type Lacks,
  type Rows,
  afterListing,
  afterPart,
  bringsNothingNew,
  isSame,
  keepIfSame,
  lacking,
  merge,
  reading,
  withoutAction,
} from './rows';
import type { Retry } from './polling/schedule';

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
