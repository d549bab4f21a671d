/** When a managed process is started again (API reference section 3.4). */
export interface RestartRule {
  /** `on_failure` when absent. */
  readonly policy?: 'never' | 'on_failure' | 'always';
  readonly maxRestarts?: number;
  readonly initialBackoffMs?: number;
  readonly maxBackoffMs?: number;
}

/** How a managed process is found to be alive (API reference section 3.4). */
export interface HealthCheck {
  readonly type: 'http' | 'tcp';
  readonly port: number;
  /** Of an `http` check, beginning with a slash. */
  readonly path?: string;
  readonly initialDelayMs?: number;
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly failureThreshold?: number;
}

/** As whom a process runs: a name, `uid` or `uid:gid`; or user and group apart. */
type ProcessUser = string | { readonly user: string | number; readonly gid?: number };

/** A program and its surroundings. No shell is involved. */
export interface ProgramRequest {
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to the environment of the daemon. */
  readonly env?: Readonly<Record<string, string>>;
  /** `/` for most images when absent. */
  readonly workingDir?: string;
  /** The user of the image when absent. */
  readonly user?: ProcessUser;
}

/** A process that outlives the request which starts it. */
export interface StartRequest extends ProgramRequest {
  /** `closed` when absent. */
  readonly stdin?: 'closed' | 'pipe';
  /** `capture` when absent. */
  readonly stdout?: 'capture' | 'discard';
  readonly stderr?: 'capture' | 'discard';
  /** Not empty, without a slash, not all digits. With one of these three the process is managed. */
  readonly name?: string;
  readonly restart?: RestartRule;
  readonly healthCheck?: HealthCheck;
}

/** A program that is run to its end in one request. Its children end with it. */
export interface RunRequest extends ProgramRequest {
  /** Seconds until it is killed; fractions are possible. */
  readonly timeoutSecs?: number;
}

/** How a process ended: one of the first two is there unless the server said neither. */
export interface ProcessExit {
  readonly exitCode?: number;
  readonly signal?: number;
  readonly oomKilled: boolean;
}

export type ProcessStatus = 'running' | 'exited' | 'signaled' | 'oom_killed' | 'unknown';

/** What the supervisor inside the sandbox knows of a process. State words are as received. */
export interface ManagedProcess {
  readonly id?: string;
  readonly name?: string;
  /** `starting`, `running`, `backing_off`, `stopped`. */
  readonly status: string;
  readonly restartCount: number;
  readonly restart?: RestartRule;
  readonly healthCheck?: HealthCheck;
  /** `disabled`, `starting`, `healthy`, `unhealthy`. */
  readonly healthStatus?: string;
  readonly consecutiveHealthFailures: number;
  readonly lastExit?: ProcessExit & { readonly endedAtMs?: number };
  readonly lastError?: string;
  readonly nextRestartAtMs?: number;
}

/** A process inside a sandbox (API reference section 3.4). Times are in milliseconds since the Unix epoch. */
export interface ProcessInfo extends ProcessExit {
  readonly pid: number;
  /** Of the daemon's own counting; absent on older ones. */
  readonly handle?: number;
  readonly status: ProcessStatus;
  /** The state word as received. */
  readonly rawStatus: string;
  readonly stdinWritable: boolean;
  readonly command: string;
  readonly args: readonly string[];
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly managed?: ManagedProcess;
}

/** What addresses a process: its pid, or the name of a managed one. */
export type ProcessRef = number | string;

export type OutputStream = 'stdout' | 'stderr';

/** One line of output, without its line feed. */
export interface OutputLine {
  readonly line: string;
  /** Absent where the request named one stream only. */
  readonly stream?: OutputStream;
  /** Milliseconds since the Unix epoch; absent on a line captured before the request. */
  readonly atMs?: number;
  /** Of a line beyond every measure, whose text was left out: about how many characters it had. */
  readonly omitted?: number;
}

/** What a run says, in this order: started, lines, exited. */
export type RunEvent =
  | { readonly kind: 'started'; readonly pid: number; readonly startedAtMs?: number }
  | ({ readonly kind: 'line' } & OutputLine)
  | ({ readonly kind: 'exited' } & ProcessExit);
