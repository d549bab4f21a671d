import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import type * as undici from 'undici';
import type { Agent, Dispatcher } from 'undici';
import type { DisposableLike } from '../../core/kernel/disposable';
import { ApiError } from '../../core/kernel/errors';
import { bodyOf, rethrowing } from './bodyStreams';
import { cancelled, readStream, readWhole } from './exchange';
import { type NetworkOptions, parseProxy, usesProxy } from './proxyRules';
import type {
  StreamedResponse,
  StreamingTransport,
  StreamRequest,
  TransportRequest,
  TransportResponse,
  Upgraded,
} from './transport';

type Undici = Pick<typeof undici, 'Agent' | 'Pool' | 'ProxyAgent'>;

let loading: Promise<Undici> | undefined;

/** Loaded at the first request: evaluating it takes tens of milliseconds. */
function loadUndici(): Promise<Undici> {
  loading ??= import('undici').catch((error: unknown) => {
    loading = undefined;
    const details = { code: 'LIBRARY_MISSING', undelivered: true, cause: error };
    throw new ApiError('network', 'The HTTP library could not be loaded', details);
  });
  return loading;
}

export interface UndiciTransportOptions {
  /** Asked at each request; a change rebuilds the connections. */
  readonly network: () => NetworkOptions;
  /** Time to connect, handshake with proxy and server included; 10 s when absent. */
  readonly connectMs?: number;
  /** Answers longer than this are refused; 32 MiB when absent. */
  readonly maxBodyBytes?: number;
}

const defaultConnectMs = 10_000;

const defaultMaxBodyBytes = 32 * 1024 * 1024;

/** Where requests leave from. Requests that are read whole share few connections; a stream holds one as long as it likes. */
interface Lanes {
  readonly whole: Dispatcher;
  readonly streams: Dispatcher;
}

interface Connections {
  readonly key: string;
  readonly direct: Lanes;
  readonly proxied: Lanes | undefined;
}

/** Sends requests over connections of its own: nothing here touches, or is touched by, the process-wide dispatcher. */
export class UndiciTransport implements StreamingTransport, DisposableLike {
  private connections: Connections | undefined;
  private readonly upgraded = new Set<Duplex>();
  private isDisposed = false;

  constructor(private readonly options: UndiciTransportOptions) {}

  async request(request: TransportRequest): Promise<TransportResponse> {
    const { whole } = await this.lanesFor(request);
    const answer = await readWhole(whole, dispatchOptions(request), this.limits(request));
    if ('socket' in answer) throw new ApiError('schema', 'The server changed the protocol unasked');
    return answer;
  }

  async stream(request: StreamRequest): Promise<StreamedResponse> {
    const { streams } = await this.lanesFor(request);
    const body = bodyOf(request.body);
    const headers = { ...request.headers, ...body.headers };
    const options = dispatchOptions({ ...request, headers, body: body.content });
    return rethrowing(body, readStream(streams, options, request.signal));
  }

  async upgrade(request: TransportRequest, protocol: string): Promise<Upgraded | TransportResponse> {
    const { streams } = await this.lanesFor(request);
    const options = { ...dispatchOptions(request), upgrade: protocol };
    const answer = await readWhole(streams, options, this.limits(request));
    if (!('socket' in answer)) return answer;
    const { socket } = answer;
    if (this.isDisposed) {
      socket.destroy();
      throw cancelled(false);
    }
    this.upgraded.add(socket);
    socket.once('close', () => this.upgraded.delete(socket));
    return answer;
  }

  /** Ends every exchange and every upgraded connection under way as cancelled, and refuses further ones. */
  dispose(): void {
    this.isDisposed = true;
    const open = this.connections;
    this.connections = undefined;
    for (const lane of lanesOf(open)) void lane.destroy();
    for (const socket of this.upgraded) socket.destroy(cancelled(false));
  }

  private limits({ signal, timeouts: { totalMs } }: TransportRequest) {
    return { signal, totalMs, maxBodyBytes: this.options.maxBodyBytes ?? defaultMaxBodyBytes };
  }

