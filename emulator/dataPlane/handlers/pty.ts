import { z } from 'zod';
import { refusal } from '../../http/refusal';
import { ok } from '../../http/reply';
import { orElse } from '../../http/validate';
import { home } from '../machine/rootDirectory';
import { programBody } from '../processes/processSchemas';
import { clampSize, type PtySession } from '../pty/ptySession';
import { noContent, type DaemonCall } from './route';

const size = { rows: z.int().min(0).max(65_535), cols: z.int().min(0).max(65_535) };

/** Body of POST /api/v1/pty (API reference section 3.7). */
export const ptyBody = programBody(home).extend({
  rows: orElse(size.rows, 24),
  cols: orElse(size.cols, 80),
});

/** Body of POST /api/v1/pty/{session}/resize. */
export const resizeBody = z.object(size);

/** POST /api/v1/pty: the only answer that contains the token. */
export async function createPty({ guest, body }: DaemonCall<unknown, z.output<typeof ptyBody>>) {
  const { working_dir, ...rest } = body;
  const session = await guest.terminals.create({ ...rest, ...clampSize(body), workingDir: working_dir });
  return { status: 201, body: { session_id: session.id, token: session.token } };
}

/** GET /api/v1/pty. */
export function listPtys({ guest }: DaemonCall) {
  return ok({ sessions: guest.terminals.list().map(session => session.info()) });
}

/** GET /api/v1/pty/{session}. */
export function getPty(call: DaemonCall) {
  return ok(sessionOf(call).info());
}

/** DELETE /api/v1/pty/{session}: it is still listed for up to 5 s. */
export function killPty(call: DaemonCall) {
  call.guest.terminals.end(sessionOf(call));
  return noContent;
}

/** POST /api/v1/pty/{session}/resize. */
export function resizePty(call: DaemonCall<unknown, z.output<typeof resizeBody>>) {
  sessionOf(call).resize(call.body);
  return noContent;
}

function sessionOf({ guest, param }: Pick<DaemonCall, 'guest' | 'param'>): PtySession {
  const session = guest.terminals.find(param('session'));
  if (session === undefined) throw refusal(404, `PTY session ${param('session')} not found`, 'NOT_FOUND');
  return session;
}
