import { execFile } from 'node:child_process';

/** How long git may take for something that it does without asking, in milliseconds. */
const longestMs = 20_000;

/**
 * Runs git on this machine. It asks nothing in a terminal; a credential helper may show a window of its own.
 *
 * @returns what it printed; undefined when there is no git, or it failed
 */
export async function localGit(
  args: readonly string[],
  options: { readonly folder?: string; readonly input?: string; readonly timeoutMs?: number },
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { folder, input = '', timeoutMs = longestMs } = options;
  return await new Promise(resolve => {
    const child = execFile(
      'git',
      [...args],
      {
        cwd: folder,
        timeout: timeoutMs,
        maxBuffer: 1024 * 1024,
        windowsHide: true,
        env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
        ...(signal && { signal }),
      },
      (error, stdout) => resolve(error ? undefined : stdout),
    );
    // One that ends without reading its input is no failure of this process.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
