import { settlesAt } from '../core/list/transitionWatcher';
import type { Sandbox } from '../core/sandbox/sandbox';
import type { Connection } from '../host/session/connection';
import type { AppContext } from './appContext';
import { followTo, type FollowUp } from './batch';

/** Resumes a suspended sandbox. The function it returns waits until the sandbox runs. */
export async function wake(context: AppContext, connection: Connection, sandbox: Sandbox): Promise<FollowUp> {
  await connection.control.resume(sandbox.id, connection.signal);
  return () => followTo(context, connection, sandbox, 'running', settlesAt('running', 'pending'));
}
