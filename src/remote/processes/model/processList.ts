import type { ProcessInfo, ProcessRef } from '../../../core/processes/process';

/** Words of `contextValue` for processes below a sandbox; menus match them. @internal */
export const processTokens = [
  'processes',
  'process',
  'canSignal',
  'canKill',
  'canRestart',
  'canWrite',
] as const;

export type ProcessToken = (typeof processTokens)[number];

/** Ended processes that are shown; the daemon keeps all of them as long as it lives. */
const maxEnded = 20;

/** Whether the supervisor looks after it: it may be between two runs. */
function isSupervised({ managed }: ProcessInfo): boolean {
  return managed !== undefined && managed.status !== 'stopped';
}

/** Whether it runs, or is about to run again. */
export function isAlive(info: ProcessInfo): boolean {
  return info.status === 'running' || isSupervised(info);
}

/** What can be done with a process (API reference section 3.4). */
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

/** As they are shown: what is alive first, managed ones before others, the newest first; of ended ones the last few. */
export function arrangeProcesses(list: readonly ProcessInfo[]): {
  readonly shown: readonly ProcessInfo[];
  /** Ended ones that are left out. */
  readonly leftOut: number;
} {
  const rank = (info: ProcessInfo): number => (!isAlive(info) ? 2 : info.managed ? 0 : 1);
  const sorted = [...list].sort(
    (a, b) => rank(a) - rank(b) || (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0) || b.pid - a.pid,
  );
  const alive = sorted.filter(isAlive).length;
  const shown = sorted.slice(0, alive + maxEnded);
  return { shown, leftOut: sorted.length - shown.length };
}

/** How to address it, so that a restarted one is found again: by its name where it has one. */
export function processRef({ pid, managed }: ProcessInfo): ProcessRef {
  return managed?.name === undefined || managed.name === '' ? pid : managed.name;
}
