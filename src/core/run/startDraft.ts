import { parseCommandLine } from './commandLine';
import type { HealthCheck, RestartRule, StartRequest } from '../processes/process';
import type { Read, RunOptions } from './runOptions';

/** A request for a background process while it is being filled in. */
export interface StartDraft {
  readonly line: string;
  readonly options: RunOptions;
  readonly name?: string;
  /** Whether input can be sent to it later. */
  readonly hasInput?: boolean;
  readonly restart?: RestartRule;
  readonly healthCheck?: HealthCheck;
}

export type StartProblem =
  'empty' | 'openQuote' | 'trailingBackslash' | 'name' | 'maxRestarts' | 'backoff' | 'port' | 'path' | 'span';

/**
 * Reads the name of a managed process: not empty, without a slash, not all digits (API reference section 3.4). Blank
 * text is none.
 */
export function readProcessName(text: string): Read<string | undefined, 'name'> {
  const name = text.trim();
  if (name === '') return { ok: undefined };
  return name.includes('/') || /^\d+$/.test(name) || /\p{Cc}/u.test(name)
    ? { problem: 'name' }
    : { ok: name };
}

/** Reads how often it is restarted at most. Blank text is no limit. */
export function readMaxRestarts(text: string): Read<number | undefined, 'maxRestarts'> {
  if (text.trim() === '') return { ok: undefined };
  const count = Number(text);
  return /^\s*\d+\s*$/.test(text) && count <= 1_000_000 ? { ok: count } : { problem: 'maxRestarts' };
}

/** Reads a health check: `tcp:5432`, `http:8080`, `http:8080/health`. Blank text is none. */
export function readHealthCheck(text: string): Read<HealthCheck | undefined, 'check' | 'port' | 'path'> {
  if (text.trim() === '') return { ok: undefined };
  const match = /^(http|tcp):(\d+)(.*)$/i.exec(text.trim());
  if (!match) return { problem: 'check' };
  const [, kind = '', digits = '', path = ''] = match;
  const port = Number(digits);
  if (port < 1 || port > 65_535) return { problem: 'port' };
  if (kind.toLowerCase() === 'tcp') return path === '' ? { ok: { type: 'tcp', port } } : { problem: 'path' };
  if (path !== '' && !/^\/\S*$/.test(path)) return { problem: 'path' };
  return { ok: { type: 'http', port, path: path === '' ? '/' : path } };
}

/** Formats a health check so that `readHealthCheck` reads the same. */
export function writeHealthCheck({ type, port, path = '' }: HealthCheck): string {
  return `${type}:${port}${type === 'http' ? path : ''}`;
}

/** The request of a draft, or the first rule that it breaks (API reference section 3.4). */
export function readStart(draft: StartDraft): Read<StartRequest, StartProblem> {
  const { line, options, name, hasInput, restart, healthCheck } = draft;
  const parsed = parseCommandLine(line);
  if (parsed.kind === 'problem') return { problem: parsed.problem };
  const problem = nameProblem(name) ?? restartProblem(restart) ?? healthProblem(healthCheck);
  if (problem) return { problem };
  const { workingDir, env, user } = options;
  return {
    ok: {
      command: parsed.command,
      args: parsed.args,
      ...(env && Object.keys(env).length > 0 && { env }),
      ...(workingDir !== undefined && { workingDir }),
      ...(user !== undefined && { user }),
      ...(hasInput === true && { stdin: 'pipe' as const }),
      ...(name !== undefined && { name }),
      ...(restart && { restart }),
      ...(healthCheck && { healthCheck }),
    },
  };
}

function nameProblem(name: string | undefined): StartProblem | undefined {
  return name !== undefined && (name === '' || 'problem' in readProcessName(name)) ? 'name' : undefined;
}

function restartProblem(restart: RestartRule | undefined): StartProblem | undefined {
  const { maxRestarts, initialBackoffMs, maxBackoffMs } = restart ?? {};
  if (maxRestarts !== undefined && !isCount(maxRestarts, 0)) return 'maxRestarts';
  if ([initialBackoffMs, maxBackoffMs].some(ms => ms !== undefined && !isCount(ms, 1))) return 'span';
  return (initialBackoffMs ?? 500) > (maxBackoffMs ?? 30_000) ? 'backoff' : undefined;
}

function healthProblem(check: HealthCheck | undefined): StartProblem | undefined {
  if (!check) return undefined;
  if (!isCount(check.port, 1) || check.port > 65_535) return 'port';
  if (check.path !== undefined && (check.type === 'tcp' || !check.path.startsWith('/'))) return 'path';
  const { initialDelayMs = 0, intervalMs = 1, timeoutMs = 1, failureThreshold = 1 } = check;
  const isFine =
    isCount(initialDelayMs, 0) && [intervalMs, timeoutMs, failureThreshold].every(n => isCount(n, 1));
  return isFine ? undefined : 'span';
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
