import type { Execution, Exit } from './execution';
import type { StartBody } from './processSchemas';
import type { Supervisor } from './supervisor';

/** One entry of the process list. A managed one stays the same entry when it gets another pid. */
export class GuestProcess {
  supervisor: Supervisor | undefined;

  constructor(
    readonly handle: number,
    readonly spec: Pick<StartBody, 'command' | 'args'>,
    public execution: Execution,
  ) {}

  get pid(): number {
    return this.execution.pid;
  }

  get isRunning(): boolean {
    return this.execution.exit === undefined;
  }
}

/** ProcessInfo (API reference section 3.4); older daemons leave three members out. */
export function processInfo(entry: GuestProcess, isLegacy = false) {
  const { handle, spec, execution, supervisor } = entry;
  const { exit } = execution;
  return {
    handle: isLegacy ? undefined : handle,
    pid: execution.pid,
    status: statusOf(exit),
    exit_code: exit?.exitCode ?? null,
    signal: exit?.signal ?? null,
    oom_killed: isLegacy ? undefined : false,
    stdin_writable: execution.stdin !== undefined,
    command: spec.command,
    args: spec.args,
    started_at: execution.startedAtMs,
    ended_at: exit?.atMs ?? null,
    managed: isLegacy ? undefined : supervisor?.info(),
  };
}

function statusOf(exit: Exit | undefined): 'running' | 'exited' | 'signaled' {
  if (exit === undefined) return 'running';
  return exit.signal === null ? 'exited' : 'signaled';
}
