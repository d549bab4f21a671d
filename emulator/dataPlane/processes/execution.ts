import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../kernel/clock';
import { spawnFailure, type Launch } from '../machine/launcher';
import { signalProcess } from '../machine/members';
import { LineSplitter, type OutputLog } from './outputLog';

export type StreamName = 'stdout' | 'stderr';

/** How a process ended: with a code, or by a signal. */
export interface Exit {
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly atMs: number;
}

/** How long an exit is held back for the rest of the output to arrive. */
const lastOutputMs = 100;

/** Takes lines as they arrive, before they are in the log. */
export type LineSink = (stream: StreamName, lines: readonly string[]) => Promise<void>;

interface ExecutionOptions {
  readonly clock: Clock;
  readonly launch: Launch;
  readonly stdin: boolean;
  /** Absent for a stream that is discarded. */
  readonly logs: (pid: number) => Readonly<Partial<Record<StreamName, OutputLog>>>;
  readonly sink: (pid: number) => LineSink;
  /** Called when the process itself has ended; its descendants may still run. */
  readonly onGone?: () => void;
  /** Called when `exit` is set. */
  readonly onExit?: (exit: Exit) => void;
}

/** One run of one program, from the start to the end of its output. */
export class Execution {
  readonly startedAtMs: number;
  exit: Exit | undefined;
  /** Resolves when the process itself has ended. */
  readonly exited: Promise<Exit>;
  /** Resolves when the process has ended and all its output has been read. */
  readonly finished: Promise<Exit>;

  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
    { clock, logs, sink, onGone, onExit }: ExecutionOptions,
  ) {
    this.startedAtMs = clock.now();
    const kept = logs(pid);
    const sinkOf = sink(pid);
    const streams = Promise.all([
      capture('stdout', child.stdout, kept.stdout, sinkOf),
      capture('stderr', child.stderr, kept.stderr, sinkOf),
    ]);
    this.exited = new Promise<Exit>(resolve => {
      child.once('exit', (code, signal) => {
        const exit = {
          exitCode: code,
          signal: signal === null ? null : constants.signals[signal],
          atMs: clock.now(),
        };
        onGone?.();
        void settled(streams, lastOutputMs).then(() => {
          this.exit = exit;
          onExit?.(exit);
          resolve(exit);
        });
      });
    });
    this.finished = streams.then(() => this.exited);
    child.stdin?.on('error', () => undefined);
  }

  /** @throws HttpError 500 when the program cannot be started */
  static start(options: ExecutionOptions): Promise<Execution> {
    const { file, args, cwd, env } = options.launch;
    const child = spawn(file, args, {
      cwd,
      env,
      detached: true,
      stdio: [options.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    return new Promise((resolve, reject) => {
      child.once('error', () => reject(spawnFailure()));
      child.once('spawn', () => {
        if (child.pid !== undefined) resolve(new Execution(child, child.pid, options));
      });
    });
  }

  /** Its standard input; absent when it has none or it is closed. */
  /** Whether it was started with a standard input, which may be closed by now. */
  get hadStdin(): boolean {
    return this.child.stdin !== null;
  }

  get stdin(): Writable | undefined {
    return this.exit === undefined && this.child.stdin?.writable === true ? this.child.stdin : undefined;
  }

  /** Sends a signal to the process; false when it has ended. */
  signal(signal: number): boolean {
    return this.exit === undefined && this.child.kill(signal);
  }

  /** Ends the process and its group. */
  kill(): void {
    if (this.exit === undefined) this.child.kill('SIGKILL');
    signalProcess(-this.pid, 'SIGKILL');
  }
}

/** Waits for `work` at most `ms`: descendants of a process may keep its output open. */
async function settled(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise(resolve => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}

async function capture(
  name: StreamName,
  stream: Readable | null,
  log: OutputLog | undefined,
  sink: LineSink,
): Promise<void> {
  if (stream === null) return;
  const splitter = new LineSplitter();
  const take = async (lines: readonly string[]): Promise<void> => {
    if (lines.length === 0) return;
    await sink(name, lines);
    await log?.append(lines);
  };
  try {
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) await take(splitter.push(chunk));
    await take(splitter.end());
  } catch {
    // The pipe broke or the log was removed with its sandbox, and there is nothing more to read.
  }
  await log?.end();
}
