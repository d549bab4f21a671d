import type { Clock } from '../../../core/kernel/clock';
import { ApiError } from '../../../core/kernel/errors';
import type { OutputLine, OutputStream, ProcessInfo, ProcessRef } from '../../../core/processes/process';
import { isAlive } from './processList';

/** What a follower needs of the processes of a sandbox. @internal */
export interface FollowedProcesses {
  follow(ref: ProcessRef, which: OutputStream | 'output', signal: AbortSignal): AsyncIterable<OutputLine>;
  get(ref: ProcessRef, signal: AbortSignal): Promise<ProcessInfo>;
}

interface FollowEvents {
  /** A line that was not shown before. The next one is read when what it returns is done. */
  readonly line: (line: OutputLine) => Promise<void> | undefined;
  /** The stream broke off; it is tried again after so many milliseconds. */
  readonly lost: (error: unknown, waitMs: number) => void;
  /** The output goes on after a break. */
  readonly back: () => void;
  /** The program ended, and its supervisor starts it again. */
  readonly restarting: (info: ProcessInfo) => void;
  /** Another program runs under the name; its output begins anew. */
  readonly restarted: (info: ProcessInfo) => void;
}

export interface FollowOptions {
  readonly ref: ProcessRef;
  /** Its pid when following began. */
  readonly pid: number;
  readonly which: OutputStream | 'output';
  readonly clock: Clock;
  /** Gives the way in without waking anything. @throws when the sandbox does not run any more */
  readonly open: () => Promise<FollowedProcesses>;
  readonly events: FollowEvents;
  /** Ends it, with the view. */
  readonly signal: AbortSignal;
}

const firstWaitMs = 1_000;
const longestWaitMs = 15_000;
const restartWaitMs = 500;

/**
 * Follows the output of a process until it ends for good, through breaks of the connection and restarts by a supervisor.
 * After a break the sandbox repeats what it captured; lines shown before are left out.
 *
 * @returns what is known of the process in the end
 * @throws what cannot be mended by trying again
 */
export async function followOutput(options: FollowOptions): Promise<ProcessInfo | undefined> {
  const { ref, which, clock, open, events, signal } = options;
  let seen = new Map<string, number>();
  let { pid } = options;
  let isFirst = true;
  let waitMs = firstWaitMs;
  let isBroken = false;
  let quietMs = restartWaitMs;
  for (;;) {
    try {
      const processes = await open();
      if (!isFirst) {
        const now = await infoOf(processes, ref, signal);
        if (now && now.pid !== pid) {
          pid = now.pid;
          seen = new Map();
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
        events.restarting(info);
        await pause(
          clock,
          Math.max(restartWaitMs, (info.managed?.nextRestartAtMs ?? 0) - clock.now()),
          signal,
        );
      } else {
        // Some streams end although the program goes on, such as one whose output is thrown away.
        await pause(clock, quietMs, signal);
        quietMs = Math.min(longestWaitMs, quietMs * 2);
      }
    } catch (error) {
      if (signal.aborted) throw new ApiError('cancelled', '');
      if (!ApiError.is(error, 'network', 'timeout', 'server')) throw error;
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
    if (ApiError.is(error, 'notFound')) return undefined;
    throw error;
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      timer.dispose();
      reject(new ApiError('cancelled', ''));
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', cancel);
      resolve();
    });
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}
