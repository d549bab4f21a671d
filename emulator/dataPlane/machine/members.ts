import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The environment variable that holds the unit a process of a sandbox was started in: `<mark of the sandbox>.<unit>.`. */
export const unitVariable = 'TENSORLAKE_UNIT';

export interface Member {
  readonly pid: number;
  readonly parent: number;
  /** Whether a signal has stopped it. */
  readonly isStopped: boolean;
}

/**
 * The processes whose unit begins with `prefix`, parents before children. The mark is inherited, so that it
 * finds those too that left their process group. Without /proc it finds the descendants of `roots`.
 */
export function findMembers(prefix: string, roots: readonly number[]): readonly Member[] {
  const all = process.platform === 'linux' ? marked(`${unitVariable}=${prefix}`) : descendants(roots);
  const known = new Set(all.map(({ pid }) => pid));
  const sorted: Member[] = [];
  let generation = all.filter(({ parent }) => !known.has(parent));
  while (generation.length > 0) {
    sorted.push(...generation);
    const pids = new Set(generation.map(({ pid }) => pid));
    generation = all.filter(({ parent }) => pids.has(parent));
  }
  return sorted;
}

function marked(mark: string): readonly Member[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'latin1');
      if (!environment.startsWith(mark) && !environment.includes(`\0${mark}`)) return [];
      // `pid (name) state parent …`, and the name may hold anything.
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [, state = '', parent = '0'] = /^.*\) (\S) (\d+)/s.exec(stat) ?? [];
      return [{ pid: Number(name), parent: Number(parent), isStopped: state === 'T' || state === 't' }];
    } catch {
      // It has ended in the meantime, or belongs to another user.
      return [];
    }
  });
}

function descendants(roots: readonly number[]): readonly Member[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/));
  const all = rows.map(([pid, parent, state = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    isStopped: state.startsWith('T'),
  }));
  const wanted = new Set(roots);
  let size = -1;
  while (size !== wanted.size) {
    size = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => wanted.has(pid));
}

/** Sends a signal; a process that is gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals | number): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Stops all processes that `find` returns, until there are no new ones; returns those that it stopped. */
export function freezeAll(find: () => readonly Member[]): readonly number[] {
  const stopped = new Set<number>();
  const seen = new Set<number>();
  for (let round = 0; round < 10; round += 1) {
    const fresh = find().filter(({ pid }) => !seen.has(pid));
    if (fresh.length === 0) break;
    for (const { pid, isStopped } of fresh) {
      seen.add(pid);
      // Parents first: a shell that sees its job stop takes the terminal back.
      if (!isStopped && signalProcess(pid, 'SIGSTOP')) stopped.add(pid);
    }
  }
  return [...stopped];
}

/** Continues what `freezeAll` stopped, children first. */
export function thawAll(pids: readonly number[]): void {
  for (const pid of pids.toReversed()) signalProcess(pid, 'SIGCONT');
}

/** Kills all processes that `find` returns, until there are no new ones. */
export function killAll(find: () => readonly Member[]): void {
  const seen = new Set<number>();
  for (let round = 0; round < 10; round += 1) {
    const fresh = find().filter(({ pid }) => !seen.has(pid));
    if (fresh.length === 0) return;
    for (const { pid } of fresh) {
      seen.add(pid);
      signalProcess(pid, 'SIGKILL');
    }
  }
}
