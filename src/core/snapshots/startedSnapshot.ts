import { isSince, type Sent } from '../create/lostCreate';
import type { Clock } from '../kernel/time/clock';
import { ApiError } from '../kernel/errors';
import { patiently } from '../list/polling/lookFor';
import { lookBoundMs } from '../list/moves';
import type { SandboxSnapshot } from './snapshot';

/**
 * The snapshots of a listing that a request may have started whose answer was lost: new ones of that sandbox.
 */
export function startedBy(
  snapshots: readonly SandboxSnapshot[],
  sandboxId: string,
  sent: Sent,
): readonly SandboxSnapshot[] {
  return snapshots.filter(
    snapshot =>
      snapshot.sandboxId === sandboxId && !sent.known.has(snapshot.id) && isSince(sent, snapshot.createdAtMs),
  );
}

/**
 * Makes a function that reads a snapshot which was just started: undefined while it cannot be read, and in the first
 * `lookBoundMs` also while the service does not know it.
 *
 * @returns a function that throws ApiError of kind `notFound` after that, and what lasts
 */
export function readerOfStarted(
  read: () => Promise<SandboxSnapshot>,
  clock: Clock,
): () => Promise<SandboxSnapshot | undefined> {
  const startedAtMs = clock.monotonic();
  return async () => {
    try {
      return await patiently(read);
    } catch (error) {
      if (ApiError.is(error, 'notFound') && clock.monotonic() - startedAtMs < lookBoundMs) return undefined;
      throw error;
    }
  };
}
