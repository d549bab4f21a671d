import { parseDuration } from '../kernel/timeSpan';
import { joinShellWords, splitShellWords, type ShellWordsProblem } from '../kernel/shellWords';

/** Where and as whom a program runs, and for how long (API reference section 3.6). */
export interface RunOptions {
  readonly workingDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  /** Seconds until it is killed. */
  readonly timeoutSecs?: number;
}

/** A text, read; or the rule that it breaks. */
export type Read<T, Problem extends string> = { readonly ok: T } | { readonly problem: Problem };

/** Absolute, since nobody in a sandbox has a current directory. Blank text is none. */
export function readWorkingDir(text: string): Read<string | undefined, 'relative' | 'nul'> {
  const path = text.trim();
  if (path === '') return { ok: undefined };
  if (path.includes('\0')) return { problem: 'nul' };
  return path.startsWith('/') ? { ok: path } : { problem: 'relative' };
}

/** A name, `uid` or `uid:gid`. Blank text is none. */
export function readUser(text: string): Read<string | undefined, 'user'> {
  const user = text.trim();
  if (user === '') return { ok: undefined };
  return /^(?:[A-Za-z_][\w.-]*\$?|\d+(?::\d+)?)$/.test(user) ? { ok: user } : { problem: 'user' };
}

/** A span as people write it; see `parseDuration`. Blank text is none. */
export function readTimeout(text: string): Read<number | undefined, 'span' | 'zero'> {
  if (text.trim() === '') return { ok: undefined };
  const seconds = parseDuration(text);
  if (seconds === undefined) return { problem: 'span' };
  return seconds > 0 ? { ok: seconds } : { problem: 'zero' };
}

export type EnvProblem = ShellWordsProblem | 'noEquals' | 'name' | 'nul';

/** Variables as a shell takes them, `NAME=value OTHER="two words"`. Of a name given twice the last counts. */
export function readEnv(text: string): Read<Readonly<Record<string, string>>, EnvProblem> {
  const split = splitShellWords(text);
  if ('problem' in split) return split;
  const env: Record<string, string> = {};
  for (const word of split.words) {
    const at = word.indexOf('=');
    if (at < 0) return { problem: 'noEquals' };
    const name = word.slice(0, at);
    if (!isVariableName(name)) return { problem: 'name' };
    if (word.includes('\0')) return { problem: 'nul' };
    env[name] = word.slice(at + 1);
  }
  return { ok: env };
}

export function isVariableName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && name !== '__proto__';
}

/** Variables as `readEnv` reads them. */
export function writeEnv(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value === '' ? '' : joinShellWords([value])}`)
    .join(' ');
}
