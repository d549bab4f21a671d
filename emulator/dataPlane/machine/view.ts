import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBorrowed, home, RootDirectory, type Borrowed } from './rootDirectory';

/**
 * What a command sees at `/home/tl-user`, `/workspace` and `/tmp`: with a mount namespace, its own or that of a user
 * namespace, exactly the files of the file API; with plain paths, those only where it starts and in its `HOME`.
 */
export type ViewMode = 'mount-namespace' | 'user-namespace' | 'plain-paths';

/** How to start a program so that it sees the sandbox. */
export interface Wrapped {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** The view that the processes of one sandbox have of the file tree. */
export interface View {
  readonly mode: ViewMode;
  /** `identity` is a uid and a gid of the machine. */
  wrap(
    file: string,
    args: readonly string[],
    inside: string,
    host: string,
    identity?: readonly [number, number],
  ): Wrapped;
  close(): void;
}

/**
 * Builds the tree in a mount namespace of its own, which lasts as long as the last process does: the kernel's own
 * directories as they are, the machine's programs read-only, everything else from the directory of the sandbox.
 */
const build = `
set -e
root=$1
shift
for spec in "$@"; do
  path=\${spec#*:}
  mount --rbind "/$path" "$root/$path"
  case $spec in ro:*) mount -o remount,bind,ro "$root/$path" 2>/dev/null || : ;; esac
done
exec chroot "$root" /bin/sh -c 'cd / && echo ready && exec cat'
`;

const enter = 'cd -- "$1" && shift && exec "$@"';

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Its absolute path, since the environment of a command may set another PATH. */
function nsenter(): string {
  const places = systemPath.split(':').map(folder => join(folder, 'nsenter'));
  return places.find(place => existsSync(place)) ?? 'nsenter';
}

class NamespaceView implements View {
  constructor(
    readonly mode: Exclude<ViewMode, 'plain-paths'>,
    private readonly holder: ChildProcess,
    private readonly pid: number,
  ) {}

  wrap(
    file: string,
    args: readonly string[],
    inside: string,
    _host: string,
    identity?: readonly [number, number],
  ): Wrapped {
    const user =
      this.mode === 'user-namespace'
        ? ['-U', '--preserve-credentials']
        : identity === undefined
          ? []
          : ['-S', String(identity[0]), '-G', String(identity[1])];
    const target = ['-t', String(this.pid), ...user, '-m', '-r', '-w', '--'];
    return {
      file: nsenter(),
      args: [...target, '/bin/sh', '-c', enter, 'sh', inside, file, ...args],
      cwd: '/',
    };
  }

  close(): void {
    this.holder.kill('SIGKILL');
  }
}

const plainView: View = {
  mode: 'plain-paths',
  wrap: (file, args, _inside, host) => ({ file, args, cwd: host }),
  close: () => undefined,
};

async function openNamespace(
  root: RootDirectory,
  borrowed: readonly Borrowed[],
  mode: Exclude<ViewMode, 'plain-paths'>,
): Promise<View> {
  const specs = borrowed
    .filter(({ link }) => link === undefined)
    .map(({ path, isLive }) => `${isLive ? 'rw' : 'ro'}:${path}`);
  const flags = mode === 'user-namespace' ? ['-Urm'] : ['-m'];
  const holder = spawn(
    'unshare',
    [...flags, '--propagation', 'private', '/bin/sh', '-c', build, 'sh', root.host, ...specs],
    // Its standard input ends when the emulator does, however that happens.
    { cwd: '/', env: { PATH: systemPath }, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject);
    holder.once('exit', () => reject(new Error('No mount namespace')));
    holder.stdout.once('data', () => resolve());
  });
  holder.stdin.on('error', () => undefined);
  holder.unref();
  const { pid } = holder;
  if (pid === undefined) throw new Error('No mount namespace');
  return new NamespaceView(mode, holder, pid);
}

/** Opens views in the best mode that the system allows. */
export class Views {
  readonly borrowed = findBorrowed();

  private probed: Promise<ViewMode> | undefined;

  constructor(private readonly plainPaths: boolean) {}

  /** The best mode that the system allows; probed once. */
  mode(): Promise<ViewMode> {
    if (this.plainPaths || process.platform !== 'linux') return Promise.resolve('plain-paths');
    this.probed ??= probe(this.borrowed);
    return this.probed;
  }

  async open(root: RootDirectory): Promise<View> {
    const mode = await this.mode();
    return mode === 'plain-paths' ? plainView : openNamespace(root, this.borrowed, mode);
  }
}

async function probe(borrowed: readonly Borrowed[]): Promise<ViewMode> {
  const directory = await mkdtemp(join(tmpdir(), 'tensorlake-probe-'));
  try {
    const root = new RootDirectory(directory, borrowed);
    await root.prepare();
    for (const mode of ['mount-namespace', 'user-namespace'] as const) {
      const view = await openNamespace(root, borrowed, mode).catch(() => undefined);
      if (view === undefined) continue;
      const works = await runs(view);
      view.close();
      if (works) return mode;
    }
    return 'plain-paths';
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function runs(view: View): Promise<boolean> {
  const { file, args, cwd } = view.wrap('/bin/sh', ['-c', `test -d ${home}`], '/tmp', '/tmp');
  return new Promise(resolve => {
    const child = spawn(file, args, { cwd, env: { PATH: systemPath }, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', code => resolve(code === 0));
  });
}
