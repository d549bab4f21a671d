import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The request line taken apart; `query` is what follows the question mark. */
export function lineOf({ method = '', url = '' }: IncomingMessage) {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  return { method, path, query };
}

/**
 * The host of an authority such as a `Host` header has: in lower case, without the port and the dot at the end of a full
 * name. Nothing when it is not one.
 */
export function hostName(authority: string | undefined): string | undefined {
  return /^(\[[\da-f:.]+\]|[\w.-]+?)\.?(?::\d*)?$/i.exec(authority ?? '')?.[1]?.toLowerCase();
}

/** Aborts when the connection closes. */
export function closeSignal(connection: Duplex | ServerResponse): AbortSignal {
  const controller = new AbortController();
  connection.once('close', () => controller.abort());
  return controller.signal;
}
