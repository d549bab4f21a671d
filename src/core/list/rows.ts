import { isSameMap } from '../kernel/identity';
import { isDeepEqual } from '../kernel/formats/json';
import { eachInSteps, type Steps } from '../kernel/steps';
import type { OptionalCall } from '../sandbox/capabilities';
import { hasSilentEnd, type Sandbox } from '../sandbox/sandbox';
import { listBounds } from '../kernel/listBounds';

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
  /** What its server was found not to have: the `lacks` of the snapshot. Absent for nothing. */
  readonly lacks?: Lacks | undefined;
}

export type Lacks = ReadonlySet<OptionalCall>;

/** Rows by the id of their sandbox, in the order of the list. */
export type Rows = ReadonlyMap<string, Row>;

export function lacking(rows: Rows, lacks: Lacks | undefined): Rows {
  const areAll = [...rows.values()].every(row => row.lacks === lacks);
  return areAll
    ? rows
    : new Map([...rows].map(([id, row]) => [id, row.lacks === lacks ? row : { ...row, lacks }]));
}

export function withoutAction({ sandbox, seenAtMs, stateSinceMs, isUnlisted }: Row): Row {
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
export function bringsNothingNew(known: Rows, sandboxes: readonly Sandbox[]): boolean {
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

export function* reading(before: Rows, sandboxes: readonly Sandbox[], nowMs: number): Steps<Read> {
  const rows = new Map<string, Row>();
  yield* eachInSteps(sandboxes, sandbox => rows.set(sandbox.id, listed(merge(before, sandbox, nowMs))));
  return { before, rows };
}

/** What was read in its order, and after it the known rows that it lacks and that are not to be dropped. */
export function* afterListing(
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
export function* afterPart(known: Rows, read: Read, span: ListingSpan): Steps<Rows> {
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
export function merge(known: Rows, sandbox: Sandbox, nowMs: number): Row {
  const row = known.get(sandbox.id);
  if (!row) return { sandbox, seenAtMs: nowMs };
  if (isSame(row.sandbox, sandbox)) return row;
  const isOtherState = row.sandbox.rawState !== sandbox.rawState;
  const isEndedBySnapshot =
    row.sandbox.isEndedBySnapshot ?? (row.sandbox.state === 'snapshotting' && row.action !== 'terminate');
  const ended = isEndedBySnapshot && hasSilentEnd(sandbox) ? { ...sandbox, isEndedBySnapshot } : sandbox;
  return { ...row, sandbox: ended, seenAtMs: nowMs, ...(isOtherState && { stateSinceMs: nowMs }) };
}

/** All else of a sandbox is derived from what was received. */
export function isSame(a: Sandbox, b: Sandbox): boolean {
  return a === b || (a.server === b.server && isDeepEqual(a.raw, b.raw));
}

/** The old map if the new one holds the same rows in any order, so that "nothing changed" is one comparison. */
export function keepIfSame(before: Rows, after: Rows): Rows {
  return isSameMap(before, after) ? before : after;
}
