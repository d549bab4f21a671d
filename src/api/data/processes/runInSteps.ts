import { cancelledBy } from '../../../core/kernel/errors';
import type {
  OutputLine,
  OutputStream,
  ProcessExit,
  ProcessInfo,
  ProcessRef,
  RunEvent,
  RunRequest,
  StartRequest,
} from '../../../core/processes/process';

/** The calls that stand in for `run`. */
interface SteppedProcesses {
  start(request: StartRequest, signal: AbortSignal): Promise<ProcessInfo>;
  get(ref: ProcessRef, signal: AbortSignal): Promise<ProcessInfo>;
  kill(ref: ProcessRef, signal: AbortSignal): Promise<void>;
  follow(ref: ProcessRef, which: OutputStream | 'output', signal: AbortSignal): AsyncIterable<OutputLine>;
}

/** How long a kill may take that nobody waits for. */
const killMs = 15_000;
const firstLookMs = 50;
const longestLookMs = 2_000;

/**
 * A run on a daemon that has none: the program is started, its output followed, and its end read. Leaving the loop kills
 * the program, as closing the request of a run does. It is started as the user of the daemon, whoever was asked for.
 */
export async function* runInSteps(
  processes: SteppedProcesses,
  { timeoutSecs, ...program }: RunRequest,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const { pid, startedAtMs } = await processes.start(program, signal);
  let hasEnded = false;
  const kill = async (): Promise<void> => processes.kill(pid, AbortSignal.timeout(killMs));
  const timer =
    timeoutSecs === undefined
      ? undefined
      : setTimeout(() => void kill().catch(() => undefined), timeoutSecs * 1_000);
  try {
    yield { kind: 'started', pid, ...(startedAtMs !== undefined && { startedAtMs }) };
    for await (const line of processes.follow(pid, 'output', signal)) yield { kind: 'line', ...line };
    const exit = await endOf(processes, pid, signal);
    hasEnded = true;
    yield { kind: 'exited', ...exit };
  } finally {
    clearTimeout(timer);
    if (!hasEnded) void kill().catch(() => undefined);
  }
}

/** Its output may be closed before it ends. */
async function endOf(processes: SteppedProcesses, pid: number, signal: AbortSignal): Promise<ProcessExit> {
  for (let waitMs = firstLookMs; ; waitMs = Math.min(longestLookMs, waitMs * 2)) {
    const { status, exitCode, signal: number, oomKilled } = await processes.get(pid, signal);
    if (status !== 'running') return { exitCode, signal: number, oomKilled };
    await pause(waitMs, signal);
  }
}

/** @throws ApiError of kind `cancelled` */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = (): void => {
      clearTimeout(timer);
      reject(cancelledBy(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', cancel);
      resolve();
    }, ms);
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}
