import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';
import type { DisposableLike } from '../../core/kernel/disposable';
import { ApiError, cancelledBy } from '../../core/kernel/errors';
import { bodyOf, rethrowing } from './bodies/bodyStreams';
import { askAgain } from './askAgain';
import { cancelled, readStream, readWhole } from './exchange';
import { withCertificate } from './errors/obstacle';
import { type HttpLibrary, loadUndici } from './route/httpLibrary';
import { lookupLoopback } from './route/lookup';
import { type NetworkOptions, parseProxy, routeTo } from './route/proxyRules';
import { reaching } from './route/reaching';
import { socksConnector } from './route/socks';
import { trustOf } from './route/trust';
import { systemTime } from './times/systemTime';
import { closedHere } from './errors/transportErrors';
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
  /** A read that is not answered so long is sent once more; 5 s when absent. */
  readonly silentMs?: number;
  /** As `Clock.elapsed`; the machine's when absent. */
  readonly elapsed?: () => number;
  /** Resolves host names; as the machine does when absent. */
  readonly lookup?: LookupFunction;
}

const defaultConnectMs = 10_000;

const defaultMaxBodyBytes = 32 * 1024 * 1024;

const defaultSilentMs = 5_000;

/** Connections that nothing went through for so long are not used again: their own timers stand still in sleep. */
const unusedMs = 60_000;

/** Slow answers are not asked for twice more often than this. */
const renewedAtMostMs = 60_000;

/** Connection pools. Requests that are read as a whole share few connections; a stream may hold one for any time. */
interface Lanes {
  /** For what changes nothing, and may be sent again when a connection turns out to be dead. */
  readonly reads: Dispatcher;
  /** The same, for reads that wait for no others. */
  readonly apart: Dispatcher;
  /** For what may not be sent again. */
  readonly writes: Dispatcher;
  readonly streams: Dispatcher;
}

interface Connections {
  /** The options that they were made for. */
  readonly network: NetworkOptions;
  readonly library: HttpLibrary;
  readonly direct: Lanes;
  readonly proxied: Lanes | undefined;
}

/** Sends requests over connections of its own, independently of the process-wide dispatcher. */
export class UndiciTransport implements StreamingTransport, DisposableLike {
  private connections: Connections | undefined;
  private lastUsedAtMs = 0;
  private renewedAtMs = -Infinity;
  private readonly upgraded = new Set<Duplex>();
  private isDisposed = false;

  constructor(private readonly options: UndiciTransportOptions) {}

  async request(request: TransportRequest): Promise<TransportResponse> {
    const { connections, network, lanes } = await this.lanesFor(request);
    const options = dispatchOptions(request);
    const limits = this.limits(request);
    const readsOf = (of: Lanes): Dispatcher => (request.isApart === true ? of.apart : of.reads);
    const exchange =
      request.method === 'GET' || request.method === 'HEAD'
        ? askAgain(
            onHead => readWhole(readsOf(lanes), options, limits, onHead),
            onHead => {
              const renewed = this.renew(connections);
              if (!renewed) return undefined;
              return readWhole(readsOf(lanesOf(renewed, network, request)), options, limits, onHead);
            },
            this.options.silentMs ?? defaultSilentMs,
          )
        : readWhole(lanes.writes, options, limits).answer;
    const answer = await this.explained(request, exchange);
    this.lastUsedAtMs = limits.elapsed();
    if ('socket' in answer) throw new ApiError('schema', 'The server changed the protocol unasked');
    return answer;
  }

  async stream(request: StreamRequest): Promise<StreamedResponse> {
    const { lanes } = await this.lanesFor(request);
    const body = bodyOf(request.body);
    const headers = { ...request.headers, ...body.headers };
    const options = dispatchOptions({ ...request, headers, body: body.content });
    return rethrowing(body, this.explained(request, readStream(lanes.streams, options, request.signal)));
  }

  async upgrade(request: TransportRequest, protocol: string): Promise<Upgraded | TransportResponse> {
    const { lanes } = await this.lanesFor(request);
    const options = { ...dispatchOptions(request), upgrade: protocol };
    const answer = await this.explained(
      request,
      readWhole(lanes.streams, options, this.limits(request)).answer,
    );
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
    for (const lane of everyLane(open)) void lane.destroy();
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
    const { elapsed = systemTime.elapsed, maxBodyBytes = defaultMaxBodyBytes } = this.options;
    return { signal, totalMs, elapsed, maxBodyBytes };
  }

