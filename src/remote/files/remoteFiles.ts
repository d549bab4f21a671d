import type { SandboxClient } from '../../api/dataPlane/sandboxClient';
import type { RunResult } from '../../api/dataPlane/processes';
import { ApiError } from '../../core/errors';
import { fileProblemOf } from '../../core/fileProblem';
import { normalizePath } from '../../core/remotePath';
import { readLinks, readStat, type RemoteEntry, type RemoteStat } from '../../core/remoteEntry';
import { FileError, fileErrorFrom, isSpawnFailure } from './fileError';
import { homeScript, linksScript, statScript } from './scripts';

/** Seconds after which a command that only looks is given up. */
const lookSecs = 60;

/**
 * The files of one running sandbox, with the rights of its daemon: what the file API lacks is done by commands. Rejects
 * with FileError, or with ApiError where the failure is not about a file. Paths are absolute.
 */
export class RemoteFiles {
  /** Old daemons and images without a list of users start nothing as root. */
  private isRootRefused = false;

  constructor(readonly client: SandboxClient) {}

  /** Reads a folder, hidden entries included, in no order. */
  async list(path: string, signal: AbortSignal): Promise<readonly RemoteEntry[]> {
    const [{ entries }, links] = await Promise.all([
      this.about(path, () => this.client.files.list(path, signal)),
      this.linksIn(path, signal),
    ]);
    return entries.map(entry => {
      const link = links.get(entry.name);
      return link === undefined || entry.isDirectory ? entry : { ...entry, link };
    });
  }

  /** Looks at a path, links followed. */
  async stat(path: string, signal: AbortSignal): Promise<RemoteStat> {
    try {
      const { stdout } = await this.script(statScript, [path], path, signal, lookSecs);
      const stat = readStat(stdout);
      if (stat) return stat;
    } catch (error) {
      if (!FileError.is(error, 'noShell', 'other')) throw error;
    }
    return await this.statByList(path, signal);
  }

  /** Reads a whole file. @throws FileError of `tooLarge` for one that is longer than `maxBytes` */
  async read(path: string, signal: AbortSignal, maxBytes: number): Promise<Uint8Array> {
    return await this.about(path, () => this.client.files.read(path, signal, maxBytes));
  }

  /** The home folder of the user commands run as; undefined where nobody can tell. */
  async home(signal: AbortSignal): Promise<string | undefined> {
    const request = { command: 'sh', args: ['-c', homeScript], timeoutSecs: lookSecs };
    try {
      const { exitCode, stdout } = await this.client.processes.runToEnd(request, signal);
      return exitCode === 0 ? normalizePath(stdout.replace(/\n$/, '')) : undefined;
    } catch (error) {
      if (isSpawnFailure(error)) return undefined;
      throw error;
    }
  }

  /**
   * Runs a script to its end.
   *
   * @param about the path that failures are worded about
   * @throws FileError by what it said, when it did not end well
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
    const said = result.stderr.trim();
    throw new FileError(fileProblemOf(said), about, said || String(result.exitCode ?? result.signal ?? ''));
  }

  /** Runs a script to its end, whatever that is. */
  async start(
    script: string,
    args: readonly string[],
    about: string,
    signal: AbortSignal,
    timeoutSecs?: number,
  ): Promise<RunResult> {
    const request = {
      command: 'sh',
      args: ['-c', script, 'sh', ...args],
      env: { LC_ALL: 'C' },
      workingDir: '/',
      ...(timeoutSecs !== undefined && { timeoutSecs }),
    };
    const { processes } = this.client;
    try {
      if (!this.isRootRefused) return await processes.runToEnd({ ...request, user: 'root' }, signal);
    } catch (error) {
      if (!isSpawnFailure(error)) throw error;
    }
    try {
      const result = await processes.runToEnd(request, signal);
      this.isRootRefused = true;
      return result;
    } catch (error) {
      throw isSpawnFailure(error) ? new FileError('noShell', about) : error;
    }
  }

  /** Words what the file API says as a failure about `path`. */
  async about<T>(path: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw fileErrorFrom(error, path);
    }
  }

  /** Without a shell, links are drawn as files: that is all the file API says of them. */
  private async linksIn(path: string, signal: AbortSignal): Promise<ReturnType<typeof readLinks>> {
    try {
      return readLinks((await this.start(linksScript, [path], path, signal, lookSecs)).stdout);
    } catch (error) {
      if (ApiError.is(error, 'cancelled', 'unauthenticated')) throw error;
      return new Map();
    }
  }

  private async statByList(path: string, signal: AbortSignal): Promise<RemoteStat> {
    const entry = await this.about(path, () => this.client.files.stat(path, signal));
    if (!entry) throw new FileError('notFound', path);
    const { isDirectory, size = 0, modifiedAtMs = 0 } = entry;
    return { type: isDirectory ? 'folder' : 'file', size, modifiedAtMs };
  }
}
