import { connect, createServer, type Server, type Socket } from 'node:net';
import { listen } from './loopbackServer';

/**
 * Passes bytes on to a server, until it falls silent: then the connections that there are stay open, take everything,
 * and pass nothing on, as after the network of the machine has changed. New ones work.
 */
export class SilencedRelay {
  /** Connections that were made so far, and those that are open. */
  made = 0;
  readonly open = new Set<Socket>();
  private era = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<SilencedRelay> {
    const server = createServer(near => relay.accept(near, targetPort));
    const relay = new SilencedRelay(server, await listen(server));
    return relay;
  }

  /** Silences the connections that there are. */
  silence(): void {
    this.era += 1;
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }

  private accept(near: Socket, targetPort: number): void {
    const { era } = this;
    const far = connect(targetPort, '127.0.0.1');
    this.made += 1;
    this.open.add(near);
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', chunk => {
        if (this.era === era) to.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        if (this.era === era || from === near) to.destroy();
      });
    };
    near.once('close', () => this.open.delete(near));
    pass(near, far);
    pass(far, near);
  }
}
