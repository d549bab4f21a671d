import { moves } from '../core/list/moves';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { Connection } from '../host/session/connection';
import type { AppContext } from './appContext';
import { type FollowUp, followRequest } from './batch';
import { sendOffered } from './offered';

/** Resumes a suspended sandbox. The function it returns waits until the sandbox runs. */
export async function wake(context: AppContext, connection: Connection, sandbox: Sandbox): Promise<FollowUp> {
  const { sandboxes, signal } = connection;
  await sendOffered(context, connection, sandbox, 'resume', () => sandboxes.resume(sandbox.id, signal));
  return () => followRequest(context, connection, sandbox, moves.resume);
}
