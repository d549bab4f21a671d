import * as tls from 'node:tls';
import type * as undici from 'undici';
import type { Dispatcher } from 'undici';
import type { DisposableLike } from '../core/disposable';
import { ApiError } from '../core/errors';
import { keepingDispatcherSlots } from './dispatcherSlots';
import type { NetworkOptions } from './proxyRules';
import { parseProxy, usesProxy } from './proxyRules';
import type { Transport, TransportRequest, TransportResponse } from './transport';
import { transportError } from './transportErrors';

type Undici = Pick<typeof undici, 'Agent' | 'Pool' | 'ProxyAgent'>;

let loading: Promise<Undici> | undefined;

/** Loaded at the first request: evaluating it takes tens of milliseconds. */
function loadUndici(): Promise<Undici> {
  loading ??= keepingDispatcherSlots<Undici>(() => import('undici')).catch((error: unknown) => {
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

interface Connections {
  readonly key: string;
  readonly direct: Dispatcher;
  readonly proxied: Dispatcher | undefined;
}

/** Sends requests over connections of its own: nothing here touches, or is touched by, the process-wide dispatcher. */
export class UndiciTransport implements Transport, DisposableLike {
  private connections: Connections | undefined;
  private isDisposed = false;

  constructor(private readonly options: UndiciTransportOptions) {}

  async request(request: TransportRequest): Promise<TransportResponse> {
    const library = await loadUndici();
    if (request.signal.aborted) throw cancelled(true);
    const dispatcher = this.dispatcherFor(request.url, library);
    return exchange(dispatcher, request, this.options.maxBodyBytes ?? defaultMaxBodyBytes);
  }

  /** Ends every exchange under way as cancelled and refuses further ones. */
  dispose(): void {
    this.isDisposed = true;
    const open = this.connections;
    this.connections = undefined;
    void open?.direct.destroy();
    void open?.proxied?.destroy();
  }

  private dispatcherFor(url: URL, library: Undici): Dispatcher {
    if (this.isDisposed) throw cancelled(true);
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
    void this.connections?.direct.close();
    void this.connections?.proxied?.close();
    this.connections = { key, ...connect(library, network, this.options.connectMs ?? defaultConnectMs) };
    return this.connections;
  }
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
  // Long enough to serve the next poll, short enough to be given up before servers do.
  const pool = { connections: 16, keepAliveTimeout: 30_000, keepAliveMaxTimeout: 120_000 };
  const direct = new Agent({ ...pool, connect: connector });
  const proxy = network.proxyUrl === undefined ? undefined : parseProxy(network.proxyUrl);
  if (proxy === undefined) return { direct, proxied: undefined };
  const proxied = new ProxyAgent({
    ...pool,
    uri: proxy.origin,
    ...(proxy.token !== undefined && { token: proxy.token }),
    requestTls: connector,
    proxyTls: connector,
    // A proxy that accepts and then keeps silent would otherwise hold a request for five minutes.
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: timeout }),
  });
  return { direct, proxied };
}

/** Built once per set of connections: parsing the runtime's own list takes milliseconds. */
function trusting(ca: readonly string[]): tls.SecureContext {
  // Absent before Node 22.15, whatever its type says.
  const hasDefaults = 'getCACertificates' in tls;
  const defaults = hasDefaults ? tls.getCACertificates('default') : tls.rootCertificates;
  return tls.createSecureContext({ ca: [...defaults, ...ca] });
}

function cancelled(undelivered: boolean): ApiError {
  return new ApiError('cancelled', 'Cancelled', { undelivered });
}

/** Runs one exchange with the library's own handler interface, which alone tells when a request begins to be written. */
function exchange(
  dispatcher: Dispatcher,
  { method, url, headers, body, signal, timeouts }: TransportRequest,
  maxBodyBytes: number,
): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let isSettled = false;
    let status = 0;
    let responseHeaders: Record<string, string> = {};
    let bytes = 0;
    const chunks: Buffer[] = [];

    const settle = (): void => {
      isSettled = true;
      clearTimeout(deadline);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: ApiError): void => {
      if (isSettled) return;
      settle();
      reject(error);
      controller?.abort(error);
    };
    const onAbort = (): void => fail(cancelled(controller === undefined));
    const deadline = setTimeout(() => {
      const undelivered = controller === undefined;
      fail(new ApiError('timeout', 'The request took too long', { code: 'DEADLINE', undelivered }));
    }, timeouts.totalMs);
    signal.addEventListener('abort', onAbort);

    dispatcher.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: { ...headers },
        body: body ?? null,
        headersTimeout: timeouts.headersMs,
        bodyTimeout: timeouts.bodyMs,
      },
      {
        onRequestStart: started => {
          if (isSettled) started.abort(new Error('Given up before it was sent'));
          else controller = started;
        },
        onResponseStart: (_controller, code, fields) => {
          if (code < 200) return;
          status = code;
          responseHeaders = flatten(fields);
        },
        onResponseData: (_controller, chunk) => {
          bytes += chunk.length;
          if (bytes > maxBodyBytes) {
            fail(new ApiError('schema', 'The answer is too large', { status, code: 'TOO_LARGE' }));
          } else {
            chunks.push(chunk);
          }
        },
        onResponseEnd: () => {
          if (isSettled) return;
          settle();
          const text = decode(Buffer.concat(chunks));
          const response = { status, headers: responseHeaders, text };
          // The library frees the connection one turn later; a caller that goes on at once would open another.
          setImmediate(() => setImmediate(resolve, response));
        },
        onResponseError: (_controller, error) => fail(transportError(error, controller !== undefined)),
      },
    );
  });
}

function flatten(fields: NodeJS.Dict<string | string[]>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function decode(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
