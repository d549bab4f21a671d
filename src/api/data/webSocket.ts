import { turnMs } from '../../core/kernel/async';
import { createHash, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Receiver, Sender } from 'ws';
import type { DisposableLike } from '../../core/kernel/disposable';
import { ApiError } from '../../core/kernel/errors';
import { oneLine } from '../http/errors/errorText';
import { systemTime } from '../http/times/systemTime';
import { transportError } from '../http/errors/transportErrors';
import { afterRest, LoopTurn } from '../http/turns';
import type { Daemon, DaemonCall } from './daemon';

/** How a WebSocket ended. */
export interface WebSocketEnd {
  /** Code of the close frame; 1006 without one. */
  readonly code: number;
  /** Reason of the close frame, on one line. */
  readonly reason: string;
  /** The error that broke the connection, if any. */
  readonly error?: ApiError;
  /** Whether this side closed the connection. */
  readonly isOwn: boolean;
}

/** Events of a WebSocket. None follows `closed`. */
export interface WebSocketEvents {
  message(payload: Buffer, isText: boolean): void;
  pong?(payload: Buffer): void;
  /** More can be sent, after `send` returned false. */
  drained?(): void;
  closed(end: WebSocketEnd): void;
}

export interface WebSocketOptions {
  /** Silence after which the peer is pinged; 15 s by default. */
  readonly pingMs?: number;
  /** How long the peer has to respond; 10 s by default. */
  readonly pongMs?: number;
  /** A longer message ends the connection; 4 MiB by default. */
  readonly maxMessageBytes?: number;
  /** As `Clock.elapsed`; the machine's by default. */
  readonly elapsed?: () => number;
}

/**
 * Limits on what a server can make this side buffer of an incomplete message. The messages of terminals and tunnels are
 * one frame each, of 64 KiB at most (API reference sections 3.7 and 3.8); a replay is 1 MiB at most, and a proxy may
 * fragment both differently. What an attack costs within these limits is in docs/reliability.md.
 *
 * @internal
 */
export const receiveLimits = {
  /** Limits the bytes of a message, all frames together; a longer one is refused when its header arrives. */
  maxPayload: 4 * 1024 * 1024,
  /**
   * Limits the frames of a message, empty ones too. Each may keep the whole chunk alive in which it arrived, 64 KiB at
   * most, so 256 frames hold 16 MiB. Enough for 1 MiB in fragments of 4 KiB.
   */
  maxFragments: 256,
  /**
   * Limits the chunks that make up a frame, each with an overhead of some hundred bytes. Enough for the longest frame
   * at 512 bytes a chunk, less than a TCP segment carries, and for 64 KiB at 8 bytes a chunk.
   */
  maxBufferedChunks: 8 * 1024,
} as const;

const defaults = {
  pingMs: 15_000,
  pongMs: 10_000,
  maxMessageBytes: receiveLimits.maxPayload,
  elapsed: systemTime.elapsed,
};
/** It is looked this often whether the machine has slept, so that a connection that died meanwhile is soon noticed. */
const lookMs = 5_000;
/** How long the peer may take to respond to a close frame, and then to close the socket. */
const closeMs = 2_000;
/** Close codes of RFC 6455, section 7.4. */
const closeCodes = { normal: 1000, protocol: 1002, missing: 1005, abnormal: 1006 } as const;
/** Close codes for errors of the receiver; 1002 for all others. */
const errorCloseCodes: ReadonlyMap<string | undefined, number> = new Map([
  ['WS_ERR_INVALID_UTF8', 1007],
  ['WS_ERR_TOO_MANY_BUFFERED_PARTS', 1008],
  ['WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', 1009],
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
]);
const nothing = Buffer.alloc(0);
const handshakeSalt = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Opens a WebSocket of the daemon. @throws ApiError as other calls do */
export async function openWebSocket(
  daemon: Daemon,
  call: Omit<DaemonCall, 'method' | 'body'>,
  events: WebSocketEvents,
  options: WebSocketOptions = {},
): Promise<WebSocketConnection> {
  const key = randomBytes(16).toString('base64');
  const { socket, headers } = await daemon.upgrade({
    ...call,
    headers: { ...call.headers, 'sec-websocket-key': key, 'sec-websocket-version': '13' },
  });
  const accept = createHash('sha1')
    .update(key + handshakeSalt)
    .digest('base64');
  const isExtended = (headers['sec-websocket-extensions'] ?? '') !== '';
  if (headers['sec-websocket-accept'] !== accept || isExtended) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw new ApiError('schema', 'The answer to the WebSocket handshake is wrong', { code: 'HANDSHAKE' });
  }
  const closed = (end: WebSocketEnd): void =>
    events.closed({ ...end, reason: daemon.secrets.redact(end.reason) });
  return new WebSocketConnection(socket, { ...events, closed }, { ...defaults, ...options });
}

