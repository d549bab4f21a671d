import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '../kernel/errors';
import { HttpError, rawReply, send, type Reply } from './reply';

/** An error in the shape of the sandbox proxy and the daemon: `error`, and a `code` where there is one (API reference section 3.1). */
export function refusal(status: number, message: string, code?: string): HttpError {
  return new HttpError(status, message, { error: message, code });
}

/** For a request to a daemon path that names no sandbox. */
export function missingSandbox(): HttpError {
  return refusal(400, 'Missing x-tensorlake-sandbox-id header', 'MISSING_SANDBOX_ID');
}

/** The answer for `error`; one in the shape of the control plane is put into the shape of this plane. */
function replyOf(error: unknown): Reply {
  if (error instanceof HttpError) {
    const { status, body, text } = error.reply;
    if (text !== undefined) return error.reply;
    const isOwn = typeof body === 'object' && body !== null && 'error' in body;
    return { status, body: isOwn ? body : { error: error.message } };
  }
  return {
    status: 500,
    body: { error: messageOf(error), code: 'INTERNAL_ERROR' },
  };
}

/** Answers with `error`; an answer already under way is cut, so that nobody takes it for complete. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else send(response, replyOf(error));
}

/** Refuses an upgrade on the bare socket. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  socket.end(rawReply(replyOf(error)));
}
