import { Duplex } from 'node:stream';
import { ApiError } from '../../core/kernel/errors';
import type { Daemon } from './daemon';
import type { WebSocketConnection, WebSocketEnd, WebSocketOptions } from './webSocket';
import { openWebSocket } from './webSocket';

/** The largest message. */
const chunkBytes = 64 * 1024;
const defaultLingerMs = 10_000;
/** Codes with which the service ends a connection (1005: without one); 1001 says that the sandbox or its daemon goes down. */
const inGoodOrder: ReadonlySet<number> = new Set([1000, 1005]);
/** Many tunnels may be open at once, each with an incomplete message; what a server relays has 64 KiB. */
const maxMessageBytes = 1024 * 1024;

export interface TunnelOptions extends WebSocketOptions {
  /**
   * How long the remote side may be silent after the local one has ended before the connection is closed; 10 s by
   * default. The protocol cannot express a half-closed connection. A side that was silent all that time has not
   * answered, which counts as a broken connection.
   */
  readonly lingerMs?: number;
}

/**
 * Opens one TCP connection to a port on the loopback interface of the sandbox (API reference section 3.8), regardless
 * of which ports are exposed. Never retried.
 *
 * @param signal cancels the attempt; does not end the connection
 * @returns a stream that ends when the remote side closes, and is destroyed with an ApiError when the connection breaks.
 *   After an end that left bytes unsent it is destroyed as well, once everything that came was read
 * @throws ApiError as calls do; see `isNothingListening`
 */
export async function openTunnel(
  daemon: Daemon,
  port: number,
  signal: AbortSignal,
  options: TunnelOptions = {},
): Promise<Duplex> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ApiError('invalid', 'Not a port', { undelivered: true });
  }
  const tunnel = new TunnelStream(options.lingerMs ?? defaultLingerMs);
  const call = { path: '/tunnels/tcp', query: { port: String(port) }, signal, retry: 'none' } as const;
  const webSocket = await openWebSocket(
    daemon,
    call,
    {
      message: (payload, isText) => tunnel.receive(payload, isText),
      drained: () => tunnel.drained(),
      closed: end => tunnel.hangUp(end),
    },
    { maxMessageBytes, ...options },
  );
  tunnel.begin(webSocket);
  return tunnel;
}

/**
 * Whether a tunnel failed because no program listens on the port. Also true while the sandbox has only just started.
 */
export function isNothingListening(error: unknown): error is ApiError {
  return ApiError.is(error) && error.code === 'CONNECTION_REFUSED';
}

class TunnelStream extends Duplex {
  private webSocket: WebSocketConnection | undefined;
  private writing: (() => void) | undefined;
  private finishing: (() => void) | undefined;
  private linger: NodeJS.Timeout | undefined;
  private hasEnded = false;
  /** Whether anything came since the local side ended. */
  private isAnswered = false;

  constructor(private readonly lingerMs: number) {
    super({ allowHalfOpen: true });
  }

  begin(webSocket: WebSocketConnection): void {
    this.webSocket = webSocket;
  }

  receive(payload: Buffer, isText: boolean): void {
    if (isText) {
      this.destroy(new ApiError('schema', 'The tunnel sent text', { code: 'TUNNEL' }));
      return;
    }
    this.linger?.refresh();
    this.isAnswered = true;
    if (payload.length > 0 && !this.push(payload)) this.webSocket?.pause();
  }

  drained(): void {
    const { writing } = this;
    this.writing = undefined;
    writing?.();
  }

  hangUp({ code, reason, error, isOwn }: WebSocketEnd): void {
    clearTimeout(this.linger);
    this.hasEnded = true;
    if (this.destroyed) return;
    if (isOwn ? !this.isAnswered : !inGoodOrder.has(code)) {
      const text = isOwn ? 'There was no answer' : reason === '' ? 'The tunnel broke' : reason;
      this.destroy(error ?? new ApiError('network', text, { code: 'TUNNEL' }));
      return;
    }
    this.push(null);
    if (this.writing === undefined && this.writableLength === 0) {
      this.finishing?.();
      this.end();
      return;
    }
    // What came goes first: destroying drops what was not read yet.
    const unsent = new ApiError('network', 'Closed before everything was taken', { code: 'TUNNEL' });
    this.once('end', () => this.destroy(unsent));
  }

  override _read(): void {
    this.webSocket?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    let hasRoom = true;
    for (let at = 0; at < chunk.length; at += chunkBytes) {
      hasRoom = this.webSocket?.send(chunk.subarray(at, at + chunkBytes)) ?? true;
    }
    if (hasRoom || this.hasEnded) done();
    else this.writing = done;
  }

  override _final(done: (error?: Error) => void): void {
    if (this.hasEnded) {
      done();
      return;
    }
    this.finishing = done;
    this.isAnswered = false;
    this.linger = setTimeout(() => this.webSocket?.close(), this.lingerMs);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.linger);
    if (error) this.webSocket?.dispose();
    else this.webSocket?.close();
    done(error);
  }
}
