import type { Clock } from '../../../core/kernel/time/clock';
import { ApiError, cancelledBy, isUnknownToProxy } from '../../../core/kernel/errors';
import type { OutputLine, OutputStream, ProcessInfo, ProcessRef } from '../../../core/processes/process';
import { isAlive } from './processList';

/** The methods that following uses. @internal */
export interface FollowedProcesses {
  follow(ref: ProcessRef, which: OutputStream | 'output', signal: AbortSignal): AsyncIterable<OutputLine>;
  get(ref: ProcessRef, signal: AbortSignal): Promise<ProcessInfo>;
}

interface FollowEvents {
  /** Called for a line that was not shown before. The next one is read once the returned promise resolves. */
  readonly line: (line: OutputLine) => Promise<void> | undefined;
  /** The stream broke off; the next attempt follows after `waitMs` milliseconds. */
  readonly lost: (error: unknown, waitMs: number) => void;
  /** The output continues after a break. */
  readonly back: () => void;
  /** The program ended, and its supervisor will restart it. */
  readonly restarting: (info: ProcessInfo) => void;
  /** Another program runs under the name; its output starts from the beginning. */
  readonly restarted: (info: ProcessInfo) => void;
}

export interface FollowOptions {
  readonly ref: ProcessRef;
  /** Its pid when following started. */
  readonly pid: number;
  readonly which: OutputStream | 'output';
  readonly clock: Clock;
  /** Reaches the sandbox without resuming it. @throws when the sandbox is no longer running */
  readonly open: () => Promise<FollowedProcesses>;
  readonly events: FollowEvents;
  /** Aborted when the view closes. */
  readonly signal: AbortSignal;
}

const firstWaitMs = 1_000;
const longestWaitMs = 15_000;
const restartWaitMs = 500;

/**
 * Follows the output of a process until it ends for good, through connection failures and restarts by a supervisor.
 * After a reconnect the sandbox repeats what it captured; lines shown before are skipped.
 *
 * @returns the last known state of the process
 * @throws failures that a retry cannot fix
 */
export async function followOutput(options: FollowOptions): Promise<ProcessInfo | undefined> {
  const { ref, which, clock, open, events, signal } = options;
  let seen = new Map<string, number>();
  let { pid } = options;
  let isFirst = true;
  let waitMs = firstWaitMs;
  let isBroken = false;
  let quietMs = restartWaitMs;
  /** The restart that was told of. The clocks of a sandbox and of this machine may differ, so it is looked for sooner. */
  let announcedMs: number | undefined;
  for (;;) {
    try {
      const processes = await open();
      if (!isFirst) {
        const now = await infoOf(processes, ref, signal);
        if (now && now.pid !== pid) {
          pid = now.pid;
          seen = new Map();
          announcedMs = undefined;
          events.restarted(now);
        }
      }
      isFirst = false;
      const skip = new Map(seen);
      for await (const line of processes.follow(ref, which, signal)) {
        if (isBroken) events.back();
        isBroken = false;
        waitMs = firstWaitMs;
        const stream = line.stream ?? which;
        const left = skip.get(stream) ?? 0;
        skip.set(stream, left - 1);
        if (left > 0) continue;
        seen.set(stream, (seen.get(stream) ?? 0) + 1);
        quietMs = restartWaitMs;
        await events.line(line);
      }
      const info = await infoOf(processes, ref, signal);
      if (!info || !isAlive(info)) return info;
      if (info.status !== 'running') {
        const { nextRestartAtMs = 0 } = info.managed ?? {};
        if (nextRestartAtMs !== announcedMs) events.restarting(info);
        announcedMs = nextRestartAtMs;
        const untilMs = Math.min(longestWaitMs, nextRestartAtMs - clock.now());
        await pause(clock, Math.max(restartWaitMs, untilMs), signal);
      } else {
        // Some streams end although the program continues, such as one whose output is discarded.
        await pause(clock, quietMs, signal);
        quietMs = Math.min(longestWaitMs, quietMs * 2);
      }
    } catch (error) {
      if (signal.aborted) throw cancelledBy(signal);
      if (!ApiError.is(error, 'network', 'timeout', 'server') && !isUnknownToProxy(error)) throw error;
      isBroken = true;
      events.lost(error, waitMs);
      await pause(clock, waitMs, signal);
      waitMs = Math.min(longestWaitMs, waitMs * 2);
    }
  }
}

async function infoOf(
  processes: FollowedProcesses,
  ref: ProcessRef,
  signal: AbortSignal,
): Promise<ProcessInfo | undefined> {
  try {
    return await processes.get(ref, signal);
  } catch (error) {
    if (ApiError.is(error, 'notFound') && !isUnknownToProxy(error)) return undefined;
    throw error;
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      timer.dispose();
      reject(cancelledBy(signal));
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', cancel);
      resolve();
    });
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}
