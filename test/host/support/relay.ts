import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { apiUrl } from './emulatorClient';

/** An answer as the extension gets it. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Passes a request on; passes it on and drops its response, or never answers; never answers nor passes it on; answers
 * it; or changes the response.
 */
export type Verdict =
  | 'pass'
  | 'loseAnswer'
  | 'keepAnswer'
  | 'keepRequest'
  | Answer
  | { readonly change: (answer: Answer) => Answer };

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
      if (verdict === 'keepRequest') incoming.resume();
      else if (typeof verdict === 'object' && 'status' in verdict) {
        incoming.resume();
        answerWith(outgoing, verdict);
      } else forward(incoming, outgoing, verdict);
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

function answerWith(outgoing: ServerResponse, { status, body }: Answer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  verdict: Exclude<Verdict, 'keepRequest' | Answer>,
): void {
  const { method, headers, url } = incoming;
  const onward = request(new URL(url ?? '/', apiUrl), { method, headers }, answer => {
    if (verdict === 'pass') {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
      return;
    }
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (verdict === 'loseAnswer') outgoing.destroy();
      else if (typeof verdict === 'object')
        answerWith(outgoing, verdict.change({ status: answer.statusCode ?? 500, body }));
    });
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
