import type { Duplex } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import type { DisposableLike } from '../../core/kernel/disposable';
import { ApiError, cancelledBy } from '../../core/kernel/errors';
import { bodyOf, rethrowing } from './bodyStreams';
import { cancelled, readStream, readWhole } from './exchange';
import { withCertificate } from './obstacle';
import { type HttpLibrary, loadUndici } from './route/httpLibrary';
import { lookupLoopback } from './route/lookup';
import { type NetworkOptions, parseProxy, routeTo } from './route/proxyRules';
import { socksConnector } from './route/socks';
import { trustOf } from './route/trust';
import { closedHere } from './transportErrors';
import type {
  StreamedResponse,
  StreamingTransport,
  StreamRequest,
  TransportRequest,
  TransportResponse,
  Upgraded,
} from './transport';

export interface UndiciTransportOptions {
  /** Called for each request; a change rebuilds the connections. */
  readonly network: () => NetworkOptions;
  /** Time to connect, handshake with proxy and server included; 10 s when absent. */
  readonly connectMs?: number;
  /** Answers longer than this are refused; 32 MiB when absent. */
  readonly maxBodyBytes?: number;
}

const defaultConnectMs = 10_000;

const defaultMaxBodyBytes = 32 * 1024 * 1024;

/** Connection pools. Requests that are read as a whole share few connections; a stream may hold one for any time. */
interface Lanes {
  readonly whole: Dispatcher;
  readonly streams: Dispatcher;
}

interface Connections {
  /** The options that they were made for. */
  readonly network: NetworkOptions;
  readonly direct: Lanes;
  readonly proxied: Lanes | undefined;
}

/** Sends requests over connections of its own, independently of the process-wide dispatcher. */
export class UndiciTransport implements StreamingTransport, DisposableLike {
  private connections: Connections | undefined;
  private readonly upgraded = new Set<Duplex>();
  private isDisposed = false;

  constructor(private readonly options: UndiciTransportOptions) {}

  async request(request: TransportRequest): Promise<TransportResponse> {
    const { whole } = await this.lanesFor(request);
    const answer = await this.explained(
      request,
      readWhole(whole, dispatchOptions(request), this.limits(request)),
    );
    if ('socket' in answer) throw new ApiError('schema', 'The server changed the protocol unasked');
    return answer;
  }

  async stream(request: StreamRequest): Promise<StreamedResponse> {
    const { streams } = await this.lanesFor(request);
    const body = bodyOf(request.body);
    const headers = { ...request.headers, ...body.headers };
    const options = dispatchOptions({ ...request, headers, body: body.content });
    return rethrowing(body, this.explained(request, readStream(streams, options, request.signal)));
  }

  async upgrade(request: TransportRequest, protocol: string): Promise<Upgraded | TransportResponse> {
    const { streams } = await this.lanesFor(request);
    const options = { ...dispatchOptions(request), upgrade: protocol };
    const answer = await this.explained(request, readWhole(streams, options, this.limits(request)));
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

  /** Cancels every exchange and upgraded connection under way, and refuses new ones. */
  dispose(): void {
    this.isDisposed = true;
    const open = this.connections;
    this.connections = undefined;
    for (const lane of lanesOf(open)) void lane.destroy();
    for (const socket of this.upgraded) socket.destroy(cancelled(false));
  }

  private async explained<T>(
    { url, signal }: Pick<TransportRequest, 'url' | 'signal'>,
    exchange: Promise<T>,
  ): Promise<T> {
    try {
      return await exchange;
    } catch (error) {
      throw await withCertificate(error, url, this.options.network(), signal);
    }
  }

  private limits({ signal, timeouts: { totalMs } }: TransportRequest) {
    return { signal, totalMs, maxBodyBytes: this.options.maxBodyBytes ?? defaultMaxBodyBytes };
  }

  private async lanesFor({ url, signal }: Pick<TransportRequest, 'url' | 'signal'>): Promise<Lanes> {
    const library = await loadUndici();
    if (signal.aborted) throw cancelledBy(signal, true);
    if (this.isDisposed) throw closedHere(true);
    const network = this.options.network();
    const connections = this.connectionsFor(network, library);
    if (routeTo(url, network).kind === 'direct') return connections.direct;
    if (connections.proxied) return connections.proxied;
    throw new ApiError('network', 'The proxy address is not a valid http, https or socks5 address', {
      code: 'PROXY_ADDRESS',
      undelivered: true,
    });
  }

  private connectionsFor(network: NetworkOptions, library: HttpLibrary): Connections {
    if (this.connections && areLike(this.connections.network, network)) return this.connections;
    // Exchanges under way finish on the old connections.
    for (const lane of lanesOf(this.connections)) void lane.close();
    this.connections = { network, ...connect(library, network, this.options.connectMs ?? defaultConnectMs) };
    return this.connections;
  }
}

/** Whether connections for the one serve the other. Asked for each request, so lists of certificates are not read. */
function areLike(one: NetworkOptions, other: NetworkOptions): boolean {
  return (
    one.proxyUrl === other.proxyUrl &&
    one.proxyAuthorization === other.proxyAuthorization &&
    one.strictSsl === other.strictSsl &&
    one.ca === other.ca
  );
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
  library: HttpLibrary,
  network: NetworkOptions,
  timeout: number,
): Omit<Connections, 'network'> {
  const { Agent, Pool, ProxyAgent } = library;
  const trust = trustOf(network);
  const connector = { timeout, ...trust };
  const reaching = { ...connector, lookup: lookupLoopback };
  const lanes = (make: (pool: Agent.Options) => Dispatcher): Lanes => ({
    whole: make({ ...keepAlive, connections: 16 }),
    streams: make(keepAlive),
  });
  const direct = lanes(pool => new Agent({ ...pool, connect: reaching }));
  const proxy =
    network.proxyUrl === undefined ? undefined : parseProxy(network.proxyUrl, network.proxyAuthorization);
  if (proxy === undefined) return { direct, proxied: undefined };
  if (proxy.kind === 'socks') {
    const throughProxy = socksConnector(library, proxy, { trust, timeoutMs: timeout });
    return { direct, proxied: lanes(pool => new Agent({ ...pool, connect: throughProxy })) };
  }
  const proxied = lanes(
    pool =>
      new ProxyAgent({
        ...pool,
        uri: proxy.origin,
        ...(proxy.token !== undefined && { token: proxy.token }),
        requestTls: connector,
        proxyTls: connector,
        // Without this, a proxy that accepts and does not answer would hold a request for five minutes.
        clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: timeout }),
      }),
  );
  return { direct, proxied };
}

/** Long enough for the next poll, short enough that servers do not close first. */
const keepAlive = { keepAliveTimeout: 30_000, keepAliveMaxTimeout: 120_000 };
