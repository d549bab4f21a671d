import { type Clock, timeOfDayAt } from '../kernel/time/clock';
import type { Sandbox } from '../sandbox/sandbox';

/** The largest difference expected between the clocks of this machine and the service. @internal */
export const clockSkewMs = 2 * 60_000;

/** A request that makes something, as it was sent. */
export interface Sent {
  /** Ids of what was known before. */
  readonly known: ReadonlySet<string>;
  /** When, as the clock is set at the moment of reading. */
  readonly atMs: number;
}

/** A request that is sent now. @param known ids of what is known before */
export function sentNow(known: ReadonlySet<string>, clock: Pick<Clock, 'now' | 'elapsed'>): Sent {
  const sentMs = clock.now();
  const sentAt = clock.elapsed();
  return {
    known,
    // A clock that was ahead then may have been set right since.
    get atMs() {
      return Math.min(sentMs, timeOfDayAt(clock, sentAt));
    },
  };
}

/** What a request that was not answered would have made. */
export type Lost =
  | { readonly kind: 'create'; readonly name: string | undefined }
  | { readonly kind: 'claim'; readonly poolId: string }
  | { readonly kind: 'copy' };

/** Whether something is new enough to come from a request. What does not say when it was made does not count as new. */
export function isSince({ atMs }: Sent, createdAtMs: number | undefined): boolean {
  return createdAtMs !== undefined && createdAtMs >= atMs - clockSkewMs;
}

/** The sandboxes of a listing that a request may have made: new ones that look like it (API reference section 6, point 2). */
export function madeBy(sandboxes: Iterable<Sandbox>, sent: Sent, lost: Lost): readonly Sandbox[] {
  return [...sandboxes].filter(
    sandbox => !sent.known.has(sandbox.id) && sandbox.state !== 'terminated' && isLike(sandbox, sent, lost),
  );
}

function isLike({ name, poolId, createdAtMs }: Sandbox, sent: Sent, lost: Lost): boolean {
  switch (lost.kind) {
    case 'create':
      if (lost.name !== undefined) return name === lost.name;
      return name === undefined && poolId === undefined && isSince(sent, createdAtMs);
    case 'claim':
      return poolId === lost.poolId;
    case 'copy':
      return name === undefined && isSince(sent, createdAtMs);
  }
}