/**
 * The client end of a WebSocket (RFC 6455) on an upgraded socket, without extensions. `ws` encodes and decodes the
 * frames. Its client is not used because it would bypass the transport with its proxies, certificates and loopback
 * names; the one in undici has no backpressure for a slow reader.
 */
export class WebSocketConnection implements DisposableLike {
  private readonly receiver: Receiver;
  private readonly sender: Sender;
  /**
   * Handlers for frames and for the end of the connection, in order. While paused this holds at most the frames of one
   * chunk: the receiver parses a chunk as a whole, and the socket delivers no other.
   */
  private arrivals: (() => void)[] = [];
  private nextArrival = 0;
  private state: 'open' | 'closing' | 'closed' = 'open';
  private isPaused = false;
  private isDelivering = false;
  /** Whether the rest of what arrived waits for the next turn of the event loop. */
  private isYielding = false;
  private readonly turn = new LoopTurn();
  /** The latest ping that was not answered. */
  private unanswered: Buffer | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Sleep counts as silence. */
  private lastReceivedAt: number;

  constructor(
    private readonly socket: Duplex,
    private readonly events: WebSocketEvents,
    private readonly options: Required<WebSocketOptions>,
  ) {
    this.lastReceivedAt = options.elapsed();
    this.sender = new Sender(socket);
    this.receiver = new Receiver({ ...receiveLimits, maxPayload: options.maxMessageBytes })
      .on('message', (payload, isBinary) =>
        this.arrivals.push(() => {
          if (this.state === 'open') this.events.message(payload, !isBinary);
        }),
      )
      .on('pong', payload =>
        this.arrivals.push(() => {
          if (this.state === 'open') this.events.pong?.(payload);
        }),
      )
      .on('ping', payload => (this.unanswered = payload))
      .on('conclude', (code, reason) =>
        this.arrivals.push(() => {
          this.sendClose(code === closeCodes.missing ? undefined : code);
          this.end(code, oneLine(reason.toString(), 200));
        }),
      )
      .on('error', error => this.refuse(error))
      .on('drain', () => {
        if (!this.isHeld()) this.socket.resume();
      });
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    socket.on('drain', () => {
      this.answerPing();
      if (this.state === 'open') this.events.drained?.();
    });
    socket.on('error', error => this.breakDown(transportError(error, true)));
    socket.on('close', () => this.breakDown());
    this.schedulePing();
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Sends one binary message made of parts. Returns whether there is room for more; if not, `drained` follows. */
  send(...parts: readonly Uint8Array[]): boolean {
    if (!this.canWrite()) return true;
    const payload = Buffer.concat(parts);
    this.sender.send(payload, { binary: true, compress: false, fin: true, mask: true });
    return !this.socket.writableNeedDrain;
  }

  /** Requests a pong with the same content, of 125 bytes at most. */
  ping(payload: Uint8Array): void {
    if (this.canWrite()) this.sender.ping(payload, true);
  }

  /** Pings the peer at once instead of after a silence. */
  probe(): void {
    if (this.state === 'open' && !this.isPaused) this.pingPeer();
  }

  /** Reads nothing more from the network until `resume`. Unsolicited pongs keep the peer from timing out. */
  pause(): void {
    if (this.isPaused || this.state !== 'open') return;
    this.isPaused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.lastReceivedAt = this.options.elapsed();
    this.deliver();
    if (!this.isHeld()) this.socket.resume();
  }

  /** Starts the closing handshake; `closed` follows. No more messages are delivered. */
  close(): void {
    if (this.state !== 'open') return;
    this.sendClose(closeCodes.normal);
    this.state = 'closing';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end(closeCodes.normal, ''), closeMs);
    this.resume();
  }

  /** Closes the socket without a handshake. */
  dispose(): void {
    if (this.state === 'open') this.state = 'closing';
    this.end(closeCodes.abnormal, '');
    this.socket.destroy();
  }

