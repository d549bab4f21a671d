import { ApiError, isRouteMissing } from '../../../core/kernel/errors';
import type {
  OutputLine,
  OutputStream,
  ProcessExit,
  ProcessInfo,
  ProcessRef,
  RunEvent,
  RunRequest,
  StartRequest,
} from '../../../core/processes/process';
import { listOf, textListOf } from '../../../core/kernel/formats/json';
import type { ByteSource } from '../../http/transport';
import { readableInTurns } from '../../http/turns';
import type { Daemon } from '../daemon';
import { segment } from '../../http/client';
import { readFollow, readRun } from './output';
import type { Learned } from '../learned';
import { missedOutput } from './missedOutput';
import { runInSteps } from './runInSteps';
import { readProcess, requireManagedName, requireProcess, runBody, startBody } from './processSchema';
import { requireEventStream } from '../sse';

/**
 * Servers send something every 15 s; a stream that is silent for three times that counts as dead (API reference section
 * 3.5).
 */
const defaultSilenceMs = 45_000;
const defaultMaxOutput = 16 * 1024 * 1024;

/** How a program ended, with its output up to a maximum length. */
export interface RunResult extends ProcessExit {
  readonly stdout: string;
  readonly stderr: string;
  /** Whether output beyond the maximum length was dropped. */
  readonly isTruncated: boolean;
}

/** The processes of a sandbox (API reference sections 3.4 to 3.6). Rejects with ApiError. */
export class SandboxProcesses {
  /** @param silenceMs how long a stream may be silent, keep-alives included, before it counts as dead */
  constructor(
    private readonly daemon: Daemon,
    private readonly silenceMs = defaultSilenceMs,
    private readonly learned: Learned = {},
  ) {}

  /** The service must not get the key shown by echoing it into output. */
  private readonly clean = (line: string): string => this.daemon.secrets.withoutCredentials(line);

  /** Starts a process that outlives the request. Never retried once it may have arrived. */
  async start(request: StartRequest, signal: AbortSignal): Promise<ProcessInfo> {
    const body = startBody(request);
    return requireProcess(await this.daemon.json({ method: 'POST', path: '/processes', body, signal }));
  }

  /** All processes that the daemon knows, including ended ones, in no particular order. */
  async list(signal: AbortSignal): Promise<readonly ProcessInfo[]> {
    const rows = listOf(
      await this.daemon.json({ method: 'GET', path: '/processes', signal }),
      'processes',
      'items',
    );
    if (rows === undefined) throw new ApiError('schema', 'The answer holds no list of processes');
    return await readableInTurns(rows, readProcess);
  }

  async get(ref: ProcessRef, signal: AbortSignal): Promise<ProcessInfo> {
    return requireProcess(await this.daemon.json({ method: 'GET', path: pathOf(ref), signal }));
  }

  /** Kills a process; a managed one is not restarted. A process that has already ended counts as killed. */
  async kill(ref: ProcessRef, signal: AbortSignal): Promise<void> {
    await this.daemon.send(
      { method: 'DELETE', path: pathOf(ref), signal, retry: 'none' },
      ({ status, text }) => (status === 500 ? /not running/i.test(text) : false),
    );
  }

  /**
   * Sends a signal by its number.
   *
   * @throws ApiError of kind `invalid` when the process has ended or the signal does not exist
   */
  async signal(ref: ProcessRef, number: number, signal: AbortSignal): Promise<void> {
    const path = `${pathOf(ref)}/signal`;
    await this.daemon.send({ method: 'POST', path, body: { signal: number }, signal });
  }

  /** Restarts a managed process, which gets a new pid. */
  async restart(ref: ProcessRef, signal: AbortSignal): Promise<ProcessInfo> {
    return requireProcess(await this.daemon.json({ method: 'POST', path: `${pathOf(ref)}/restart`, signal }));
  }

  /**
   * Writes to the standard input of a process started with `stdin: 'pipe'`; resolves when the process has read it.
   *
   * @param content a source must declare its size
   * @throws ApiError of kind `invalid` and code `STDIN_NOT_WRITABLE`
   */
  async writeStdin(
    ref: ProcessRef,
    content: Uint8Array | (ByteSource & { readonly size: number }),
    signal: AbortSignal,
  ): Promise<void> {
    await this.daemon.upload({
      method: 'POST',
      path: `${pathOf(ref)}/stdin`,
      headers: { 'content-type': 'application/octet-stream' },
      payload: content,
      // A process may read its input slowly.
      timeouts: { headersMs: 0 },
      signal,
    });
  }

