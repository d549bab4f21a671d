import { join } from 'node:path';
import { refusal } from '../../http/refusal';
import { newId } from '../../kernel/ids';
import type { LogSource } from '../../telemetry/logStore';
import type { GuestClock } from '../machine/guestClock';
import { spawnFailure, type Launcher, type LaunchRequest } from '../machine/launcher';
import { Execution, type Exit, type LineSink, type StreamName } from './execution';
import { GuestProcess } from './guestProcess';
import { OutputLog } from './outputLog';
import { defaultRestart, type RunBody, type StartBody } from './processSchemas';
import { Supervisor } from './supervisor';

type Logs = Readonly<Partial<Record<StreamName, OutputLog>>>;

type LogProcess = LogSource['process'];

/** Takes output to the retained logs (API reference section 2.14). */
export type Retain = (process: LogProcess, stream: StreamName, lines: readonly string[]) => void;

interface StartOptions {
  /** Its identity in the retained logs, whatever its pid. */
  readonly identity: Pick<LogProcess, 'processId' | 'managedId' | 'managedName'>;
  readonly request: LaunchRequest;
  readonly stdin: boolean;
  readonly streams: readonly StreamName[];
  readonly sink?: LineSink;
  readonly onGone?: () => void;
  readonly onExit?: (execution: Execution, exit: Exit) => void;
}

/** All processes of one sandbox since it booted, except terminals. */
export class ProcessTable {
  private readonly entries: GuestProcess[] = [];
  private readonly logs = new Map<number, Logs>();
  private nextUnit = 1;
  private hasStopped = false;

  constructor(
    private readonly clock: GuestClock,
    private readonly launcher: Launcher,
    /** Where the output is kept. */
    private readonly logDirectory: string,
    private readonly retain: Retain,
  ) {}

  list(): readonly GuestProcess[] {
    return this.entries;
  }

  /** By pid, or by the name of a managed one, the latest first (API reference section 3.4). */
  find(ref: string): GuestProcess {
    const matches = /^\d+$/.test(ref)
      ? ({ pid }: GuestProcess) => pid === Number(ref)
      : ({ supervisor }: GuestProcess) => supervisor?.name === ref;
    const entry = this.entries.findLast(matches);
    if (entry === undefined) throw refusal(404, `Process ${ref} not found`, 'NOT_FOUND');
    return entry;
  }

  /** The pid that `ref` stands for, and its output; no logs for an unknown pid. */
  output(ref: string): { readonly pid: number; readonly logs: Logs } {
    const pid = /^\d+$/.test(ref) ? Number(ref) : this.find(ref).pid;
    return { pid, logs: this.logs.get(pid) ?? {} };
  }

  /** Resolves when the process itself has ended; at once for an unknown one. */
  exited(ref: string): Promise<unknown> {
    return this.entries.findLast(({ pid }) => String(pid) === ref)?.execution.exited ?? Promise.resolve();
  }

  /** Whether a process has ended less than `ms` ago. */
  hasJustEnded(ref: string, ms: number): boolean {
    const exit = this.entries.findLast(({ pid }) => String(pid) === ref)?.execution.exit;
    return exit !== undefined && this.clock.now() - exit.atMs < ms;
  }

  async start(body: StartBody): Promise<GuestProcess> {
    const { name, restart, health_check } = body;
    if (name !== undefined && this.entries.some(({ supervisor }) => isHeldBy(supervisor, name))) {
      throw refusal(409, `A managed process named ${name} exists already`, 'ALREADY_EXISTS');
    }
    const isManaged = name !== undefined || restart !== undefined || health_check !== undefined;
    // The name where there is one, as the official SDK documents `ManagedProcessInfo.id`.
    const managedId = isManaged ? (name ?? newId()) : undefined;
    const identity = { processId: newId(), managedId, managedName: name };
    const known: { entry?: GuestProcess } = {};
    const start = (): Promise<Execution> =>
      this.execute({
        identity,
        request: this.requestOf(body),
        stdin: body.stdin_mode === 'pipe',
        streams: [
          ...(body.stdout_mode === 'capture' ? (['stdout'] as const) : []),
          ...(body.stderr_mode === 'capture' ? (['stderr'] as const) : []),
        ],
        onExit: (execution, exit) => known.entry?.supervisor?.ended(execution, exit),
      });
    const entry = this.add(body, await start());
    known.entry = entry;
    if (managedId !== undefined) {
      entry.supervisor = new Supervisor({
        id: managedId,
        clock: this.clock,
        name,
        restart: restart ?? defaultRestart,
        healthCheck: health_check,
        start: async () => (entry.execution = await start()),
      });
      entry.supervisor.adopt(entry.execution);
    }
    return entry;
  }

  /** Starts what one `run` request asks for. */
  async run(body: RunBody, sink: LineSink, onGone: () => void): Promise<GuestProcess & { unit: string }> {
    const request = this.requestOf(body);
    const execution = await this.execute({
      identity: { processId: newId() },
      request,
      stdin: false,
      streams: ['stdout', 'stderr'],
      sink,
      onGone,
    });
    return Object.assign(this.add(body, execution), { unit: request.unit });
  }

  /** The processes that were started here and run. */
  pids(): readonly number[] {
    return this.entries.filter(({ isRunning }) => isRunning).map(({ pid }) => pid);
  }

  /** Ends everything. */
  stop(): void {
    this.hasStopped = true;
    for (const { supervisor, execution } of this.entries) {
      supervisor?.stop();
      execution.kill();
    }
  }

  private add(body: Pick<StartBody, 'command' | 'args'>, execution: Execution): GuestProcess {
    const entry = new GuestProcess(this.entries.length + 1, body, execution);
    this.entries.push(entry);
    return entry;
  }

  private requestOf({
    command,
    args,
    env,
    working_dir,
    user,
  }: Omit<RunBody, 'timeout' | 'timeout_secs'>): LaunchRequest {
    const unit = String(this.nextUnit++);
    return { command, args, env, workingDir: working_dir, user, unit };
  }

  private async execute(options: StartOptions): Promise<Execution> {
    const { identity, request, stdin, streams, sink, onGone, onExit } = options;
    const launch = await this.launcher.prepare(request);
    // The sandbox may have ended meanwhile, and would not end what is started now.
    if (this.hasStopped) throw spawnFailure();
    const command = [request.command, ...request.args].join(' ');
    const execution: Execution = await Execution.start({
      clock: this.clock,
      launch,
      stdin,
      sink: pid => async (stream, lines) => {
        if (streams.includes(stream)) this.retain({ ...identity, pid, command }, stream, lines);
        await sink?.(stream, lines);
      },
      logs: pid => {
        const logs = Object.fromEntries(
          streams.map(name => [name, new OutputLog(join(this.logDirectory, `${request.unit}.${name}`))]),
        );
        this.logs.set(pid, logs);
        return logs;
      },
      onGone,
      onExit: exit => onExit?.(execution, exit),
    });
    return execution;
  }
}

function isHeldBy(supervisor: Supervisor | undefined, name: string): boolean {
  return supervisor?.name === name && supervisor.isActive;
}
