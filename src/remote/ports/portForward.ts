import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { inBackground } from '../../core/kernel/unexpected';
import type { DisposableLike } from '../../core/kernel/disposable';
import { Emitter } from '../../core/kernel/event';
import { joinConnections, resetConnection } from './joinConnections';
import { localAddress } from './model/port';

/** Why the last connection of a forward failed. */
export type ForwardTrouble =
  /** No program listens on the port inside. */
  { readonly kind: 'nothingListens' } | { readonly kind: 'failed'; readonly error: unknown };

/** State of a forward, as the tree shows it. */
export interface ForwardState {
  /** Number of open connections. */
  readonly connections: number;
  readonly trouble?: ForwardTrouble;
}

export interface PortForwardOptions {
  readonly sandboxId: string;
  readonly remotePort: number;
  /** Opens one connection to the remote port; called for each local connection. */
  readonly open: (signal: AbortSignal) => Promise<Duplex>;
  /** Whether a failed `open` means that no program listens. */
  readonly isNothingListening: (error: unknown) => boolean;
}

/** Accepts connections from this machine only. */
const loopback = '127.0.0.1';
/** Connections that may be open at once; the system queues or refuses more. */
const maxConnections = 512;
/** Interval of the TCP keep-alive, in milliseconds. */
const keepAliveMs = 15_000;

/**
 * A local TCP port whose connections end inside a sandbox. Every connection has a tunnel of its own, so a broken one
 * affects no other, and the next one succeeds when the sandbox can be reached again.
 */
export class PortForward implements DisposableLike {
  private readonly server: Server;
  private readonly abort = new AbortController();
  private readonly sockets = new Set<Socket>();
  private readonly emitter = new Emitter<ForwardState>();
  readonly onDidChange = this.emitter.event;
  private trouble: ForwardTrouble | undefined;

  private constructor(private readonly options: PortForwardOptions) {
    this.server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => {
      inBackground(this.connect(socket));
    });
    this.server.maxConnections = maxConnections;
  }

  /**
   * Opens the local port.
   *
   * @param localPort port on this machine; 0 takes any
   * @throws the error of the socket, such as `EADDRINUSE`
   */
  static async start(options: PortForwardOptions, localPort: number): Promise<PortForward> {
    const forward = new PortForward(options);
    forward.server.listen(localPort, loopback);
    await once(forward.server, 'listening');
    // After a later failure of the listener nothing gets through any more, which is reported like a failed connection.
    forward.server.on('error', error => forward.setTrouble({ kind: 'failed', error }));
    return forward;
  }

  get sandboxId(): string {
    return this.options.sandboxId;
  }

  get remotePort(): number {
    return this.options.remotePort;
  }

  /** Aborted when the forward is disposed. */
  get ended(): AbortSignal {
    return this.abort.signal;
  }

  get localPort(): number {
    const address = this.server.address();
    return isTcp(address) ? address.port : 0;
  }

  /** Host and port on this machine. */
  get address(): string {
    return localAddress(this.localPort);
  }

  get state(): ForwardState {
    return { connections: this.sockets.size, ...(this.trouble && { trouble: this.trouble }) };
  }

  dispose(): void {
    this.abort.abort();
    this.server.close();
    for (const socket of this.sockets) resetConnection(socket);
    this.emitter.dispose();
  }

  private async connect(socket: Socket): Promise<void> {
    this.sockets.add(socket);
    this.emitter.fire(this.state);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    const gone = new AbortController();
    const giveUp = AbortSignal.any([gone.signal, this.abort.signal]);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      gone.abort();
      this.sockets.delete(socket);
      this.emitter.fire(this.state);
    });
    try {
      const tunnel = await this.options.open(giveUp);
      if (socket.destroyed) {
        tunnel.destroy();
        return;
      }
      this.setTrouble(undefined);
      joinConnections(socket, tunnel);
    } catch (error) {
      if (!giveUp.aborted)
        this.setTrouble(
          this.options.isNothingListening(error) ? { kind: 'nothingListens' } : { kind: 'failed', error },
        );
      resetConnection(socket);
    }
  }

  private setTrouble(trouble: ForwardTrouble | undefined): void {
    if (this.trouble === undefined && trouble === undefined) return;
    this.trouble = trouble;
    this.emitter.fire(this.state);
  }
}

function isTcp(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
