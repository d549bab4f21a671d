import { ByteBlocks } from '../../../core/kernel/byteBlocks';
import type { DisposableLike } from '../../../core/kernel/disposable';
import type { TerminalEnd, TerminalSize } from '../../../core/terminal/terminalSession';
import type { Daemon, DaemonCall } from '../daemon';
import { InputPacer } from './inputPacer';
import { OutputMask } from './outputMask';
import { type OutputPlace, OutputRoom } from './outputRoom';
import { ptyOpcodes, readExitFrame, resizeFrame, terminalEnd } from './ptyProtocol';
import type { WebSocketConnection, WebSocketOptions } from '../webSocket';
import { openWebSocket } from '../webSocket';

/** Events of a terminal. */
export interface PtyEvents {
  /** Output in chunks, which may end in the middle of a character. */
  output(bytes: Uint8Array): void;
  /** Called once, after the last output. */
  ended(end: TerminalEnd): void;
}

export interface PtyOptions extends WebSocketOptions {
  /** Values that are masked where they come in the output; asked for when the first of it comes. */
  readonly secrets?: () => readonly string[];
  /** Where output waits while paused, before the socket is paused as well; a room of its own by default. */
  readonly room?: OutputRoom;
}

/** How long the server may take to close after the exit. */
const exitMs = 1_000;
const readyFrame = Buffer.of(ptyOpcodes.ready);
const dataOpcode = Buffer.of(ptyOpcodes.data);

/**
 * One connection to a terminal (API reference section 3.7). Input is paced below the limit of the server. Ends when the
 * program ends, or the connection breaks or falls silent; does not reconnect.
 */
export class PtyConnection implements DisposableLike {
  private readonly pacer: InputPacer;
  private webSocket: WebSocketConnection | undefined;
  private mask: OutputMask | undefined;
  private readonly waiting = new ByteBlocks();
  private isPaused = false;
  private isFlushing = false;
  private exit: { readonly code: number | undefined } | undefined;
  private end: TerminalEnd | undefined;
  private isEndTold = false;
  private exitTimer: NodeJS.Timeout | undefined;

  /** Use `SandboxTerminals.attach`. */
  static async open(
    daemon: Daemon,
    call: Omit<DaemonCall, 'method' | 'body'>,
    events: PtyEvents,
    options: PtyOptions = {},
  ): Promise<PtyConnection> {
    const connection = new PtyConnection(
      events,
      options.secrets ?? (() => []),
      (options.room ?? new OutputRoom()).place(),
    );
    const webSocket = await openWebSocket(
      daemon,
      call,
      {
        message: (payload, isText) => {
          if (!isText) connection.receive(payload);
        },
        pong: payload => {
          if (payload.length === 4) connection.pacer.acknowledge(payload.readUInt32BE(0));
        },
        drained: () => connection.pacer.drained(),
        closed: end => connection.finish(terminalEnd(end, connection.exit)),
      },
      options,
    );
    connection.begin(webSocket);
    return connection;
  }

  private constructor(
    private readonly events: PtyEvents,
    private readonly secrets: () => readonly string[],
    private readonly place: OutputPlace,
  ) {
    this.pacer = new InputPacer({
      send: chunk => this.webSocket?.send(dataOpcode, chunk) ?? true,
      mark: mark => {
        const payload = Buffer.alloc(4);
        payload.writeUInt32BE(mark >>> 0);
        this.webSocket?.ping(payload);
      },
    });
  }

  /** Sends input in order, as fast as the server accepts it. Ignored after the terminal has ended. */
  write(input: Uint8Array | string): void {
    if (this.end) return;
    this.pacer.write(typeof input === 'string' ? Buffer.from(input) : input);
  }

  /** Sent ahead of input that is still queued. */
  resize(size: TerminalSize): void {
    this.webSocket?.send(resizeFrame(size));
  }

  /** Pauses the output. Nothing is lost, but a server drops a client that is paused for too long. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.flush();
  }

  /**
   * Checks at once whether the server still responds, for example after the machine slept; ends as lost if it does not.
   */
  probe(): void {
    this.webSocket?.probe();
  }

  /** Detaches; the terminal keeps running. No more output is delivered; `ended` follows. */
  close(): void {
    this.silence();
    this.webSocket?.close();
  }

  /** Detaches at once. */
  dispose(): void {
    this.silence();
    this.webSocket?.dispose();
  }

  private silence(): void {
    this.waiting.clear();
    this.isPaused = false;
    this.flush();
  }

  private begin(webSocket: WebSocketConnection): void {
    this.webSocket = webSocket;
    webSocket.send(readyFrame);
  }

  private receive(frame: Buffer): void {
    const opcode = frame[0];
    if (opcode === ptyOpcodes.exit) this.exited(readExitFrame(frame));
    if (opcode !== ptyOpcodes.data || frame.length === 1) return;
    this.mask ??= new OutputMask(this.secrets());
    this.waiting.push(this.mask.mask(frame.subarray(1)));
    this.flush();
    if (this.place.hold(this.waiting.length)) this.webSocket?.pause();
  }

  /** The close normally follows at once, but a proxy may swallow it. */
  private exited(code: number | undefined): void {
    this.exit ??= { code };
    this.exitTimer ??= setTimeout(() => this.webSocket?.close(), exitMs);
  }

  private finish(end: TerminalEnd): void {
    this.end = end;
    clearTimeout(this.exitTimer);
    this.pacer.dispose();
    this.flush();
  }

  private flush(): void {
    // A listener may pause or resume while output is being delivered.
    if (this.isFlushing) return;
    this.isFlushing = true;
    try {
      while (!this.isPaused) {
        const bytes = this.waiting.shift();
        if (bytes === undefined) break;
        this.events.output(bytes);
      }
    } finally {
      this.isFlushing = false;
      this.place.hold(this.waiting.length);
    }
    if (this.isPaused) return;
    if (this.end && !this.isEndTold) {
      this.isEndTold = true;
      this.events.ended(this.end);
    }
    this.webSocket?.resume();
  }
}
