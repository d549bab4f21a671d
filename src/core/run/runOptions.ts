import { parseDuration } from '../kernel/time/timeSpan';
import { joinShellWords, splitShellWords, type ShellWordsProblem } from '../kernel/formats/shellWords';

/** Where a program runs, as which user, and for how long (API reference section 3.6). */
export interface RunOptions {
  readonly workingDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  /** Seconds until it is killed. */
  readonly timeoutSecs?: number;
}

/** What a text was read as, or the rule that it breaks. */
export type Read<T, Problem extends string> = { readonly ok: T } | { readonly problem: Problem };

/** Reads a working directory. It must be absolute, since a sandbox has no current directory. Blank text is none. */
export function readWorkingDir(text: string): Read<string | undefined, 'relative' | 'nul'> {
  const path = text.trim();
  if (path === '') return { ok: undefined };
  if (path.includes('\0')) return { problem: 'nul' };
  return path.startsWith('/') ? { ok: path } : { problem: 'relative' };
}

/** Reads a user: a name, `uid` or `uid:gid`. Blank text is none. */
export function readUser(text: string): Read<string | undefined, 'user'> {
  const user = text.trim();
  if (user === '') return { ok: undefined };
  return /^(?:[A-Za-z_][\w.-]*\$?|\d+(?::\d+)?)$/.test(user) ? { ok: user } : { problem: 'user' };
}

/** Reads a time span; see `parseDuration`. Blank text is none. */
export function readTimeout(text: string): Read<number | undefined, 'span' | 'zero'> {
  if (text.trim() === '') return { ok: undefined };
  const seconds = parseDuration(text);
  if (seconds === undefined) return { problem: 'span' };
  return seconds > 0 ? { ok: seconds } : { problem: 'zero' };
}

export type EnvProblem = ShellWordsProblem | 'noEquals' | 'name' | 'nul';

/** Reads variables as a shell does, `NAME=value OTHER="two words"`. If a name is given twice, the last value wins. */
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

/** Formats variables so that `readEnv` reads the same. */
export function writeEnv(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value === '' ? '' : joinShellWords([value])}`)
    .join(' ');
}
