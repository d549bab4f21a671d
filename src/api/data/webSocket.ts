import { createHash, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { DisposableLike } from '../../core/kernel/disposable';
import { ApiError } from '../../core/kernel/errors';
import { oneLine } from '../http/errorText';
import { transportError } from '../http/transportErrors';
import type { Daemon, DaemonCall } from './daemon';
import {
  FrameError,
  FrameParser,
  clientFrame,
  closeCodes,
  closePayload,
  opcodes,
  readClose,
} from './webSocketFrames';
import type { Frame } from './webSocketFrames';

/** How a WebSocket ended. */
export interface WebSocketEnd {
  /** Code of the close frame, 1006 when there was none. */
  readonly code: number;
  /** Reason of the close frame, on one line. */
  readonly reason: string;
  /** What broke the connection, where something did. */
  readonly error?: ApiError;
  /** Whether this side closed. */
  readonly isOwn: boolean;
}

/** What a WebSocket says. Nothing comes after `closed`. */
export interface WebSocketEvents {
  message(payload: Buffer, isText: boolean): void;
  pong?(payload: Buffer): void;
  /** More may be sent, after `send` said false. */
  drained?(): void;
  closed(end: WebSocketEnd): void;
}

export interface WebSocketOptions {
  /** After so much silence the peer is asked whether it is there; 15 s when absent. */
  readonly pingMs?: number;
  /** How long it has to answer; 10 s when absent. */
  readonly pongMs?: number;
  /** Messages longer than this end the connection; 16 MiB when absent. */
  readonly maxMessageBytes?: number;
}

const defaults = { pingMs: 15_000, pongMs: 10_000, maxMessageBytes: 16 * 1024 * 1024 };
/** How long the other side may take to answer a close frame, and then to close the socket. */
const closeMs = 2_000;
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
  return new WebSocketConnection(socket, events, { ...defaults, ...options });
}

/**
 * The client end of a WebSocket (RFC 6455) on a socket that has changed to it, without extensions. The library's own
 * cannot be held back by a slow reader, and `ws` would make its request around the transport, past its proxies,
 * certificates and loopback names.
 */
export class WebSocketConnection implements DisposableLike {
  private readonly parser: FrameParser;
  private message: { readonly isText: boolean; readonly parts: Buffer[]; bytes: number } | undefined;
  private state: 'open' | 'closing' | 'closed' = 'open';
  private isPaused = false;
  private isDelivering = false;
  /** The socket is gone; what has come may still have to be delivered. */
  private broken: { readonly error?: ApiError } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private heardAt = performance.now();

  constructor(
    private readonly socket: Duplex,
    private readonly events: WebSocketEvents,
    private readonly options: Required<WebSocketOptions>,
  ) {
    this.parser = new FrameParser(options.maxMessageBytes);
    socket.on('data', (chunk: Buffer) => {
      this.heardAt = performance.now();
      this.parser.push(chunk);
      this.deliver();
    });
    socket.on('drain', () => {
      if (this.state === 'open') this.events.drained?.();
    });
    socket.on('error', error => this.breakDown({ error: transportError(error, true) }));
    socket.on('close', () => this.breakDown({}));
    this.expectLife();
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Sends one binary message made of parts. Says whether there is room for more; if not, `drained` follows. */
  send(...parts: readonly Uint8Array[]): boolean {
    return this.write(opcodes.binary, ...parts);
  }

  /** Asks for a pong with the same content, of 125 bytes at most. */
  ping(payload: Uint8Array): void {
    this.write(opcodes.ping, payload);
  }

  /** Asks at once whether the other side is there, as it would be asked after a silence. */
  probe(): void {
    if (this.state === 'open' && !this.isPaused) this.askForLife();
  }

  /** Takes nothing more from the network until `resume`. The other side is told all the while that this one lives. */
  pause(): void {
    if (this.isPaused || this.state !== 'open') return;
    this.isPaused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.heardAt = performance.now();
    this.deliver();
    if (!this.isHeld()) this.socket.resume();
  }

  /** Says goodbye; `closed` follows. No message is given any more. */
  close(code: number = closeCodes.normal, reason = ''): void {
    if (this.state !== 'open') return;
    this.write(opcodes.close, closePayload(code, reason));
    this.state = 'closing';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end(code, reason), closeMs);
    this.resume();
  }

