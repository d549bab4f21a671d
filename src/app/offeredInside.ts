import { isRouteMissing } from '../core/kernel/errors';
import type { OptionalInside } from '../core/sandbox/capabilities';
import { isLacked, lacking, noteLack, type Lacking } from './offered';
import type { Reached } from './reach';

/**
 * Refuses what the inside of sandboxes lacks on this server. Only the open-source server is asked, before anything is
 * asked of the user.
 *
 * @throws UserError that says so; ApiError when the inside cannot be asked
 */
export async function requireInside(
  context: Lacking,
  { connection, sandbox, client }: Reached,
  call: OptionalInside,
): Promise<void> {
  if (isLacked(context, call)) throw lacking(call);
  if (sandbox.server !== 'openSource' || (await client.has(call, connection.signal))) return;
  noteLack(context, connection, call);
  throw lacking(call);
}

/**
 * Sends a request into a sandbox. Where the open-source server turns out not to have it, that is remembered, and said as
 * it is. Elsewhere one sandbox says nothing of the others: each has the daemon of its time, and open forwards go on.
 */
export async function sendInside<T>(
  context: Lacking,
  { connection, sandbox }: Pick<Reached, 'connection' | 'sandbox'>,
  call: OptionalInside,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!isRouteMissing(error) || sandbox.server !== 'openSource') throw error;
    noteLack(context, connection, call);
    throw lacking(call);
  }
}
