import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Box } from './harness';

const created = z.strictObject({
  session_id: z.string().regex(/^[\w-]{21}$/),
  token: z.string().regex(/^[0-9a-f]{64}$/),
});

export type PtyHandle = z.output<typeof created>;

export async function createPty(box: Box, script: string, more: object = {}): Promise<PtyHandle> {
  return created.parse(
    await box.json(201, 'POST', '/api/v1/pty', { command: 'sh', args: ['-c', script], ...more }),
  );
}

export function ptyPath({ session_id }: PtyHandle): string {
  return `/api/v1/pty/${session_id}/ws`;
}

const ready = Buffer.of(2);

/** A client of a terminal that records all output. */
export class Viewer {
  output = Buffer.alloc(0);
  readonly frames: Buffer[] = [];
  private readonly closing: Promise<readonly [number, string]>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.frames.push(data);
      if (data[0] === 0) this.output = Buffer.concat([this.output, data.subarray(1)]);
    });
    socket.on('error', () => undefined);
    this.closing = new Promise(resolve => {
      socket.once('close', (code, reason) => resolve([code, reason.toString()]));
    });
  }

  static async attach(box: Box, handle: PtyHandle, isReady = true): Promise<Viewer> {
    const socket = box.socket(ptyPath(handle), { 'x-pty-token': handle.token });
    const viewer = new Viewer(socket);
    await once(socket, 'open');
    if (isReady) viewer.ready();
    return viewer;
  }

  get text(): string {
    return this.output.toString();
  }

  ready(): void {
    this.socket.send(ready);
  }

  type(text: string | Buffer): void {
    this.socket.send(Buffer.concat([Buffer.of(0), Buffer.from(text)]));
  }

  /** Waits until the output contains `mark`. */
  async until(mark: string): Promise<string> {
    while (!this.text.includes(mark)) await once(this.socket, 'message');
    return this.text;
  }

  /** The code and the reason of the close frame. */
  closed(): Promise<readonly [number, string]> {
    return this.closing;
  }
}