  private canWrite(): boolean {
    return this.state === 'open' && this.socket.writable;
  }

  /**
   * Answers the latest ping; it stands for those before it (RFC 6455, section 5.5.3). A peer that does not read gets no
   * answer until it does, so that none pile up.
   */
  private answerPing(): void {
    const { unanswered } = this;
    if (unanswered === undefined || !this.canWrite() || this.socket.writableNeedDrain) return;
    this.unanswered = undefined;
    this.sender.pong(unanswered, true);
  }

  private sendClose(code: number | undefined): void {
    if (this.canWrite()) this.sender.close(code, '', true);
  }

  private isHeld(): boolean {
    return this.isPaused || this.isYielding || this.state === 'closed';
  }

  private hear(chunk: Buffer): void {
    if (this.state === 'closed') return;
    this.turn.begin();
    this.lastReceivedAt = this.options.elapsed();
    if (!this.receiver.write(chunk)) this.socket.pause();
    this.answerPing();
    this.deliver();
    if (this.turn.isOver && !this.isHeld()) this.yieldTurn();
  }

  /** Goes on when everything else had its turn. */
  private yieldTurn(): void {
    this.isYielding = true;
    this.socket.pause();
    afterRest(() => {
      this.isYielding = false;
      this.deliver();
      if (!this.isHeld()) this.socket.resume();
    }, 'stream');
  }

  /** Runs outside the receiver, which would be unusable after a listener throws. */
  private deliver(): void {
    // A listener may pause and resume during delivery.
    if (this.isDelivering) return;
    this.isDelivering = true;
    const until = performance.now() + turnMs;
    try {
      while (!this.isHeld() && this.nextArrival < this.arrivals.length) {
        this.nextArrival += 1;
        this.arrivals[this.nextArrival - 1]?.();
        if (performance.now() >= until && !this.isHeld()) this.yieldTurn();
      }
    } finally {
      this.isDelivering = false;
    }
    if (this.nextArrival < this.arrivals.length) return;
    this.arrivals = [];
    this.nextArrival = 0;
  }

  private refuse(error: Error & { readonly code?: string }): void {
    const code = errorCloseCodes.get(error.code) ?? closeCodes.protocol;
    this.arrivals.push(() => {
      this.sendClose(code);
      this.end(code, '', new ApiError('schema', error.message, { code: 'WEBSOCKET' }));
      this.socket.destroy();
    });
    this.deliver();
  }

  private breakDown(error?: ApiError): void {
    this.arrivals.push(() => this.end(closeCodes.abnormal, '', error));
    this.deliver();
  }

  private end(code: number, reason: string, error?: ApiError): void {
    if (this.state === 'closed') return;
    const isOwn = this.state === 'closing';
    this.state = 'closed';
    this.isPaused = false;
    clearTimeout(this.timer);
    this.socket.end();
    // The server closes first; one that does not is cut off after a timeout.
    if (!this.socket.destroyed) {
      this.socket.resume();
      const timer = setTimeout(() => this.socket.destroy(), closeMs);
      this.socket.once('close', () => clearTimeout(timer));
    }
    this.events.closed({ code, reason, isOwn, ...(error && { error }) });
  }

  private schedulePing(): void {
    const { pingMs, elapsed } = this.options;
    const wait = pingMs - (elapsed() - this.lastReceivedAt);
    this.timer = setTimeout(
      () => {
        const isSilent = elapsed() - this.lastReceivedAt >= pingMs;
        if (this.isPaused && this.canWrite()) this.sender.pong(nothing, true);
        if (isSilent && !this.isPaused) this.pingPeer();
        else this.schedulePing();
      },
      this.isPaused ? pingMs : Math.min(lookMs, Math.max(1, wait)),
    );
  }

  private pingPeer(): void {
    clearTimeout(this.timer);
    this.ping(nothing);
    const pingedAt = this.options.elapsed();
    this.timer = setTimeout(() => {
      if (this.lastReceivedAt >= pingedAt || this.isPaused) this.schedulePing();
      else {
        this.end(
          closeCodes.abnormal,
          '',
          new ApiError('network', 'The connection fell silent', { code: 'SILENT' }),
        );
        this.socket.destroy();
      }
    }, this.options.pongMs);
  }
}
