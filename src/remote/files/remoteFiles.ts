import type { FileStream, SandboxFiles } from '../../api/data/files';
import type { RunResult } from '../../api/data/processes/processes';
import type { SandboxClient } from '../../api/data/sandboxClient';
import type { ByteSource } from '../../api/http/transport';
import { ApiError, isRouteMissing } from '../../core/kernel/errors';
import { fileProblemOf } from '../../core/files/fileProblem';
import { ownScriptArgs } from '../../core/processes/ownProcess';
import type { ProcessExit, RunRequest } from '../../core/processes/process';
import { normalizePath } from '../../core/files/remotePath';
import { readLinks, readStat, type RemoteEntry, type RemoteStat } from '../../core/files/remoteEntry';
import type { RunningSandboxes } from '../../host/session/runningSandboxes';
import { FileError, fileErrorFrom, isSpawnFailure } from './fileError';
import { homeScript, linksScript, statAllScript, statScript } from './model/scripts';

/** How much of the standard error of a script is kept, in characters. */
const longestError = 4_000;
/** Timeout of read-only commands, in seconds. */
const readSecs = 60;

/**
 * The files of one running sandbox, with the permissions of its daemon; commands provide what the file API lacks.
 * Rejects with FileError, or with ApiError where the failure is not about a file. Paths are absolute. No request
 * resumes the sandbox, which may be suspended while a question is open or a transfer is running.
 */
export class RemoteFiles {
  /** Old daemons, and images without a list of users, cannot start a program as root. */
  private isRootRefused = false;

  constructor(
    private readonly running: RunningSandboxes,
    private readonly sandboxId: string,
  ) {}

  /** @throws FileError of `unavailable` when the sandbox does not run */
  async requireRunning(): Promise<void> {
    await this.client();
  }

  /** Reads a folder, hidden entries included, in no particular order. */
  async list(path: string, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const [{ entries }, links] = await Promise.all([
      this.about(path, api => api.list(path, signal)),
      this.linksIn(path, signal),
    ]);
    return entries.map(entry => {
      const link = links.get(entry.name);
      return link === undefined || entry.isDirectory ? entry : { ...entry, link };
    });
  }

  /** Reads the state of a path; follows links. */
  async stat(path: string, signal: AbortSignal): Promise<RemoteStat> {
    try {
      const { stdout } = await this.script(statScript, [path], path, signal, readSecs);
      const stat = readStat(stdout);
      if (stat) return stat;
    } catch (error) {
      if (!FileError.is(error, 'noShell', 'other') && !isRouteMissing(error)) throw error;
    }
    return await this.statByList(path, signal);
  }

