import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { systemClock } from '../../emulator/kernel/clock';
import { startEmulator, type Emulator } from '../../emulator/server';
import { ControlPlane } from '../../src/api/control/controlPlane';
import { Sandboxes } from '../../src/api/control/sandboxes/sandboxes';
import { Snapshots } from '../../src/api/control/snapshots/snapshots';
import { sandboxAddress } from '../../src/api/data/sandboxAddress';
import { SandboxClient } from '../../src/api/data/sandboxClient';
import { ApiClient } from '../../src/api/http/client';
import { UndiciTransport } from '../../src/api/http/undiciTransport';
import { parseEndpoint } from '../../src/core/account/endpoint';
import { silentLogger } from '../../src/core/kernel/logger';
import { Poller } from '../../src/core/list/polling/poller';
import { SandboxStore } from '../../src/core/list/store';
import { JumpingClock } from './jumpingClock';
import { ObservedTransport } from './observedTransport';
import { Observer } from './observer';

export const never = new AbortController().signal;

/** How much faster the timers of the emulator run: its 15 s between two signs of life are 30 ms. */
const speed = 500;

/** What every test sandbox asks for. */
export const small = { cpus: 1, memoryMb: 1024 };

/** A service in the sandbox, whose network is that of this machine; it answers with what it gets. */
class EchoServer {
  bytes = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<EchoServer> {
    const server = createServer(socket => {
      // A tunnel that is cut resets the connection.
      socket.on('error', () => socket.destroy());
      socket.on('data', chunk => (echo.bytes += chunk.length));
      socket.pipe(socket);
    });
    const echo = new EchoServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return echo;
  }

  get port(): number {
    const address = this.server.address();
    assert.ok(address !== null && typeof address === 'object');
    return address.port;
  }

  stop(): void {
    this.server.close();
  }
}

/** One emulator, and one client under test as the extension builds it, which lives as long: it is never made anew. */
export class World {
  private names = 0;

  private constructor(
    readonly emulator: Emulator,
    readonly clock: JumpingClock,
    readonly transport: ObservedTransport,
    private readonly connections: UndiciTransport,
    readonly sandboxes: Sandboxes,
    readonly snapshots: Snapshots,
    readonly store: SandboxStore,
    readonly poller: Poller,
    /** A sandbox that runs, for what happens inside. */
    readonly boxId: string,
    readonly box: SandboxClient,
    readonly echo: EchoServer,
    readonly seen: Observer,
  ) {}

  static async start(): Promise<World> {
    const clock = new JumpingClock();
    const emulator = await startEmulator({
      clock: { now: () => clock.now(), after: (ms, run) => systemClock.after(ms / speed, run) },
      // A sandbox stays in the list for 10 s of this machine after its end, and none is suspended for being idle.
      timings: {
        boot: 0,
        resume: 0,
        suspend: 0,
        snapshot: 0,
        upload: 0,
        archive: 10_000 * speed,
        second: 1e6,
      },
      dialect: { address: 'loopback' },
      dataPlane: { plainPaths: true },
      logSize: 1_000_000,
    });
    const connections = new UndiciTransport({ network: () => ({ strictSsl: true }) });
    const transport = new ObservedTransport(connections, clock);
    const parsed = parseEndpoint(emulator.url);
    assert.ok('ok' in parsed);
    const endpoint = parsed.ok;
    const common = {
      transport,
      credential: () => emulator.apiKey,
      logger: silentLogger,
      version: '0.0.0',
      clock,
    };
    const plane = new ControlPlane(new ApiClient({ ...common, endpoint }));
    const sandboxes = new Sandboxes(plane);
    const store = new SandboxStore();
    store.reset({ kind: 'loading' });
    const poller = new Poller({
      source: sandboxes.withoutRetries(),
      store,
      clock,
      conditions: { focused: true, visible: true, intervalMs: 0 },
      random: () => 0.5,
    });
    const resources = { ...small, gpus: [{ count: 1, model: 'A10' }] };
    const made = await sandboxes.create({ name: 'box', resources }, never);
    // Asked once a connection, before any fault.
    await new Snapshots(plane).endSandbox();
    const address = sandboxAddress(endpoint, await sandboxes.get(made.sandboxId, never));
    assert.ok('ok' in address);
    const box = new SandboxClient({ ...common, address: address.ok });
    return new World(
      ...([emulator, clock, transport, connections, sandboxes, new Snapshots(plane), store, poller] as const),
      ...([made.sandboxId, box, await EchoServer.start(), new Observer(emulator)] as const),
    );
  }

  /** A name that no sandbox, file or program of this run has. */
  name(): string {
    this.names += 1;
    return `n${this.names}`;
  }

  /** How many requests the emulator got, answered or not. */
  get requests(): number {
    return this.emulator.requests().length;
  }

  async stop(): Promise<void> {
    this.poller.dispose();
    this.connections.dispose();
    this.echo.stop();
    await this.emulator.stop();
  }
}
