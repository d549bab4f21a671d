import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Attack } from '../attack';
import { Reply } from './reply';
import { readRequests, type RogueRequest } from './request';
import { answerHonestly } from './world';

/** Where the tests choose the attack, and ask what was requested. */
const control = '/_rogue';

/** A server on a raw socket that attacks when it is told to, and else answers as the service does. */
export class RogueServer {
  private readonly sockets = new Set<Socket>();
  private attack: Attack | undefined;
  /** Requests since the attack began. */
  private requests = 0;
  private met = 0;

  private constructor(private readonly attacks: readonly Attack[]) {}

  static async start(attacks: readonly Attack[], port = 0): Promise<{ readonly url: string; stop(): void }> {
    const rogue = new RogueServer(attacks);
    const server = createServer({ noDelay: true }, socket => rogue.serve(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const address = server.address() as AddressInfo;
    const stop = (): void => {
      server.close();
      rogue.hangUp();
    };
    return { url: `http://127.0.0.1:${address.port}`, stop };
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    readRequests(socket, async request => {
      const reply = new Reply(socket, request);
      if (request.path.startsWith(control)) this.obey(request, reply, socket);
      else await this.answer(request, reply);
    });
  }

  private async answer(request: RogueRequest, reply: Reply): Promise<void> {
    const { attack } = this;
    this.requests += 1;
    if (!attack?.meets.test(`${request.method} ${request.path}`)) {
      answerHonestly(request, reply);
      return;
    }
    const count = this.met;
    this.met += 1;
    await attack.answer(request, reply, count);
  }

  /** `POST /_rogue/attack/NAME` begins an attack, `DELETE /_rogue/attack` ends it, `GET /_rogue` counts requests. */
  private obey({ method, path }: RogueRequest, reply: Reply, socket: Socket): void {
    const counts = { requests: this.requests, met: this.met };
    if (method !== 'GET') {
      const name = path.slice(`${control}/attack/`.length);
      this.attack = this.attacks.find(each => each.name === name);
      this.requests = 0;
      this.met = 0;
      for (const other of this.sockets) if (other !== socket) other.destroy();
    }
    reply.json(counts);
  }

  private hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