  /** Reads the states of paths with one command; `missing` for one that does not exist, undefined where nobody can tell. */
  async statAll(
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (RemoteStat | 'missing' | undefined)[]> {
    const [about = '/'] = paths;
    const { stdout } = await this.script(statAllScript, paths, about, signal, readSecs);
    const lines = stdout.split('\n');
    return paths.map((_, at) => (lines[at] === '-' ? 'missing' : readStat(lines[at] ?? '')));
  }

  /** Reads a whole file. @throws FileError of `tooLarge` when it is longer than `maxBytes` */
  async read(path: string, signal: AbortSignal, maxBytes: number): Promise<Uint8Array> {
    return await this.about(path, api => api.read(path, signal, maxBytes));
  }

  /** Opens a file; its bytes must be iterated or discarded. */
  async open(path: string, signal: AbortSignal): Promise<FileStream> {
    return await this.about(path, api => api.open(path, signal));
  }

  /** Writes the file `path` on behalf of `target`, which failures are reported about. */
  async write(
    path: string,
    content: Uint8Array | ByteSource,
    target: string,
    signal: AbortSignal,
  ): Promise<void> {
    const confirm = async (): Promise<void> => {
      this.running.recheck(this.sandboxId);
      await this.client();
    };
    await this.about(target, api => api.write(path, content, signal, confirm));
  }

  /** Runs `task` if the sandbox is certainly running, to clean up after an interrupted operation. Never fails. */
  async afterwards(task: () => Promise<unknown>): Promise<void> {
    this.running.recheck(this.sandboxId);
    try {
      await this.client();
      await task();
    } catch {
      // The sandbox is suspended or gone; there is nothing left to clean up.
    }
  }

  /** The home folder of the user that commands run as; undefined where it cannot be determined. */
  async home(signal: AbortSignal): Promise<string | undefined> {
    const request = { command: 'sh', args: ownScriptArgs(homeScript), timeoutSecs: readSecs };
    try {
      const { exitCode, stdout } = await this.run(request, signal);
      return exitCode === 0 ? normalizePath(stdout.replace(/\n$/, '')) : undefined;
    } catch (error) {
      if (isSpawnFailure(error) || isRouteMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Runs a script to its end.
   *
   * @param about the path that failures are reported about
   * @throws FileError with its standard error, when it exits with an error
   */
  async script(
    script: string,
    args: readonly string[],
    about: string,
    signal: AbortSignal,
    timeoutSecs?: number,
  ): Promise<RunResult> {
    const result = await this.start(script, args, about, signal, timeoutSecs);
    if (result.exitCode === 0) return result;
    const stderr = result.stderr.trim();
    throw new FileError(
      fileProblemOf(stderr),
      about,
      stderr || String(result.exitCode ?? result.signal ?? ''),
    );
  }

  /** Runs a script to its end, whatever its exit code. */
  async start(
    script: string,
    args: readonly string[],
    about: string,
    signal: AbortSignal,
    timeoutSecs?: number,
  ): Promise<RunResult> {
    const request = {
      command: 'sh',
      args: ownScriptArgs(script, args),
      env: { LC_ALL: 'C' },
      workingDir: '/',
      ...(timeoutSecs !== undefined && { timeoutSecs }),
    };
    try {
      if (!this.isRootRefused) return await this.run({ ...request, user: 'root' }, signal);
    } catch (error) {
      if (!isSpawnFailure(error)) throw error;
    }
    try {
      const result = await this.run(request, signal);
      this.isRootRefused = true;
      return result;
    } catch (error) {
      throw isSpawnFailure(error) ? new FileError('noShell', about) : error;
    }
  }

  /**
   * Runs a script that may print much, and passes its output on line by line.
   *
   * @returns how it ended, without an exit code when it took too long, and the beginning of its standard error
   */
  async stream(
    script: string,
    args: readonly string[],
    about: string,
    signal: AbortSignal,
    timeoutSecs: number,
    onLine: (line: string) => void,
  ): Promise<{ readonly exit: ProcessExit; readonly stderr: string }> {
    const program = { command: 'sh', args: ownScriptArgs(script, args), env: { LC_ALL: 'C.UTF-8' } };
    const request = { ...program, workingDir: '/', timeoutSecs };
    const read = async (each: RunRequest): Promise<{ exit: ProcessExit; stderr: string }> =>
      await this.request(async ({ processes }) => {
        let stderr = '';
        for await (const event of processes.run(each, signal)) {
          if (event.kind === 'exited') return { exit: event, stderr: stderr.trim() };
          if (event.kind !== 'line') continue;
          if (event.stream !== 'stderr') onLine(event.line);
          else if (stderr.length < longestError) stderr += `${event.line}\n`;
        }
        throw new ApiError('network', 'The program ended without a word', { code: 'NO_EXIT' });
      });
    try {
      if (!this.isRootRefused) return await read({ ...request, user: 'root' });
    } catch (error) {
      if (!isSpawnFailure(error)) throw error;
    }
    try {
      return await read(request);
    } catch (error) {
      throw isSpawnFailure(error) ? new FileError('noShell', about) : error;
    }
  }

  /** Turns failures of the file API into failures about `path`. */
  async about<T>(path: string, task: (api: SandboxFiles) => Promise<T>): Promise<T> {
    try {
      return await this.request(({ files }) => task(files));
    } catch (error) {
      throw fileErrorFrom(error, path);
    }
  }

  private async client(): Promise<SandboxClient> {
    const running = await this.running.get(this.sandboxId);
    if (!running) throw new FileError('unavailable', '');
    return running.client;
  }

  private async run(request: RunRequest, signal: AbortSignal): Promise<RunResult> {
    return await this.request(({ processes }) => processes.runToEnd(request, signal));
  }

  private async request<T>(task: (client: SandboxClient) => Promise<T>): Promise<T> {
    const client = await this.client();
    try {
      return await task(client);
    } catch (error) {
      // A suspension interrupts running requests.
      if (ApiError.is(error) && (error.status === undefined || error.status > 500))
        this.running.recheck(this.sandboxId);
      throw error;
    }
  }

  /** Without a shell, links are shown as files, because the file API does not report them. */
  private async linksIn(path: string, signal: AbortSignal): Promise<ReturnType<typeof readLinks>> {
    try {
      return readLinks((await this.start(linksScript, [path], path, signal, readSecs)).stdout);
    } catch (error) {
      if (ApiError.is(error, 'cancelled', 'unauthenticated')) throw error;
      return new Map();
    }
  }

  private async statByList(path: string, signal: AbortSignal): Promise<RemoteStat> {
    const entry = await this.about(path, api => api.stat(path, signal));
    if (!entry) throw new FileError('notFound', path);
    const { isDirectory, size = 0, modifiedAtMs = 0 } = entry;
    return { type: isDirectory ? 'folder' : 'file', size, modifiedAtMs };
  }
}
