import { createHash } from 'node:crypto';
import { Duplex } from 'node:stream';
import type { StreamingTransport } from '../../src/api/http/transport';

/** A socket whose other end is the test. */
export class Wire extends Duplex {
  readonly sent: Buffer[] = [];
  private readonly unread: (() => void)[] = [];

  /** @param isRead whether the other end reads what is sent, from the start */
  constructor(private isRead = true) {
    super();
  }

  /** The other end begins to read. */
  beginReading(): void {
    this.isRead = true;
    for (const done of this.unread.splice(0)) done();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.sent.push(chunk);
    if (this.isRead) done();
    else this.unread.push(done);
  }
}

/** A transport whose upgraded socket is a wire. */
export function upgradingTo(wire: Wire): StreamingTransport {
  const none = () => Promise.reject(new Error('Only upgrades are expected'));
  return {
    request: none,
    stream: none,
    upgrade: ({ headers }) => {
      const key = headers['sec-websocket-key'] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      return Promise.resolve({ status: 101, headers: { 'sec-websocket-accept': accept }, socket: wire });
    },
  };
}
