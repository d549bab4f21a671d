import type { Clock } from '../../kernel/time/clock';
import { requestBounds } from '../../kernel/listBounds';

/** What a background request is for: single sandboxes leave a part of the budget to the listings. */
export type RequestPurpose = 'listing' | 'poll';

/** A request that was sent, and how many sandboxes were in a transition then. */
interface Sent {
  readonly atMs: number;
  readonly inTransition: number;
}

/**
 * Counts the requests that a session sends in the background, so that there are never more of them in a minute than
 * `requestBounds` lets through, whatever a server answers. How many that is depends on how many sandboxes were in a
 * transition in that minute.
 */
export class RequestBudget {
  /** Those of the last minute, oldest first. */
  private sent: readonly Sent[] = [];

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /** Notes a request. @param inTransition how many sandboxes are in a transition */
  spend(inTransition: number): void {
    this.sent = [...this.ofLastMinute(), { atMs: this.clock.monotonic(), inTransition }];
  }

  /** How many may be sent now. */
  left(purpose: RequestPurpose, inTransition: number): number {
    const sent = this.ofLastMinute();
    return Math.max(0, allowed(purpose, inTransition, sent) - sent.length);
  }

  /** When `count` may be sent, on the monotonic clock; long ago when they may be sent now. */
  freeAt(purpose: RequestPurpose, inTransition: number, count = 1): number {
    const sent = this.ofLastMinute();
    const tooMany = sent.length + count - allowed(purpose, inTransition, sent);
    const last = sent[Math.min(tooMany, sent.length) - 1];
    return last === undefined ? -Infinity : last.atMs + requestBounds.windowMs;
  }

  private ofLastMinute(): readonly Sent[] {
    const sinceMs = this.clock.monotonic() - requestBounds.windowMs;
    return this.sent.filter(({ atMs }) => atMs > sinceMs);
  }
}

function allowed(purpose: RequestPurpose, inTransition: number, sent: readonly Sent[]): number {
  const { least, most, perTransition, reservedForListings } = requestBounds;
  const mostInTransition = sent.reduce((so, each) => Math.max(so, each.inTransition), inTransition);
  const all = Math.min(most, Math.max(least, perTransition * mostInTransition));
  return purpose === 'poll' ? all - reservedForListings : all;
}
