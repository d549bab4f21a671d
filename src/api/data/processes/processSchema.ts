import { ApiError } from '../../../core/kernel/errors';
import type {
  HealthCheck,
  ManagedProcess,
  ProcessExit,
  ProcessInfo,
  ProcessStatus,
  ProgramRequest,
  RestartRule,
  RunRequest,
  StartRequest,
} from '../../../core/processes/process';
import type { JsonObject } from '../../../core/kernel/formats/json';
import {
  booleanOf,
  isJsonObject,
  numberOf,
  objectOf,
  textListOf,
  textOf,
} from '../../../core/kernel/formats/json';
import { parseWireTime } from '../../http/times/wireTime';

const statuses: ReadonlySet<string> = new Set<ProcessStatus>(['running', 'exited', 'signaled', 'oom_killed']);

/** Arguments that are kept: they are only shown. */
const maxArgs = 1_000;

/**
 * Reads one ProcessInfo (API reference section 3.4).
 *
 * @returns undefined for anything without a pid
 */
export function readProcess(row: unknown): ProcessInfo | undefined {
  if (!isJsonObject(row)) return undefined;
  const pid = numberOf(row, 'pid');
  if (pid === undefined) return undefined;
  const rawStatus = textOf(row, 'status', 'state') ?? '';
  const managed = objectOf(row, 'managed');
  return {
    pid,
    handle: numberOf(row, 'handle'),
    status: isStatus(rawStatus) ? rawStatus : 'unknown',
    rawStatus,
    ...readExit(row),
    stdinWritable: booleanOf(row, 'stdin_writable', 'stdinWritable') ?? false,
    command: textOf(row, 'command') ?? '',
    args: textListOf(row, 'args')?.slice(0, maxArgs) ?? [],
    startedAtMs: parseWireTime(row['started_at'] ?? row['startedAt']),
    endedAtMs: parseWireTime(row['ended_at'] ?? row['endedAt']),
    ...(managed && { managed: readManaged(managed) }),
  };
}

/** @throws ApiError of kind `schema` when the response is not a process */
export function requireProcess(body: unknown): ProcessInfo {
  const info = readProcess(body);
  if (!info) throw new ApiError('schema', 'The answer does not describe a process');
  return info;
}

/** Reads how a process ended, from a ProcessInfo or from the last frame of a run. */
export function readExit(object: JsonObject): ProcessExit {
  return {
    exitCode: integerOf(object, 'exit_code', 'exitCode'),
    signal: integerOf(object, 'signal'),
    oomKilled: booleanOf(object, 'oom_killed', 'oomKilled') ?? false,
  };
}

/** An integer, which may be negative, also as text in digits. */
export function integerOf(object: JsonObject, key: string, alias?: string): number | undefined {
  const value = object[key] ?? (alias === undefined ? undefined : object[alias]);
  const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

function isStatus(text: string): text is ProcessStatus {
  return statuses.has(text);
}

function readManaged(row: JsonObject): ManagedProcess {
  const restart = objectOf(row, 'restart');
  const healthCheck = objectOf(row, 'health_check', 'healthCheck');
  const lastExit = objectOf(row, 'last_exit', 'lastExit');
  return {
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    status: textOf(row, 'status') ?? '',
    restartCount: numberOf(row, 'restart_count', 'restartCount') ?? 0,
    ...(restart && { restart: readRestart(restart) }),
    ...(healthCheck && { healthCheck: readHealthCheck(healthCheck) }),
    healthStatus: textOf(row, 'health_status', 'healthStatus'),
    consecutiveHealthFailures: numberOf(row, 'consecutive_health_failures', 'consecutiveHealthFailures') ?? 0,
    ...(lastExit && {
      lastExit: {
        ...readExit(lastExit),
        endedAtMs: parseWireTime(lastExit['ended_at'] ?? lastExit['endedAt']),
      },
    }),
    lastError: textOf(row, 'last_error', 'lastError'),
    nextRestartAtMs: parseWireTime(row['next_restart_at'] ?? row['nextRestartAt']),
  };
}

function readRestart(row: JsonObject): RestartRule {
  const policy = textOf(row, 'policy');
  return {
    ...((policy === 'never' || policy === 'on_failure' || policy === 'always') && { policy }),
    maxRestarts: numberOf(row, 'max_restarts'),
    initialBackoffMs: numberOf(row, 'initial_backoff_ms'),
    maxBackoffMs: numberOf(row, 'max_backoff_ms'),
  };
}

function readHealthCheck(row: JsonObject): HealthCheck | undefined {
  const type = textOf(row, 'type');
  const port = numberOf(row, 'port');
  if ((type !== 'http' && type !== 'tcp') || port === undefined) return undefined;
  return {
    type,
    port,
    path: textOf(row, 'path'),
    initialDelayMs: numberOf(row, 'initial_delay_ms'),
    intervalMs: numberOf(row, 'interval_ms'),
    timeoutMs: numberOf(row, 'timeout_ms'),
    failureThreshold: numberOf(row, 'failure_threshold'),
  };
}

/** Body of `POST /processes`. Undefined members are omitted: older servers do not know all of them. */
export function startBody(request: StartRequest): JsonObject {
  const { stdin, stdout, stderr, name, restart, healthCheck } = request;
  if (name !== undefined) requireManagedName(name);
  return {
    ...programBody(request),
    stdin_mode: stdin,
    stdout_mode: stdout,
    stderr_mode: stderr,
    name,
    restart: restart && {
      policy: restart.policy,
      max_restarts: restart.maxRestarts,
      initial_backoff_ms: restart.initialBackoffMs,
      max_backoff_ms: restart.maxBackoffMs,
    },
    health_check: healthCheck && {
      type: healthCheck.type,
      port: healthCheck.port,
      path: healthCheck.path,
      initial_delay_ms: healthCheck.initialDelayMs,
      interval_ms: healthCheck.intervalMs,
      timeout_ms: healthCheck.timeoutMs,
      failure_threshold: healthCheck.failureThreshold,
    },
  };
}

/** Body of `POST /processes/run`. */
export function runBody(request: RunRequest): JsonObject {
  return { ...programBody(request), timeout: request.timeoutSecs };
}

function programBody({ command, args, env, workingDir, user }: ProgramRequest): JsonObject {
  return { command, args, env, working_dir: workingDir, user: userBody(user) };
}

function userBody(user: ProgramRequest['user']): unknown {
  if (user === undefined || typeof user === 'string') return user;
  return typeof user.user === 'number'
    ? { uid: user.user, gid: user.gid }
    : { name: user.user, gid: user.gid };
}

/** Whether a managed process may have this name: not empty, no slash, not all digits (API reference section 3.4). */
function isManagedName(name: string): boolean {
  return name !== '' && !name.includes('/') && !/^\d+$/.test(name);
}

/** @throws ApiError of kind `invalid`, before any request */
export function requireManagedName(name: string): string {
  if (isManagedName(name)) return name;
  throw new ApiError('invalid', 'Not a name for a process', { undelivered: true });
}
