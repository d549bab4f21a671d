import type { AppContext } from '../../app/appContext';
import { followTo } from '../../app/batch';
import { cancelledBy } from '../../core/kernel/errors';
import type { Connection } from '../../host/session/connection';

/** How long a new sandbox may take to boot, or to find room, before nobody waits for it any more, in milliseconds. */
const longestBootMs = 15 * 60_000;

/**
 * Waits until a new sandbox runs.
 *
 * @throws UserError when it does not come to run; ApiError of kind `cancelled` when `signal` is aborted
 */
export async function untilRunning(
  app: AppContext,
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => reject(cancelledBy(signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    followTo(app, connection, { id }, 'running', ({ state }) => state !== 'pending', longestBootMs)
      .finally(() => signal.removeEventListener('abort', stop))
      .then(resolve, reject);
  });
}
