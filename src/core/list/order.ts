import { compareNames, compareText } from '../kernel/text';
import { displayName, isEphemeral, type Sandbox } from '../sandbox/sandbox';
import type { PanelSnapshot, Row } from './store';

/** How the sandboxes of a group can be sorted. */
export const sortOrders = ['name', 'newest', 'oldest', 'stateChange'] as const;

export type SortOrder = (typeof sortOrders)[number];

/** Reads a sort order; what is none is undefined. */
export function parseSortOrder(value: unknown): SortOrder | undefined {
  return sortOrders.find(order => order === value);
}

/** How sandboxes are arranged within their groups. */
export interface Arrangement {
  readonly sort: SortOrder;
  /** Ids of the sandboxes that come first. */
  readonly pins: ReadonlySet<string>;
}

export const plainArrangement: Arrangement = { sort: 'name', pins: new Set() };

/**
 * The order of rows within a group: pinned ones first, then as asked. Rows that are equal in what was asked for, or
 * do not know it and so come last, are in the order of names; no two rows are equal in all.
 */
export function rowComparison({ sort, pins }: Arrangement): (a: Row, b: Row) => number {
  const compare = comparisons[sort];
  return (a, b) =>
    Number(pins.has(b.sandbox.id)) - Number(pins.has(a.sandbox.id)) || compare(a, b) || byName(a, b);
}

const comparisons: Readonly<Record<SortOrder, (a: Row, b: Row) => number>> = {
  name: () => 0,
  newest: ({ sandbox: a }, { sandbox: b }) => latestFirst(a.createdAtMs, b.createdAtMs),
  oldest: ({ sandbox: a }, { sandbox: b }) =>
    -latestFirst(a.createdAtMs ?? Infinity, b.createdAtMs ?? Infinity),
  stateChange: (a, b) => latestFirst(stateChangeMs(a), stateChangeMs(b)),
};

/**
 * When a sandbox came into its state, as far as is known: when this window saw it, else when it ended, else when it
 * was created. In milliseconds since the Unix epoch.
 */
export function stateChangeMs({ sandbox, stateSinceMs }: Row): number | undefined {
  const isOver = sandbox.state === 'terminated';
  return (isOver ? endedAt(sandbox) : undefined) ?? stateSinceMs ?? sandbox.createdAtMs;
}

/** Named sandboxes by name, then ephemeral ones, newest first; what is over by its end, latest first. */
function byName({ sandbox: a }: Row, { sandbox: b }: Row): number {
  if (a.state === 'terminated')
    return latestFirst(endedAt(a) ?? a.createdAtMs, endedAt(b) ?? b.createdAtMs) || compareText(a.id, b.id);
  if (isEphemeral(a) !== isEphemeral(b)) return isEphemeral(a) ? 1 : -1;
  if (!isEphemeral(a)) return compareNames(displayName(a), displayName(b)) || compareText(a.id, b.id);
  return latestFirst(a.createdAtMs, b.createdAtMs) || compareText(a.id, b.id);
}

function endedAt(sandbox: Sandbox): number | undefined {
  return sandbox.terminatedAtMs ?? sandbox.archivedAtMs;
}

/** An unknown time is the earliest. */
function latestFirst(a = -Infinity, b = -Infinity): number {
  return a === b ? 0 : b - a;
}

/** Words about pins that end up in `contextValue`, beside the capabilities. */
export const pinTokens = ['canPin', 'isPinned'] as const;

/**
 * The pins whose sandboxes are not gone for good: ended, or named no more by a fresh list of which every row could be
 * read.
 *
 * @returns the same set when all of them are
 */
export function livePins(
  pins: ReadonlySet<string>,
  { status, rows, badRows }: PanelSnapshot,
): ReadonlySet<string> {
  if (status.kind !== 'fresh' || badRows > 0) return pins;
  const live = [...pins].filter(id => (rows.get(id)?.sandbox.state ?? 'terminated') !== 'terminated');
  return live.length === pins.size ? pins : new Set(live);
}
