import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { payloadOf, send, writeHead, type Reply } from '../http/reply';
import type { Clock } from '../kernel/clock';
import type { BodyFault, Effect } from './effect';

/** Sends an answer of the control plane with everything `effects` do to it. */
export function deliver(
  clock: Clock,
  response: ServerResponse,
  answer: Reply,
  effects: readonly Effect[],
): void {
  const reply = effects.reduce((current, { rewrite }) => rewrite?.(current) ?? current, answer);
  const body = effects.find(effect => effect.body !== undefined)?.body;
  afterDelay(clock, response, effects, () => {
    if (body === undefined) send(response, reply);
    else sendOddly(clock, response, reply, body);
  });
}

/** Runs `next` when the slowest of `effects` lets it, unless the client has gone by then. */
export function afterDelay(
  clock: Clock,
  connection: ServerResponse | Duplex,
  effects: readonly Effect[],
  next: () => void,
): void {
  const ms = Math.max(0, ...effects.map(({ headersAfterMs = 0 }) => headersAfterMs));
  if (ms === 0) next();
  else connection.once('close', clock.after(ms, next));
}

function sendOddly(clock: Clock, response: ServerResponse, reply: Reply, fault: BodyFault): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(payloadOf(reply));
  if (fault.kind === 'slow') {
    writeHead(response, reply, bytes.length);
    response.flushHeaders();
    dribble(clock, response, bytes, fault.ms / fault.pieces, Math.ceil(bytes.length / fault.pieces));
    return;
  }
  const part = bytes.subarray(0, Math.floor(bytes.length * fault.keep));
  writeHead(response, reply, fault.kind === 'short' ? part.length : bytes.length);
  if (fault.kind === 'short') response.end(part);
  else response.write(part, () => response.socket?.end());
}

function dribble(clock: Clock, response: ServerResponse, bytes: Buffer, ms: number, size: number): void {
  const cancel = clock.after(ms, () => {
    response.off('close', cancel);
    response.write(bytes.subarray(0, size));
    if (bytes.length <= size) response.end();
    else dribble(clock, response, bytes.subarray(size), ms, size);
  });
  response.once('close', cancel);
}

/**
 * Does to the connection what has to be done before a request is processed.
 *
 * @returns whether the request is done with
 */
export function breakConnection(
  request: Pick<IncomingMessage, 'socket'>,
  effects: readonly Effect[],
): boolean {
  const { socket } = request;
  for (const { connection } of effects) {
    if (connection === 'dropBefore') socket.destroy();
    if (connection === 'dropBefore' || connection === 'halfOpen') return true;
    if (connection === 'dropAfter') {
      // Below HTTP, so that it holds for whoever answers, and for upgrades: the first byte of an answer is the end.
      socket.write = () => {
        socket.destroy();
        return false;
      };
      socket.end = () => socket.destroy();
    }
  }
  return false;
}
