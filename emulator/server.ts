import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { App } from './app';
import type { ViewMode } from './dataPlane/machine/view';
import { SandboxPlane, type DataPlaneOptions } from './dataPlane/plane';
import { Faults } from './faults/registry';
import { Door } from './http/door';
import { ProxyPort } from './http/proxyPort';
import { RequestLog, type LoggedRequest } from './http/requestLog';
import { systemClock, type Clock } from './kernel/clock';
import { resolveDialect, type Age } from './kernel/dialect';
import { openSourceHostCpus } from './kernel/openSource';
import { resolveTimings, type Timings } from './kernel/timings';
import { Access } from './model/account/access';
import { organization } from './model/account/accounts';
import { Cloud, type CloudOptions } from './model/cloud';
import { credentialsOf } from './model/account/credentials';
import { resolvePlan, type PlanLimits } from './model/plan';
import { Journal } from './persistence/journal';
import { idsWithFiles, restore } from './persistence/restore';
import { noLedger } from './records/ledger';
import { seed } from './seed/seed';
import type { LogStore } from './telemetry/logStore';
import type { NetworkStore } from './telemetry/networkStore';

const loopback = '127.0.0.1';

export interface EmulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Each key is a project of its own; seeds go to the first. Default: a random one. */
  readonly apiKeys?: readonly string[];
  /** Keys without any permission: every call with one is a 403. */
  readonly forbiddenKeys?: readonly string[];
  /** Personal access tokens, each of a user of its own who is a member of every project. Default: a random one. */
  readonly pats?: readonly string[];
  /** Host names besides those of this machine that requests may be addressed to, with every name below each. Default: none. */
  readonly hosts?: readonly string[];
  /** Origins whose pages may send requests and read the answers of sandboxes; `*` stands for any. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Switches for points on which sources or servers disagree; see `kernel/dialect.ts`. */
  readonly dialect?: Readonly<Record<string, string | undefined>>;
  /** Presets of those switches. */
  readonly ages?: readonly Age[];
  /** Opens `/_emulator/`; random by default. */
  readonly adminKey?: string;
  /** How many sandboxes there are from the start. Default: 0. */
  readonly sandboxes?: number;
  /** Seeds one sandbox more, in a state the API does not know yet. */
  readonly unknownState?: boolean;
  readonly timings?: Partial<Timings>;
  /** Divides every default duration. Default: 1. */
  readonly speed?: number;
  /** How many sandboxes the hosts hold, all projects together; more stay pending. Default: no limit. */
  readonly maxRunning?: number;
  /** How many GPUs the hosts have; sandboxes that want more stay pending. Default: 8. */
  readonly maxGpus?: number;
  /** Limits of one project; a request beyond them is refused with 400. */
  readonly plan?: Partial<PlanLimits>;
  /** Faults that are on from the start, as `POST /_emulator/faults` takes them. */
  readonly faults?: readonly unknown[];
  /** Honours `X-Emulator-Fault` without the admin key. */
  readonly faultHeader?: boolean;
  /**
   * Keeps the state and the files of sandboxes in this directory, and loads them at the next start; `sandboxes` counts for an
   * empty one only.
   */
  readonly dataDir?: string;
  readonly clock?: Clock;
  /** How the inside of sandboxes is set up. */
  readonly dataPlane?: DataPlaneOptions;
  /**
   * Whether the open-source server has its sandboxes at a port of their own, as the real one does, which
   * `POST /_emulator/proxy` takes away and brings back. Default: false.
   */
  readonly ownProxyPort?: boolean;
  /** How many requests the log keeps. Default: 10,000. */
  readonly logSize?: number;
}

export interface Emulator {
  /** Base of the API, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** The first API key. */
  readonly apiKey: string;
  /** The first personal access token, if there is one. */
  readonly pat?: string;
  /** The organization and the project of the first API key, which a token has to name. */
  readonly organizationId: string;
  readonly projectId: string;
  readonly adminKey: string;
  /** Where the files of sandboxes stay; absent when they go at the stop. */
  readonly filesDir?: string;
  /** The last requests, oldest first; those to `/_emulator/` are not among them. */
  requests(): readonly LoggedRequest[];
  /** Requests per route since the start, such as `GET /sandboxes/{id}`. */
  routeCounts(): Readonly<Record<string, number>>;
  /** Requests to the sandbox proxy since the start. */
  proxyRequests(): number;
  /** How many sandboxes are listed, all projects together. */
  sandboxes(): number;
  /** Faults that can be switched on and off. */
  readonly faults: Faults;
  /** Retained output; what is appended here is what clients read. */
  readonly logs: LogStore;
  /** Observed traffic, likewise. */
  readonly network: NetworkStore;
  /** Restarts the idle clock of a sandbox, as traffic through its proxy does. */
  touch(sandboxId: string): void;
  /** Breaks every connection at once, as a network does; new ones can be made. */
  cutConnections(): void;
  /** How commands see the files of a sandbox on this machine. */
  viewMode(): Promise<ViewMode>;
  /**
   * Ends every connection, timer and process, removes the files of this run, and unlocks the data directory.
   */
  stop(): Promise<void>;
}

