import { open, type FileHandle } from 'node:fs/promises';

/** Splits bytes at `\n` into text. It stops at the first byte that is not UTF-8 (API reference section 3.5). */
export class LineSplitter {
  private rest: Buffer[] = [];
  private broken = false;

  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1 && !this.broken; end = chunk.indexOf(10, start)) {
      this.take(chunk.subarray(start, end), lines);
      start = end + 1;
    }
    if (start < chunk.length && !this.broken) this.rest.push(chunk.subarray(start));
    return lines;
  }

  /** What came after the last `\n`. */
  end(): string[] {
    const lines: string[] = [];
    if (this.rest.length > 0) this.take(Buffer.alloc(0), lines);
    return lines;
  }

  private take(tail: Buffer, lines: string[]): void {
    const bytes = this.rest.length === 0 ? tail : Buffer.concat([...this.rest, tail]);
    this.rest = [];
    try {
      lines.push(utf8.decode(bytes));
    } catch {
      this.broken = true;
    }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const readBytes = 64 * 1024;

/** The output of one stream of one process: complete lines in a file, so that none of it stays in memory. */
export class OutputLog {
  private size = 0;
  private ended = false;
  private file: FileHandle | undefined;
  private next: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(private readonly path: string) {}

  /** How far it has been written. */
  get length(): number {
    return this.size;
  }

  /** Whether nothing will follow. */
  get isEnded(): boolean {
    return this.ended;
  }

  async append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));
    this.file ??= await open(this.path, 'a');
    await this.file.appendFile(bytes);
    this.size += bytes.length;
    this.wake();
  }

  async end(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
    this.ended = true;
    this.wake();
  }

  /** Resolves at the next line or at the end. */
  changed(): Promise<void> {
    if (this.next === undefined) {
      let resolve = (): void => undefined;
      const promise = new Promise<void>(done => (resolve = done));
      this.next = { promise, resolve };
    }
    return this.next.promise;
  }

  /** The lines from byte `from` up to byte `to`, a batch at a time. */
  async *read(from: number, to = this.size): AsyncGenerator<readonly string[], void, undefined> {
    if (from >= to) return;
    const file = await open(this.path, 'r');
    try {
      const splitter = new LineSplitter();
      for (let at = from; at < to;) {
        // A new buffer each time, since the splitter keeps the part after the last line.
        const { bytesRead, buffer } = await file.read(
          Buffer.alloc(readBytes),
          0,
          Math.min(readBytes, to - at),
          at,
        );
        if (bytesRead === 0) return;
        at += bytesRead;
        yield splitter.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  private wake(): void {
    this.next?.resolve();
    this.next = undefined;
  }
}
