import type { PanelChange } from '../list/store';
import { isEnding } from './unexpectedEnds';

/** How long after a window asked for an end, which may have failed, the end still counts as asked for. @internal */
export const askedEndMs = 5 * 60_000;

/** Sandboxes that a window was asked to terminate. Their end may be seen after the request is over, or never. */
export class AskedEnds {
  private readonly askedAtMs = new Map<string, number>();

  /** Takes a change of the list. @param ids the sandboxes that are looked at @param atMs on the monotonic clock */
  note(ids: Iterable<string>, { previous, current }: PanelChange, atMs: number): void {
    for (const id of ids)
      if ([previous, current].some(({ rows }) => isEnding(rows.get(id)))) this.askedAtMs.set(id, atMs);
  }

  /** Whether an end comes from here that is seen at `atMs` of the monotonic clock. */
  has(id: string, atMs: number): boolean {
    const askedAtMs = this.askedAtMs.get(id);
    return askedAtMs !== undefined && atMs - askedAtMs <= askedEndMs;
  }

  clear(): void {
    this.askedAtMs.clear();
  }
}