  private async lanesFor(request: Pick<TransportRequest, 'url' | 'signal'>): Promise<{
    readonly connections: Connections;
    readonly network: NetworkOptions;
    readonly lanes: Lanes;
  }> {
    const library = await loadUndici();
    if (request.signal.aborted) throw cancelledBy(request.signal, true);
    if (this.isDisposed) throw closedHere(true);
    // Which hosts are reached without the proxy may have changed since the connections were made.
    const network = this.options.network();
    const connections = this.connectionsFor(network, library);
    return { connections, network, lanes: lanesOf(connections, network, request) };
  }

  private connectionsFor(network: NetworkOptions, library: HttpLibrary): Connections {
    const { elapsed = systemTime.elapsed } = this.options;
    const unusedSinceMs = this.lastUsedAtMs;
    this.lastUsedAtMs = elapsed();
    const isUnused = this.lastUsedAtMs - unusedSinceMs > unusedMs;
    if (this.connections && !isUnused && areLike(this.connections.network, network)) return this.connections;
    return this.connectAnew(network, library);
  }

  private connectAnew(network: NetworkOptions, library: HttpLibrary): Connections {
    // Exchanges under way finish on the old connections; idle ones are closed.
    for (const lane of everyLane(this.connections)) void lane.close();
    const { connectMs = defaultConnectMs, lookup = lookupLoopback } = this.options;
    this.connections = { network, library, ...connect(library, network, { timeout: connectMs, lookup }) };
    return this.connections;
  }

  /** Connections made after these, to which a server did not answer; none where they were renewed lately. */
  private renew(old: Connections): Connections | undefined {
    const now = this.connections;
    if (now !== old) return now && areLike(now.network, old.network) ? now : undefined;
    const { elapsed = systemTime.elapsed } = this.options;
    const atMs = elapsed();
    if (atMs - this.renewedAtMs < renewedAtMostMs) return undefined;
    this.renewedAtMs = atMs;
    return this.connectAnew(old.network, old.library);
  }
}

/** @throws ApiError when the way leads through a proxy whose address is wrong */
function lanesOf(
  { direct, proxied }: Connections,
  network: NetworkOptions,
  { url }: Pick<TransportRequest, 'url'>,
): Lanes {
  if (routeTo(url, network).kind === 'direct') return direct;
  if (proxied) return proxied;
  throw new ApiError('network', 'The proxy address is not a valid http, https or socks5 address', {
    code: 'PROXY_ADDRESS',
    undelivered: true,
  });
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

function everyLane(connections: Connections | undefined): readonly Dispatcher[] {
  return [connections?.direct, connections?.proxied].flatMap(lanes =>
    lanes === undefined ? [] : [lanes.reads, lanes.apart, lanes.writes, lanes.streams],
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
  { timeout, lookup }: { readonly timeout: number; readonly lookup: LookupFunction },
): Pick<Connections, 'direct' | 'proxied'> {
  const { Agent, Pool, ProxyAgent } = library;
  const trust = trustOf(network);
  const connector = { ...reaching, timeout, ...trust };
  const lanes = (make: (pool: Agent.Options) => Dispatcher): Lanes => ({
    reads: make({ ...keepAlive.reads, connections: 16 }),
    apart: make({ ...keepAlive.reads, connections: 16 }),
    writes: make({ ...keepAlive.others, connections: 16 }),
    streams: make(keepAlive.others),
  });
  const direct = lanes(pool => new Agent({ ...pool, connect: { ...connector, lookup } }));
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

/**
 * For reads long enough for the next poll, short enough that servers do not close first. Anything else must not get into
 * a connection that died while it was idle: what is not known to have been delivered would not be sent again.
 */
const keepAlive = {
  reads: { keepAliveTimeout: 30_000, keepAliveMaxTimeout: unusedMs },
  others: { keepAliveTimeout: 5_000, keepAliveMaxTimeout: 5_000 },
} as const;