/**
 * Starts a Tensorlake-compatible server on loopback.
 *
 * @throws RangeError for an option out of range
 * @throws Error of the socket, such as `EADDRINUSE`, or of a data directory that cannot be used
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = settingsOf(options);
  const apiKey = settings.apiKeys[0]?.secret;
  if (apiKey === undefined) throw new RangeError('apiKeys must not be empty');
  const adminKey = options.adminKey ?? randomBytes(16).toString('hex');
  const faults = new Faults();
  for (const fault of options.faults ?? []) faults.add(fault);
  const stored = options.dataDir === undefined ? undefined : await Journal.open(options.dataDir);
  const cloud = new Cloud({ ...settings, ledger: stored?.journal ?? noLedger });
  const log = new RequestLog(options.logSize ?? 10_000);
  const access = new Access(cloud, options.forbiddenKeys ?? []);
  const filesDir = filesDirOf(options);
  const door = new Door({
    hosts: options.hosts ?? [],
    corsOrigins: options.corsOrigins ?? [],
    isSandbox: label => cloud.isSandboxLabel(label),
  });
  const dataPlane = new SandboxPlane(cloud, access, door, { ...options.dataPlane, dataDir: filesDir });
  const proxyPort =
    options.ownProxyPort === true
      ? new ProxyPort(
          {
            request: (request, response) => app.handleRequest(request, response),
            upgrade: (request, socket, head) => app.handleUpgrade(request, socket, head),
          },
          loopback,
        )
      : undefined;
  const app = new App({
    cloud,
    access,
    door,
    log,
    adminKey,
    faults,
    logins: cloud.logins,
    faultHeader: options.faultHeader ?? false,
    dataPlane,
    proxyPort,
    killDaemon: sandboxId => dataPlane.killDaemon(sandboxId),
  });
  const server = createServer({ keepAliveTimeout: 60_000 }, app.handleRequest);
  server.on('upgrade', app.handleUpgrade);
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const stop = async (): Promise<void> => {
    cloud.stop();
    await dataPlane.stop();
    await proxyPort?.stop();
    const closed = close(server);
    // A socket that a fault left without an answer to its upgrade belongs to nobody else.
    for (const socket of sockets) socket.destroy();
    await closed;
    await stored?.journal.close();
  };
  try {
    // A directory that the caller chose may hold other files.
    if (stored !== undefined && options.dataPlane?.dataDir === undefined) {
      await dataPlane.prune(idsWithFiles(stored.records));
    }
    cloud.port = await listen(server, options.port ?? 0);
    await proxyPort?.become('up');
    cloud.proxyPort = proxyPort?.port;
    if (stored !== undefined && stored.records.length > 0) restore(cloud, stored.records);
    else seed(cloud, apiKey, { count: options.sandboxes ?? 0, unknownState: options.unknownState ?? false });
    await cloud.ledger.durable();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    url: `http://${loopback}:${cloud.port}`,
    port: cloud.port,
    apiKey,
    pat: settings.pats[0]?.secret,
    organizationId: organization.id,
    projectId: cloud.projectOf(apiKey)?.id ?? '',
    adminKey,
    filesDir,
    sandboxes: () => cloud.projects.reduce((sum, { sandboxes }) => sum + sandboxes.size, 0),
    faults,
    logs: cloud.logs,
    network: cloud.network,
    requests: () => log.recent(),
    routeCounts: () => log.routeCounts,
    proxyRequests: () => log.proxyRequests,
    touch(sandboxId) {
      const sandbox = cloud.sandboxById(sandboxId);
      if (sandbox !== undefined) cloud.engine.touch(sandbox);
    },
    cutConnections() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    viewMode: () => dataPlane.viewMode(),
    stop,
  };
}

/** Where the files of sandboxes stay; absent when nothing is kept. */
function filesDirOf({ dataDir, dataPlane }: EmulatorOptions): string | undefined {
  if (dataPlane?.dataDir !== undefined) return resolve(dataPlane.dataDir);
  return dataDir === undefined ? undefined : resolve(dataDir, 'files');
}

/** @throws RangeError for an option out of range */
function settingsOf(options: EmulatorOptions): Omit<CloudOptions, 'ledger'> {
  const dialect = resolveDialect(options.dialect, options.ages);
  const timings = resolveTimings(options.timings, options.speed);
  return {
    clock: options.clock ?? systemClock,
    timings: {
      ...timings,
      archive: dialect.history === 'archived' ? 0 : timings.archive,
      timeoutIsLifetime: dialect.timeout === 'lifetime',
      snapshotEnds: dialect.snapshots === 'end',
      idleSuspendsAll: dialect.ephemeralIdle === 'suspend',
    },
    dialect,
    plan: resolvePlan(options.plan),
    capacity: {
      maxRunning: options.maxRunning ?? Infinity,
      maxGpus: options.maxGpus ?? 8,
      maxCpus: dialect.surface === 'openSource' ? openSourceHostCpus : Infinity,
    },
    apiKeys: credentialsOf(options.apiKeys, 'tl_apiKey_'),
    pats: credentialsOf(options.pats, 'tl_pat_'),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.off('error', reject);
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
      else reject(new Error('The server has no port'));
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    // The callback gets an error when the server never listened, which needs no handling.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
