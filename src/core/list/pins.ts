import type { PanelSnapshot } from './store';

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
