import type { AppContext } from '../../app/appContext';
import { madeBy, type Lost, type Sent, sentNow as sentNowBeside } from '../../core/create/lostCreate';
import { ApiError, cancelledBy } from '../../core/kernel/errors';
import { lookFor } from '../../core/list/polling/lookFor';
import type { Sandbox } from '../../core/sandbox/sandbox';
import { type Progress, startLateProgress } from '../../host/editor/dialogs/progress';
import type { Connection } from '../../host/session/connection';
import { cancellableTitle, type Listed, notListedText, notNewText } from '../../text/create/lostText';
import { UncertainError } from '../../text/kit/failureText';
import { plainText } from '../../text/kit/plainText';

/** A request that is answered sooner needs no notification. */
const promptMs = 3000;

/** What is known before a request that makes sandboxes is sent. */
export function sentNow({ store, clock }: AppContext): Sent {
  return sentNowBeside(new Set(store.current.rows.keys()), clock);
}

/**
 * A way to cancel requests that make something, for when they take long.
 *
 * @param what such as "Creating web…"
 */
export function whileMaking({ clock }: AppContext, { signal }: Connection, what: string): Progress {
  return startLateProgress(clock, promptMs, cancellableTitle(what), signal);
}

/** What was found of a request that was not answered, and what the list says if that is not all. */
export interface FoundLost {
  readonly found: readonly Sandbox[];
  readonly listed: Listed;
}

/**
 * Looks in the list for what a request made whose answer was lost (API reference section 6, point 2).
 *
 * @param count how many it was to make
 */
export async function findLost(
  { store, clock }: AppContext,
  { poller, signal }: Connection,
  sent: Sent,
  lost: Lost,
  count = 1,
): Promise<FoundLost> {
  const listed = (): readonly Sandbox[] =>
    madeBy(
      [...store.current.rows.values()].map(({ sandbox }) => sandbox),
      sent,
      lost,
    );
  await lookFor(
    async () => {
      await poller.refresh();
      return listed().length >= count ? true : undefined;
    },
    clock,
    signal,
  );
  if (signal.aborted) throw cancelledBy(signal);
  const found = listed();
  const { status, cut } = store.current;
  // A list that is not whole does not prove that there is none.
  const isRead = status.kind === 'fresh' && (cut === undefined || found.length >= count);
  return { found, listed: isRead ? found.length : 'unread' };
}

/**
 * Checks that an answer named a sandbox that is new.
 *
 * @throws UncertainError when it was known before the request
 */
export function requireNew(id: string, { known }: Sent): void {
  if (known.has(id)) throw new UncertainError(notNewText(plainText(id, 80)));
}

/**
 * Reads a sandbox that was just made. The service may not know it at once; when it cannot be read, the answer is believed.
 *
 * @throws UncertainError when the service does not know it; it is no longer listed then
 */
export async function readMade(
  { store, clock }: AppContext,
  { sandboxes, poller, signal }: Connection,
  id: string,
): Promise<Sandbox | undefined> {
  const seen = { isUnknown: false };
  const read = await lookFor<Sandbox | 'unread'>(
    async () => {
      try {
        return await sandboxes.withoutRetries().get(id, signal);
      } catch (error) {
        if (!ApiError.is(error, 'notFound')) return 'unread';
        seen.isUnknown = true;
        return undefined;
      }
    },
    clock,
    signal,
  );
  if (signal.aborted) throw cancelledBy(signal);
  if (read === undefined && seen.isUnknown) {
    store.remove(id);
    throw new UncertainError(notListedText(plainText(id, 80)));
  }
  if (read === undefined || read === 'unread') return undefined;
  poller.applyUpdate([read]);
  return read;
}
