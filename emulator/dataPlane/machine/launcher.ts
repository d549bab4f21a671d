import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { z } from 'zod';
import { refusal } from '../../http/refusal';
import { unitVariable } from './members';
import { home, type RootDirectory } from './rootDirectory';
import type { View, Wrapped } from './view';

/** `user` of a process: a name, `uid`, `uid:gid`, or their members (API reference section 3.4). */
export const userSchema = z.union([
  z.string().min(1),
  z.object({ name: z.string().min(1), gid: z.int().min(0).optional() }),
  z.object({ uid: z.int().min(0), gid: z.int().min(0).optional() }),
]);

export type Environment = Readonly<Record<string, string>>;

export interface LaunchRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly workingDir: string;
  readonly user?: z.output<typeof userSchema>;
  /** Unique within the sandbox. */
  readonly unit: string;
}

export interface Launch extends Wrapped {
  readonly env: Record<string, string>;
}

/** Turns a launch request into what is started on this machine. */
export class Launcher {
  constructor(
    private readonly mark: string,
    private readonly root: RootDirectory,
    private readonly openView: () => Promise<View>,
    private readonly secrets: () => Environment,
  ) {}

  /**
   * Checks the command and its directory first: the program that enters the sandbox always starts, and would report
   * only later that they are missing.
   *
   * @throws HttpError 500 `Failed to spawn process` (API reference section 3.4)
   */
  async prepare(request: LaunchRequest): Promise<Launch> {
    const view = await this.openView();
    const isPlain = view.mode === 'plain-paths';
    const env: Record<string, string> = {
      PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: isPlain ? (await this.root.follow(home)).host : home,
      USER: 'tl-user',
      LOGNAME: 'tl-user',
      SHELL: '/bin/bash',
      ...(isPlain ? { TMPDIR: (await this.root.follow('/tmp')).host } : {}),
      ...this.secrets(),
      ...request.env,
      [unitVariable]: `${this.mark}.${request.unit}.`,
    };
    const directory = await this.root.follow(request.workingDir);
    if (!(await stat(directory.host).catch(() => undefined))?.isDirectory()) throw spawnFailure();
    const file = await this.program(request.command, env['PATH'] ?? '', directory.inside);
    const wrapped = view.wrap(
      isPlain ? file.host : request.command.includes('/') ? request.command : file.inside,
      request.args,
      directory.inside,
      directory.host,
      identityOf(request.user),
    );
    return { ...wrapped, env };
  }

  private async program(command: string, path: string, directory: string) {
    const candidates = command.includes('/')
      ? [command.startsWith('/') ? command : `${directory}/${command}`]
      : path.split(':').map(folder => `${folder}/${command}`);
    for (const inside of candidates) {
      const { host } = await this.root.follow(inside);
      const isProgram = (await stat(host).catch(() => undefined))?.isFile() === true;
      if (
        isProgram &&
        (await access(host, constants.X_OK).then(
          () => true,
          () => false,
        ))
      ) {
        return { inside, host };
      }
    }
    throw spawnFailure();
  }
}

/** The user of the emulator stands for `tl-user`; other users need an emulator that may change its user. */
function identityOf(user: LaunchRequest['user']): readonly [number, number] | undefined {
  if (user === undefined) return undefined;
  const { name, uid, gid } =
    typeof user === 'string' ? parseUser(user) : { name: undefined, uid: undefined, ...user };
  if (name === 'tl-user') return undefined;
  if (name === 'root') return [0, gid ?? 0];
  if (uid === undefined) throw spawnFailure();
  return [uid, gid ?? uid];
}

function parseUser(text: string): { name?: string; uid?: number; gid?: number } {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (uid === undefined) return { name: text };
  return { uid: Number(uid), gid: gid === undefined ? undefined : Number(gid) };
}

export function spawnFailure(): Error {
  return refusal(500, 'Failed to spawn process');
}
