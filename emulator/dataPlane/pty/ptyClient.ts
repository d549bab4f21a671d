import type { WebSocket } from 'ws';
import type { GuestClock } from '../machine/guestClock';
import { closeCodes, exitFrame, outputFrames, parseFrame } from './ptyProtocol';
import type { PtySession, PtyViewer } from './ptySession';

const mebibyte = 1024 * 1024;
const pingMs = 30_000;
/** A client with this many frames outstanding is closed once it has taken none for `stallMs` or has `mostWaiting` bytes queued. */
const mostOutstanding = 4_096;
const stallMs = 250;
const mostWaiting = 64 * mebibyte;
const inputWindowMs = 1_000;

/** One WebSocket on a terminal (API reference section 3.7). */
export class PtyClient implements PtyViewer {
  private isReady = false;
  private waiting: Buffer[];
  private waitingBytes = 0;
  private outstanding = 0;
  /** Frames that the client has taken. */
  private taken = 0;
  private isWatched = false;
  private isAlive = true;
  private inputSinceMs = 0;
  private inputBytes = 0;
  private exitCode: number | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly session: PtySession,
    private readonly clock: GuestClock,
    private readonly isLegacyExit: boolean,
  ) {
    this.waiting = [...session.replay()];
    const stopPings = clock.every(pingMs, () => this.ping());
    socket.on('message', (data, isBinary) => {
      this.isAlive = true;
      if (isBinary && Buffer.isBuffer(data)) this.receive(data);
    });
    socket.on('pong', () => (this.isAlive = true));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      stopPings();
      session.detach(this);
    });
  }

  output(chunk: Buffer): void {
    if (this.isReady) {
      this.send(chunk);
      return;
    }
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.waitingBytes > mebibyte) this.close(closeCodes.policy, 'pre-ready buffer overflow');
  }

  /** Reports the end of the program; a client that is not ready yet gets the report once it is. */
  exited(code: number): void {
    this.exitCode = code;
    if (!this.isReady) return;
    if (!this.isLegacyExit) this.socket.send(exitFrame(code));
    this.close(closeCodes.normal, `exit:${code}`);
  }

  close(code: number, reason: string): void {
    this.waiting = [];
    this.socket.close(code, reason);
  }

  private receive(data: Buffer): void {
    const frame = parseFrame(data);
    if (frame === undefined || this.socket.readyState !== this.socket.OPEN) return;
    if (frame.kind === 'ready') this.begin();
    else if (frame.kind === 'resize') this.session.resize(frame);
    else if (this.isWithinRate(frame.bytes.length)) this.session.input(frame.bytes);
    else this.close(closeCodes.policy, 'input rate limit exceeded');
  }

  private begin(): void {
    if (this.isReady) return;
    this.isReady = true;
    const history = Buffer.concat(this.waiting);
    this.waiting = [];
    if (history.length > 0) this.send(history);
    if (this.exitCode !== undefined) this.exited(this.exitCode);
  }

  private send(bytes: Buffer): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    for (const frame of outputFrames(bytes)) {
      this.outstanding += 1;
      this.socket.send(frame, () => {
        this.outstanding -= 1;
        this.taken += 1;
      });
    }
    if (this.outstanding > mostOutstanding) this.watchProgress();
    if (this.outstanding > mostOutstanding && this.socket.bufferedAmount > mostWaiting) this.lag();
  }

  /**
   * Closes a client that takes nothing for `stallMs`. A burst alone is no reason to close: a client that keeps reading gets
   * all of it. Measured in real time, not in that of the guest, and after what was taken has been reported: a busy turn of
   * this process is not the client's fault.
   */
  private watchProgress(): void {
    if (this.isWatched) return;
    this.isWatched = true;
    const before = this.taken;
    setTimeout(() => {
      setImmediate(() => {
        this.isWatched = false;
        if (this.outstanding <= mostOutstanding) return;
        if (this.taken === before) this.lag();
        else this.watchProgress();
      });
    }, stallMs).unref();
  }

  private lag(): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.close(closeCodes.policy, `output lagged by ${this.outstanding} messages`);
  }

  private isWithinRate(bytes: number): boolean {
    const now = this.clock.now();
    if (now - this.inputSinceMs >= inputWindowMs) {
      this.inputSinceMs = now;
      this.inputBytes = 0;
    }
    this.inputBytes += bytes;
    return this.inputBytes <= mebibyte;
  }

  private ping(): void {
    if (!this.isAlive) {
      this.socket.terminate();
      return;
    }
    this.isAlive = false;
    this.socket.ping();
  }
}
