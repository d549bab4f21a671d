import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A silent stream is kept open by a comment about this often (API reference section 3.5). */
const keepAliveMs = 15_000;

/** One `text/event-stream` answer, written at the speed the client reads. */
export class EventStream {
  private readonly stopKeepAlive: () => void;

  constructor(
    private readonly response: ServerResponse,
    clock: { every(ms: number, run: () => void): () => void },
    heartbeatFrames = false,
  ) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.flushHeaders();
    const keepAlive = heartbeatFrames ? 'data: {"type":"heartbeat"}\n\n' : ':\n\n';
    this.stopKeepAlive = clock.every(keepAliveMs, () => response.write(keepAlive));
    response.on('close', this.stopKeepAlive);
    if (response.destroyed) this.stopKeepAlive();
  }

  get isOpen(): boolean {
    return !this.response.destroyed;
  }

  /** Sends one frame, with a name where the endpoint gives its frames one. */
  async send(data: object, name?: string): Promise<void> {
    await this.write(frame(data, name));
  }

  /** Sends several frames in one piece. */
  async sendAll(items: readonly object[], name?: string): Promise<void> {
    if (items.length > 0) await this.write(items.map(item => frame(item, name)).join(''));
  }

  end(): void {
    this.stopKeepAlive();
    this.response.end();
  }

  private async write(text: string): Promise<void> {
    const { response } = this;
    if (response.destroyed || response.write(text)) return;
    const gone = new AbortController();
    const abort = (): void => gone.abort();
    response.once('close', abort);
    await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
    response.off('close', abort);
  }
}

function frame(data: object, name: string | undefined): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}
