import type { WebSocketServer } from 'ws';
import { refusal } from '../../http/refusal';
import { plainError } from '../../http/reply';
import { openSourceWords } from '../../kernel/openSource';
import { PtyClient } from '../pty/ptyClient';
import type { Upgrade } from './route';

/** GET /api/v1/pty/{session}/ws: the bearer token has been checked, and this checks the token of the terminal. */
export function attachPty(
  server: WebSocketServer,
  { guest, dialect, faults, request, socket, head, query }: Upgrade,
  sessionId: string,
): void {
  const session = guest.terminals.find(sessionId);
  const header = request.headers['x-pty-token'];
  const token = dialect.ptyToken === 'query' || typeof header !== 'string' ? query.get('token') : header;
  // Read before the session is looked at.
  if (dialect.surface === 'openSource' && query.get('token') === null) {
    throw plainError(400, openSourceWords.noQuery('token'));
  }
  if (session === undefined && dialect.unknownPty === '404') {
    throw refusal(404, `PTY session ${sessionId} not found`, 'SESSION_NOT_FOUND');
  }
  if (session?.isToken(token ?? '') !== true) throw refusal(403, 'Invalid token', 'INVALID_TOKEN');
  server.handleUpgrade(request, socket, head, webSocket => {
    session.attach(new PtyClient(webSocket, session, guest.clock, faults.legacyPtyExit ?? false));
  });
}
