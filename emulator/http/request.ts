import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The request line taken apart; `query` is what follows the question mark. */
export function lineOf({ method = '', url = '' }: IncomingMessage) {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  return { method, path, query };
}

/** Aborts when the connection closes. */
export function closeSignal(connection: Duplex | ServerResponse): AbortSignal {
  const controller = new AbortController();
  connection.once('close', () => controller.abort());
  return controller.signal;
}
