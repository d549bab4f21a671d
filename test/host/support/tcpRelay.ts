import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { apiUrl } from './emulatorClient';

/**
 * A network between the extension and the emulator that can fail. Addresses of sandboxes in the responses are rewritten
 * to lead through it as well: their port is replaced by that of the relay, which has as many digits.
 */
export class TcpRelay {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private isDown = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(): Promise<TcpRelay> {
    const { port: target } = new URL(apiUrl);
    for (;;) {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      assert.ok(address !== null && typeof address === 'object');
      if (String(address.port).length === target.length) {
        const relay = new TcpRelay(server, address.port);
        server.on('connection', socket => relay.carry(socket, target));
        return relay;
      }
      server.close();
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Breaks every connection; new ones are accepted. */
  cut(): void {
    for (const [near, far] of this.pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** Breaks every connection, and refuses new ones. */
  goDown(): void {
    this.isDown = true;
    this.cut();
  }

  comeUp(): void {
    this.isDown = false;
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private carry(near: Socket, target: string): void {
    if (this.isDown) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(target), '127.0.0.1');
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
    near.pipe(far);
    far.pipe(withPort(target, String(this.port))).pipe(near);
  }
}

/** Replaces a port in addresses of sandboxes. Works on text only; terminals use binary frames. */
function withPort(from: string, to: string): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const text = chunk.toString('latin1');
      const isAnswer = text.startsWith('HTTP/1.1 2') && text.includes('application/json');
      done(
        null,
        isAnswer ? Buffer.from(text.replaceAll(`localhost:${from}`, `localhost:${to}`), 'latin1') : chunk,
      );
    },
  });
}