  /** Closes the standard input. */
  async closeStdin(ref: ProcessRef, signal: AbortSignal): Promise<void> {
    const path = `${pathOf(ref)}/stdin/close`;
    await this.daemon.send({ method: 'POST', path, signal });
  }

  /**
   * The output captured so far: all of stdout, then all of stderr. Empty for an unknown pid.
   *
   * @throws ApiError of kind `schema` when there is more than 32 MiB of it; follow it instead
   */
  async output(
    ref: ProcessRef,
    which: OutputStream | 'output',
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const body = await this.daemon.json({ method: 'GET', path: `${pathOf(ref)}/${which}`, signal });
    return textListOf(body, 'lines') ?? [];
  }

  /**
   * Follows the output: first what was captured, then new output until the process ends, all of it: see `missedOutput`.
   * Leaving the loop ends only the request. Each line carries the name of its stream.
   *
   * @throws ApiError while iterating; of kind `network` and code `STREAM_CUT` when the stream breaks off, of kind
   * `timeout` when it falls silent
   */
  async *follow(
    ref: ProcessRef,
    which: OutputStream | 'output',
    signal: AbortSignal,
  ): AsyncGenerator<OutputLine, void> {
    const shown = new Map<OutputStream, number>();
    for await (const line of this.followStream(ref, which, signal)) {
      const stream = line.stream ?? (which === 'output' ? 'stdout' : which);
      shown.set(stream, (shown.get(stream) ?? 0) + 1);
      yield line;
    }
    const streams = which === 'output' ? (['stdout', 'stderr'] as const) : [which];
    for await (const { line, stream } of missedOutput(this, ref, streams, shown, signal))
      yield { line: this.clean(line), ...(which === 'output' && { stream }) };
  }

  private async *followStream(
    ref: ProcessRef,
    which: OutputStream | 'output',
    signal: AbortSignal,
  ): AsyncGenerator<OutputLine, void> {
    const { headers, body } = await this.daemon.open({
      method: 'GET',
      path: `${pathOf(ref)}/${which}/follow`,
      headers: { accept: 'text/event-stream' },
      timeouts: { bodyMs: this.silenceMs },
      signal,
    });
    try {
      requireEventStream(headers['content-type']);
      yield* readFollow(body, this.clean);
    } finally {
      body.discard();
    }
  }

  /**
   * Runs a program to its end and yields events as they happen; the last one is `exited`. Leaving the loop closes the
   * request, which makes most servers kill the program. Where there is no such call it is started, followed and read.
   *
   * @throws ApiError while iterating; of kind `network` and code `NO_EXIT` when the stream ends without an exit status,
   * of kind `timeout` when it falls silent
   */
  async *run(request: RunRequest, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    if (this.learned.lacksRun !== true) {
      try {
        yield* this.runStream(request, signal);
        return;
      } catch (error) {
        if (!isRouteMissing(error)) throw error;
      }
    }
    for await (const event of runInSteps(this, request, signal)) {
      this.learned.lacksRun = true;
      yield event;
    }
  }

  private async *runStream(request: RunRequest, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
    const { headers, body } = await this.daemon.open({
      method: 'POST',
      path: '/processes/run',
      body: runBody(request),
      headers: { accept: 'text/event-stream' },
      timeouts: { bodyMs: this.silenceMs },
      signal,
    });
    try {
      requireEventStream(headers['content-type']);
      yield* readRun(body, this.clean);
    } finally {
      body.discard();
    }
  }

  /** Runs a program and resolves with its whole result. Meant for helper programs with little output. */
  async runToEnd(request: RunRequest, signal: AbortSignal, maxOutput = defaultMaxOutput): Promise<RunResult> {
    const kept: Record<OutputStream, string[]> = { stdout: [], stderr: [] };
    let length = 0;
    let isTruncated = false;
    for await (const event of this.run(request, signal)) {
      if (event.kind === 'exited') {
        const text = (stream: OutputStream): string => kept[stream].map(line => `${line}\n`).join('');
        return { ...event, stdout: text('stdout'), stderr: text('stderr'), isTruncated };
      }
      if (event.kind !== 'line') continue;
      length += event.line.length + 1;
      if (length > maxOutput || event.omitted !== undefined) isTruncated = true;
      else kept[event.stream ?? 'stdout'].push(event.line);
    }
    throw new ApiError('network', 'The program ended without a word', { code: 'NO_EXIT' });
  }
}

function pathOf(ref: ProcessRef): string {
  return `/processes/${typeof ref === 'number' ? ref : segment(requireManagedName(ref))}`;
}
