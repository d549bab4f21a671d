import { connect, createServer, type Socket } from 'node:net';
import { listen } from './loopbackServer';

/** What is asked of a SOCKS5 proxy. */
interface Asked {
  /** `host:port` as the client named it. */
  readonly target: string;
  /** `name:password`, where the proxy asked for them. */
  readonly credentials: string | undefined;
}

export interface SocksProxy {
  /** `socks5://host:port`. */
  readonly origin: string;
  readonly asked: readonly Asked[];
  /** How many clients are connected. */
  readonly clients: () => number;
  stop(): Promise<void>;
}

interface Behaviour {
  /** The port of this machine that all is led to. */
  readonly target?: number;
  /** `name:password` that the client must give. */
  readonly credentials?: string;
  /** The code of the answer to a request (RFC 1928, section 6); 0 by default. */
  readonly reply?: number;
  /** What it does instead of greeting the client. */
  readonly greeting?: 'silence' | 'close';
}

/** A SOCKS5 proxy (RFC 1928 and 1929) for tests, which leads everything to one port. */
export async function startSocksProxy(behaviour: Behaviour): Promise<SocksProxy> {
  const asked: Asked[] = [];
  const clients = new Set<Socket>();
  const server = createServer(client => {
    clients.add(client);
    client.on('error', () => undefined).on('close', () => clients.delete(client));
    if (behaviour.greeting === 'silence') client.resume();
    else if (behaviour.greeting === 'close') client.destroy();
    else void serve(client, behaviour, asked).catch(() => client.destroy());
  });
  const port = await listen(server);
  return {
    origin: `socks5://127.0.0.1:${port}`,
    asked,
    clients: () => clients.size,
    stop: async () => {
      for (const client of clients) client.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function serve(client: Socket, behaviour: Behaviour, asked: Asked[]): Promise<void> {
  const read = reader(client);
  const [, methods = 0] = await read(2);
  const offered = [...(await read(methods))];
  const method = behaviour.credentials === undefined ? 0 : 2;
  if (!offered.includes(method)) {
    client.end(Buffer.from([5, 0xff]));
    return;
  }
  client.write(Buffer.from([5, method]));
  let credentials: string | undefined;
  if (method === 2) {
    const [, nameLength = 0] = await read(2);
    const name = (await read(nameLength)).toString();
    const [passwordLength = 0] = await read(1);
    credentials = `${name}:${(await read(passwordLength)).toString()}`;
    const isRight = credentials === behaviour.credentials;
    client.write(Buffer.from([1, isRight ? 0 : 1]));
    if (!isRight) return;
  }
  const [, , , kind] = await read(4);
  const host = await readHost(read, kind);
  asked.push({ target: `${host}:${(await read(2)).readUInt16BE()}`, credentials });
  const { reply = 0, target = 0 } = behaviour;
  const answer = Buffer.from([5, reply, 0, 1, 127, 0, 0, 1, 0, 80]);
  if (reply !== 0) {
    client.end(answer);
    return;
  }
  const upstream = connect(target, '127.0.0.1', () => {
    client.write(answer);
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
}

type Read = (bytes: number) => Promise<Buffer>;

async function readHost(read: Read, kind: number | undefined): Promise<string> {
  if (kind === 1) return [...(await read(4))].join('.');
  if (kind === 4) return (await read(16)).toString('hex');
  const [length = 0] = await read(1);
  return (await read(length)).toString();
}

/** Reads exactly so many bytes, and leaves what follows. */
function reader(socket: Socket): Read {
  return async bytes => {
    for (;;) {
      const chunk: unknown = bytes === 0 ? Buffer.alloc(0) : socket.read(bytes);
      if (Buffer.isBuffer(chunk) && chunk.length === bytes) return chunk;
      if (socket.readableEnded || socket.destroyed) throw new Error('The client left');
      await new Promise(resolve => socket.once('readable', resolve).once('close', resolve));
    }
  };
}
