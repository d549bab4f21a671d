import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { refusal } from './refusal';
import { rawReply, send } from './reply';

/**
 * How the way to the sandboxes is: `up`; `down`: its port refuses connections; `resets`: it takes them and resets them;
 * `unaware`: it has just been started, and knows no sandbox yet.
 */
export const proxyStates = ['up', 'down', 'resets', 'unaware'] as const;

type ProxyState = (typeof proxyStates)[number];

interface Handlers {
  readonly request: RequestListener;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/**
 * A port of its own for what goes to sandboxes, as the open-source server has it. It can go away and come back at the
 * same place while the API answers.
 */
export class ProxyPort {
  private state: ProxyState = 'up';
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private taken = 0;

  /** @param host the address that it listens at */
  constructor(
    private readonly handlers: Handlers,
    private readonly host: string,
  ) {}

  /** The port, known once it was up. */
  get port(): number {
    return this.taken;
  }

  /**
   * Every change breaks the connections that go through it, also one to the same state.
   *
   * @throws Error of the socket when another program has taken the port meanwhile
   */
  async become(state: ProxyState): Promise<void> {
    this.state = state;
    for (const socket of this.sockets) socket.resetAndDestroy();
    if (state === 'down') await this.close();
    else this.server ??= await this.listen();
  }

  /** Breaks all connections, and gives the port back. */
  async stop(): Promise<void> {
    await this.become('down');
  }

  private listen(): Promise<Server> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      if (this.state === 'unaware') send(response, unknownSandbox);
      else this.handlers.request(request, response);
    });
    server.on('upgrade', (request, socket, head) => {
      if (this.state === 'unaware') socket.end(rawReply(unknownSandbox));
      else this.handlers.upgrade(request, socket, head);
    });
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      if (this.state === 'resets') socket.resetAndDestroy();
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.taken, this.host, () => {
        server.off('error', reject);
        const address = server.address();
        if (address !== null && typeof address === 'object') this.taken = address.port;
        resolve(server);
      });
    });
  }

  private async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server !== undefined) await new Promise<void>(resolve => server.close(() => resolve()));
  }
}

const unknownSandbox = refusal(404, 'Sandbox not found', 'SANDBOX_NOT_FOUND').reply;
