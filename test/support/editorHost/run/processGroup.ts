import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { onExit, onShutdown } from './shutdown';

const graceMs = 3_000;

/** A program together with all that it has started. */
export interface ProcessGroup {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the program itself has ended; rejects when it could not be started. */
  readonly ended: Promise<number | null>;
  /** Ends the whole group: by SIGTERM, then by SIGKILL. */
  stop(): Promise<void>;
}

/** Starts a program in a process group of its own, which is ended with this process at the latest. */
export function startGroup(
  command: string,
  args: readonly string[],
  options: { env: Record<string, string>; cwd?: string; shell?: boolean },
): ProcessGroup {
  const child = spawn(command, args, {
    ...options,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  ended.catch(() => undefined);
  const forgetExit = onExit(() => signalGroup(child, 'SIGKILL'));
  const stop = async (): Promise<void> => {
    forgetShutdown();
    await endGroup(child, ended);
    forgetExit();
  };
  const forgetShutdown = onShutdown(stop);
  return { stdout: child.stdout, stderr: child.stderr, ended, stop };
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

async function endGroup(child: Child, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    signalGroup(child, 'SIGTERM');
    const force = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
    await ended.catch(() => undefined);
    clearTimeout(force);
  }
  // The program has ended; what it started may not have.
  signalGroup(child, 'SIGKILL');
  child.stdout.destroy();
  child.stderr.destroy();
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/T', '/F', '/PID', String(child.pid)], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is empty.
  }
}
