import type { ProcessInfo } from './process';

/**
 * First line of each script that the extension runs in a sandbox for itself, such as those of file operations. Lists and
 * logs tell it from the user's own by this: no answer contains the environment of a process (API reference section 3.4).
 */
const mark = '# Tensorlake Sandboxes for VS Code';

/** Arguments with which `sh` runs a script of the extension itself. @param args `$1` and what follows */
export function ownScriptArgs(script: string, args: readonly string[] = []): readonly string[] {
  return ['-c', `${mark}\n${script}`, 'sh', ...args];
}

/** Whether the extension started a process for itself. */
export function isOwnProcess({ args }: Pick<ProcessInfo, 'args'>): boolean {
  const [option, script] = args;
  return option === '-c' && script?.startsWith(mark) === true;
}

/** The same for the command line of retained logs (API reference section 2.14), which may be quoted or cut off. */
export function isOwnCommandLine(line: string): boolean {
  const [, script] = /^\s*['"]?(?:\S*\/)?sh['"]?\s+['"]?-c['"]?\s+['"]?(.*)/s.exec(line) ?? [];
  return script?.startsWith(mark) === true;
}