  private async lanesFor({ url, signal }: Pick<TransportRequest, 'url' | 'signal'>): Promise<Lanes> {
    const library = await loadUndici();
    if (this.isDisposed || signal.aborted) throw cancelled(true);
    const network = this.options.network();
    const connections = this.connectionsFor(network, library);
    if (!usesProxy(url, network)) return connections.direct;
    if (connections.proxied) return connections.proxied;
    throw new ApiError('network', 'The proxy address is not a valid http or https address', {
      code: 'PROXY_ADDRESS',
      undelivered: true,
    });
  }

  private connectionsFor(network: NetworkOptions, library: Undici): Connections {
    const key = JSON.stringify([network.proxyUrl, network.strictSsl, network.ca]);
    if (this.connections?.key === key) return this.connections;
    // Exchanges under way finish on the old connections.
    for (const lane of lanesOf(this.connections)) void lane.close();
    this.connections = { key, ...connect(library, network, this.options.connectMs ?? defaultConnectMs) };
    return this.connections;
  }
}

function lanesOf(connections: Connections | undefined): readonly Dispatcher[] {
  return [connections?.direct, connections?.proxied].flatMap(lanes =>
    lanes === undefined ? [] : [lanes.whole, lanes.streams],
  );
}

function dispatchOptions({
  method,
  url,
  headers,
  body,
  timeouts,
}: Omit<StreamRequest, 'signal' | 'body'> & {
  readonly body?: Dispatcher.DispatchOptions['body'];
}): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers },
    body: body ?? null,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
  };
}

function connect(
  { Agent, Pool, ProxyAgent }: Undici,
  network: NetworkOptions,
  timeout: number,
): Omit<Connections, 'key'> {
  const connector = {
    timeout,
    rejectUnauthorized: network.strictSsl,
    ...(network.ca && network.ca.length > 0 && { secureContext: trusting(network.ca) }),
  };
  const reaching = { ...connector, lookup: lookupLoopback };
  const lanes = (make: (pool: Agent.Options) => Dispatcher): Lanes => ({
    whole: make({ ...keepAlive, connections: 16 }),
    streams: make(keepAlive),
  });
  const direct = lanes(pool => new Agent({ ...pool, connect: reaching }));
  const proxy = network.proxyUrl === undefined ? undefined : parseProxy(network.proxyUrl);
  if (proxy === undefined) return { direct, proxied: undefined };
  const proxied = lanes(
    pool =>
      new ProxyAgent({
        ...pool,
        uri: proxy.origin,
        ...(proxy.token !== undefined && { token: proxy.token }),
        requestTls: connector,
        proxyTls: connector,
        // A proxy that accepts and then keeps silent would otherwise hold a request for five minutes.
        clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: timeout }),
      }),
  );
  return { direct, proxied };
}

/** Long enough to serve the next poll, short enough to be given up before servers do. */
const keepAlive = { keepAliveTimeout: 30_000, keepAliveMaxTimeout: 120_000 };

/** Built once per set of connections: parsing the runtime's own list takes milliseconds. */
function trusting(ca: readonly string[]): tls.SecureContext {
  // Absent before Node 22.15, whatever its type says.
  const hasDefaults = 'getCACertificates' in tls;
  const defaults = hasDefaults ? tls.getCACertificates('default') : tls.rootCertificates;
  return tls.createSecureContext({ ca: [...defaults, ...ca] });
}

/**
 * Resolves host names, those below `localhost` to 127.0.0.1: not every system's resolver knows them, and none may be
 * asked, lest somebody else's server answers for this machine (RFC 6761, section 6.3).
 */
const lookupLoopback: LookupFunction = (hostname, options, callback) => {
  if (!/\.localhost\.?$/i.test(hostname)) lookup(hostname, options, callback);
  else if (options.all === true) process.nextTick(callback, null, [{ address: '127.0.0.1', family: 4 }]);
  else process.nextTick(callback, null, '127.0.0.1', 4);
};
