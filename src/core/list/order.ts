import { compareNames, compareText } from '../kernel/formats/text';
import { displayName, isEphemeral, type Sandbox } from '../sandbox/sandbox';
import type { Row } from './rows';
import type { PanelSnapshot } from './store';

/** Orders in which the sandboxes of a group can be sorted. */
export const sortOrders = ['name', 'newest', 'oldest', 'stateChange'] as const;

export type SortOrder = (typeof sortOrders)[number];

/** Reads a sort order; undefined for anything else. */
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
 * Compares the rows of a group: pinned ones first, then by the sort order. Rows that are equal in it, or for which its
 * value is unknown and which come last, are sorted by name; no two rows compare as equal.
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
 * When a sandbox entered its state, as far as this is known: when this window observed it, else when the sandbox ended,
 * else when it was created. In milliseconds since the Unix epoch.
 */
export function stateChangeMs({ sandbox, stateSinceMs }: Row): number | undefined {
  const isOver = sandbox.state === 'terminated';
  return (isOver ? endedAt(sandbox) : undefined) ?? stateSinceMs ?? sandbox.createdAtMs;
}

/** Named sandboxes by name, then ephemeral ones, newest first; terminated ones by their end, latest first. */
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

/** An unknown time counts as the earliest. */
function latestFirst(a = -Infinity, b = -Infinity): number {
  return a === b ? 0 : b - a;
}

/** Tokens about pins in `contextValue`, beside the capabilities. */
export const pinTokens = ['canPin', 'isPinned'] as const;

/** Tokens about the default sandbox in `contextValue`, likewise. */
export const defaultTokens = ['canBeDefault', 'isDefault'] as const;

/**
 * The pins without those of sandboxes that are gone for good: terminated, or missing from a fresh list of which every
 * row could be read.
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
