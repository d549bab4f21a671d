import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { projectRoot } from '../support/projectRoot';

/** The key that `emulatorArgs` makes the server accept. */
export const benchKey = randomBytes(16).toString('hex');

/** Arguments of `startServer` for an emulator on a free port. */
export function emulatorArgs(...more: readonly string[]): readonly string[] {
  return ['emulator/main.ts', '--port', '0', '--key', benchKey, ...more];
}

/** Matches the line with which an emulator prints its address. */
export const emulatorMark = /TENSORLAKE_API_URL=(\S+)/;

/** Starts a server as a separate process, and waits until it prints its address after `mark`. */
export async function startServer(
  args: readonly string[],
  mark: RegExp,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = mark.exec(line)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error('The server did not start');
}
