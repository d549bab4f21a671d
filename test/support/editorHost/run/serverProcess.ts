import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { cleanEnvironment } from './environment';
import type { InstalledServer } from '../find/install';
import { startGroup } from './processGroup';
import type { ProcessGroup } from './processGroup';
import type { Profile } from './profile';

/** A running VS Code server. */
export interface RunningServer {
  readonly port: number;
  /** Resolves when it has ended, by itself or by {@link stop}. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** How to start a VS Code server. */
export interface ServerOptions {
  readonly profile: Profile;
  /** Default: any free one. */
  readonly port?: number;
  /** What the address has to contain; without a token, every user of this machine can open the window. */
  readonly connectionToken?: string;
  /** Lets the page load an extension from its folder; also turns notification toasts off. */
  readonly smokeTestDriver?: boolean;
  /** The folder of the editor's own extensions. Default: all that it comes with. */
  readonly builtinExtensions?: string;
  readonly env: Readonly<Record<string, string>>;
}

const readyWithinMs = 60_000;
const listeningLine = /Extension host agent listening on (\d+)/;

/** Starts a VS Code server on loopback and waits until it listens. */
export async function startServer(server: InstalledServer, options: ServerOptions): Promise<RunningServer> {
  const group = startGroup(server.node, [server.main, ...argumentsFor(options)], {
    env: cleanEnvironment(options.env),
    cwd: options.profile.root,
  });
  try {
    const port = await listeningPort(group);
    return { port, ended: group.ended, stop: () => group.stop() };
  } catch (error) {
    await group.stop();
    throw error;
  }
}

/** Installs packaged extensions into a profile. */
export async function installVsixes(
  server: InstalledServer,
  profile: Pick<Profile, 'root' | 'extensions'>,
  vsixes: readonly string[],
): Promise<void> {
  const installFlags = vsixes.flatMap(vsix => ['--install-extension', vsix]);
  const args = [server.main, ...folderArguments(profile), ...installFlags, '--force'];
  const group = startGroup(server.node, args, { env: cleanEnvironment(), cwd: profile.root });
  const output = collect(group.stdout, group.stderr);
  const code = await group.ended;
  await group.stop();
  if (code !== 0)
    throw new Error(`Installing ${vsixes.join(', ')} failed (${code ?? 'killed'}):\n${output.join('')}`);
}

function argumentsFor(options: ServerOptions): string[] {
  const token = options.connectionToken;
  return [
    ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
    ...(token === undefined ? ['--without-connection-token'] : ['--connection-token', token]),
    ...(options.smokeTestDriver === true ? ['--enable-smoke-test-driver'] : []),
    // The environment is the one given, not what a login shell would make of it.
    ...['--accept-server-license-terms', '--disable-telemetry', '--force-disable-user-env'],
    ...(options.builtinExtensions === undefined
      ? []
      : ['--builtin-extensions-dir', options.builtinExtensions]),
    ...folderArguments(options.profile),
  ];
}

function folderArguments(profile: Pick<Profile, 'root' | 'extensions'>): string[] {
  return ['--server-data-dir', profile.root, '--extensions-dir', profile.extensions];
}

async function listeningPort(group: ProcessGroup): Promise<number> {
  const output = collect(group.stderr);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`The VS Code server ${why}:\n${output.join('')}`));
      timer = setTimeout(() => fail('did not get ready'), readyWithinMs);
      createInterface({ input: group.stdout }).on('line', line => {
        output.push(`${line}\n`);
        const port = listeningLine.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      group.ended.then(code => fail(`ended (${code ?? 'killed'})`), reject);
    });
  } finally {
    clearTimeout(timer);
  }
}

const keptChunks = 200;

/** Reads the streams to the end, so that the program never blocks, and keeps the latest output for an error message. */
function collect(...streams: readonly Readable[]): string[] {
  const kept: string[] = [];
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      kept.push(text);
      if (kept.length > keptChunks) kept.shift();
    });
  }
  return kept;
}
