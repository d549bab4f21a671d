import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { RogueRequest } from './request';

/** The connection to answer on. What is written is neither checked nor completed: that is for the attacks. */
export class Reply {
  constructor(
    private readonly socket: Socket,
    private readonly request: RogueRequest,
  ) {}

  /** Whether the client still listens. */
  get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  /** An answer as it should be. */
  json(body: unknown, status = 200, headers: readonly string[] = []): void {
    this.text(JSON.stringify(body), status, ['Content-Type: application/json', ...headers]);
  }

  text(body: string | Buffer, status = 200, headers: readonly string[] = []): void {
    const bytes = Buffer.from(body);
    this.head(status, [...headers, `Content-Length: ${bytes.length}`]);
    this.socket.write(bytes);
  }

  /** The beginning of an answer; without a `Content-Length` its body ends with the connection. */
  head(status: number, headers: readonly string[]): void {
    this.socket.write([`HTTP/1.1 ${status} Rogue`, ...headers, '', ''].join('\r\n'));
  }

  /** Waits until the client has taken it, or has gone. */
  async write(bytes: string | Uint8Array): Promise<void> {
    const { socket } = this;
    if (!this.isOpen || socket.write(bytes)) return;
    await new Promise<void>(resolve => {
      const settle = (): void => {
        socket.off('drain', settle).off('close', settle);
        resolve();
      };
      socket.on('drain', settle).on('close', settle);
    });
  }

  /** Writes the same again and again, as fast as the client takes it, until it goes. */
  async flood(bytes: string | Uint8Array): Promise<void> {
    const chunk = Buffer.from(bytes);
    while (this.isOpen) {
      await this.write(chunk);
      // A write that was taken at once does not let anything else happen.
      await new Promise(setImmediate);
    }
  }

  /** Accepts a WebSocket. Frames follow by `write`. */
  upgrade(): void {
    const key = this.request.headers.get('sec-websocket-key') ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    this.head(101, ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]);
  }

  end(): void {
    this.socket.end();
  }
}
