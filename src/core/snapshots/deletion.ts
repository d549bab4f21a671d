import type { Clock } from '../kernel/time/clock';
import { ApiError, cancelledBy } from '../kernel/errors';
import { lookFor } from '../list/polling/lookFor';
import type { SandboxSnapshot } from './snapshot';

/** What reading a snapshot says after the answer to its deletion. */
export type Deletion = 'deleted' | 'there' | 'unread';

/**
 * Looks whether a snapshot is deleted, for `lookBoundMs`: the service no longer knows it, or says that it is being
 * deleted (API reference section 8.2). The answer to the deletion alone proves nothing.
 *
 * @throws ApiError when the account may not read it, or the session ends
 */
export async function followDeletion(
  read: () => Promise<SandboxSnapshot>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Deletion> {
  let without: Deletion = 'unread';
  const found = await lookFor<Deletion>(
    async () => {
      try {
        if ((await read()).status === 'deleting') return 'deleted';
        without = 'there';
        return undefined;
      } catch (error) {
        if (ApiError.is(error, 'notFound')) return 'deleted';
        if (ApiError.is(error, 'unauthenticated', 'forbidden', 'cancelled')) throw error;
        return undefined;
      }
    },
    clock,
    signal,
  );
  if (signal.aborted) throw cancelledBy(signal);
  return found ?? without;
}
