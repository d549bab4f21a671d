import { Duplex } from 'node:stream';

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
