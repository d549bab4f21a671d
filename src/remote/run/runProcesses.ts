import { reachRunning, type Reached } from '../../app/reach';
import type { RunProcesses } from '../../core/run/remoteRun';

/**
 * The processes of a sandbox for one run. Later requests check first whether the sandbox is still running, since a
 * request to a suspended one would resume it.
 */
export function processesOf({ client, connection, sandbox }: Reached): RunProcesses {
  const { processes } = client;
  const requireRunning = async (): Promise<void> => {
    await reachRunning(connection, sandbox.id, 0);
  };
  return {
    run: (request, signal) => processes.run(request, signal),
    get: async (pid, signal) => {
      await requireRunning();
      return await processes.get(pid, signal);
    },
    kill: async (pid, signal) => {
      await requireRunning();
      await processes.kill(pid, signal);
    },
    signal: async (pid, number, signal) => {
      await requireRunning();
      await processes.signal(pid, number, signal);
    },
  };
}