  /** Breaks the connection at once. */
  dispose(): void {
    if (this.state === 'open') this.state = 'closing';
    this.end(closeCodes.abnormal, '');
    this.socket.destroy();
  }

  private write(opcode: number, ...parts: readonly Uint8Array[]): boolean {
    if (this.state !== 'open' || !this.socket.writable) return true;
    return this.socket.write(clientFrame(opcode, ...parts));
  }

  private isHeld(): boolean {
    return this.isPaused || this.state === 'closed';
  }

  private deliver(): void {
    // A listener may pause and resume in the middle of a delivery.
    if (this.isDelivering) return;
    this.isDelivering = true;
    try {
      for (let frame = this.parser.next(); frame !== undefined; frame = this.parser.next()) {
        this.take(frame);
        if (this.isHeld()) return;
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.write(opcodes.close, closePayload(error.closeCode));
      this.end(error.closeCode, '', new ApiError('schema', error.message, { code: 'WEBSOCKET' }));
      this.socket.destroy();
    } finally {
      this.isDelivering = false;
    }
    if (this.broken) this.end(closeCodes.abnormal, '', this.broken.error);
  }

  private take({ opcode, isFinal, payload }: Frame): void {
    switch (opcode) {
      case opcodes.ping:
        this.write(opcodes.pong, payload);
        return;
      case opcodes.pong:
        if (this.state === 'open') this.events.pong?.(payload);
        return;
      case opcodes.close: {
        const { code, reason } = readClose(payload);
        this.write(opcodes.close, payload.subarray(0, 2));
        this.end(code, oneLine(reason, 200));
        return;
      }
      default:
        this.gather(opcode, isFinal, payload);
    }
  }

  private gather(opcode: number, isFinal: boolean, payload: Buffer): void {
    const isContinuation = opcode === opcodes.continuation;
    if (isContinuation !== (this.message !== undefined)) {
      throw new FrameError('The pieces of a message do not fit', closeCodes.protocol);
    }
    const message = this.message ?? { isText: opcode === opcodes.text, parts: [], bytes: 0 };
    message.parts.push(payload);
    message.bytes += payload.length;
    if (message.bytes > this.options.maxMessageBytes) {
      throw new FrameError('A message is too large', closeCodes.tooBig);
    }
    this.message = isFinal ? undefined : message;
    if (!isFinal || this.state !== 'open') return;
    const whole = message.parts.length === 1 ? payload : Buffer.concat(message.parts);
    this.events.message(whole, message.isText);
  }

  private breakDown(broken: { readonly error?: ApiError }): void {
    this.broken ??= broken;
    if (!this.isPaused && !this.isDelivering) this.end(closeCodes.abnormal, '', this.broken.error);
  }

  private end(code: number, reason: string, error?: ApiError): void {
    if (this.state === 'closed') return;
    const isOwn = this.state === 'closing';
    this.state = 'closed';
    this.isPaused = false;
    clearTimeout(this.timer);
    this.socket.end();
    // The server closes first; one that does not is not waited for.
    if (!this.socket.destroyed) {
      this.socket.resume();
      const timer = setTimeout(() => this.socket.destroy(), closeMs);
      this.socket.once('close', () => clearTimeout(timer));
    }
    this.events.closed({ code, reason, isOwn, ...(error && { error }) });
  }

  private expectLife(): void {
    const wait = this.options.pingMs - (performance.now() - this.heardAt);
    this.timer = setTimeout(
      () => {
        const isSilent = performance.now() - this.heardAt >= this.options.pingMs;
        if (this.isPaused) this.write(opcodes.pong, Buffer.alloc(0));
        if (isSilent && !this.isPaused) this.askForLife();
        else this.expectLife();
      },
      this.isPaused ? this.options.pingMs : Math.max(1, wait),
    );
  }

  private askForLife(): void {
    clearTimeout(this.timer);
    this.write(opcodes.ping, Buffer.alloc(0));
    const askedAt = performance.now();
    this.timer = setTimeout(() => {
      if (this.heardAt >= askedAt || this.isPaused) this.expectLife();
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
