import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { apiUrl } from './emulatorClient';

/** Passes a request on, drops its response, or answers it. */
export type Verdict = 'pass' | 'loseAnswer' | { readonly status: number; readonly body: string };

/** A proxy between the extension and the emulator that can drop and fake responses. */
export class Relay {
  private constructor(
    readonly url: string,
    private readonly server: Server,
    private readonly seen: { readonly listings: number },
  ) {}

  static async start(judge: (method: string, path: string) => Verdict): Promise<Relay> {
    const seen = { listings: 0 };
    const server = createServer((incoming, outgoing) => {
      if (incoming.method === 'GET' && /\/sandboxes(\?|$)/.test(incoming.url ?? '')) seen.listings += 1;
      const verdict = judge(incoming.method ?? '', incoming.url ?? '');
      if (typeof verdict === 'object') {
        incoming.resume();
        outgoing.writeHead(verdict.status, { 'content-type': 'application/json' }).end(verdict.body);
      } else forward(incoming, outgoing, verdict === 'loseAnswer');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address() as AddressInfo;
    return new Relay(`http://127.0.0.1:${address.port}`, server, seen);
  }

  /** Number of listings requested through it: above 0 once the extension uses it. */
  get listingCount(): number {
    return this.seen.listings;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, loseAnswer: boolean): void {
  const { method, headers, url } = incoming;
  const onward = request(new URL(url ?? '/', apiUrl), { method, headers }, answer => {
    if (loseAnswer) {
      answer.resume();
      answer.once('end', () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
