import { isOwnProcess } from '../../../core/processes/ownProcess';
import type { ProcessInfo, ProcessRef } from '../../../core/processes/process';

/** Tokens of `contextValue` for processes below a sandbox, for the `when` clauses of menus. @internal */
export const processTokens = [
  'processes',
  'process',
  'canSignal',
  'canKill',
  'canRestart',
  'canWrite',
] as const;

export type ProcessToken = (typeof processTokens)[number];

/** Limit for ended processes in the tree; the daemon keeps all of them for its lifetime. */
const maxEnded = 20;
/** Limit for the others: each is a row, and nobody reads more. */
const maxAlive = 1_000;

/** Whether the supervisor manages it; it may be between two runs. */
function isSupervised({ managed }: ProcessInfo): boolean {
  return managed !== undefined && managed.status !== 'stopped';
}

/** Whether it is running or about to be restarted. */
export function isAlive(info: ProcessInfo): boolean {
  return info.status === 'running' || isSupervised(info);
}

/** The actions that a process supports (API reference section 3.4). */
export function processTokensOf(info: ProcessInfo): readonly ProcessToken[] {
  const isRunning = info.status === 'running';
  return [
    'process',
    ...(isRunning ? (['canSignal'] as const) : []),
    ...(isAlive(info) ? (['canKill'] as const) : []),
    ...(info.managed ? (['canRestart'] as const) : []),
    ...(isRunning && info.stdinWritable ? (['canWrite'] as const) : []),
  ];
}

/**
 * In display order: running before ended, managed before others, newest first; limits the number of each.
 *
 * @param areOwnShown whether those that the extension started for itself are among them
 */
export function arrangeProcesses(
  list: readonly ProcessInfo[],
  areOwnShown: boolean,
): {
  readonly shown: readonly ProcessInfo[];
  /** Number of processes left out. */
  readonly leftOut: number;
  /** Whether all of these have ended. */
  readonly haveEnded: boolean;
} {
  const rank = (info: ProcessInfo): number => (!isAlive(info) ? 2 : info.managed ? 0 : 1);
  const sorted = list
    .filter(info => areOwnShown || !isOwnProcess(info))
    .sort((a, b) => rank(a) - rank(b) || (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0) || b.pid - a.pid);
  const alive = sorted.filter(isAlive).length;
  const shown =
    alive <= maxAlive
      ? sorted.slice(0, alive + maxEnded)
      : [...sorted.slice(0, maxAlive), ...sorted.slice(alive, alive + maxEnded)];
  return { shown, leftOut: sorted.length - shown.length, haveEnded: alive <= maxAlive };
}

/** Its reference, by name where it has one, so that it remains valid after a restart. */
export function processRef({ pid, managed }: ProcessInfo): ProcessRef {
  return managed?.name === undefined || managed.name === '' ? pid : managed.name;
}
