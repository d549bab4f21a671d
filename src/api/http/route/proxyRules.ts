import { isLoopbackHost } from '../../../core/account/endpoint';
import { noProxyEntryFor } from './noProxy';

/** How requests leave this machine, according to settings and environment. */
export interface NetworkOptions {
  /** Address of a proxy; without a scheme it is an http one. May carry credentials. */
  readonly proxyUrl?: string;
  /** The setting or variable that names the proxy. */
  readonly proxySource?: string;
  /** Value of `Proxy-Authorization`, which counts more than the credentials of the address. */
  readonly proxyAuthorization?: string;
  /** Hosts reached directly, one `NO_PROXY` entry each. */
  readonly noProxy?: readonly string[];
  /** Whether certificates must be valid. */
  readonly strictSsl: boolean;
  /** PEM certificates trusted besides the runtime's own. It is compared as an object: keep the list while it is the same. */
  readonly ca?: readonly string[];
}

/** An http or https proxy. Its credentials travel in a header only. */
interface HttpProxy {
  readonly kind: 'http';
  readonly origin: string;
  /** Value of `Proxy-Authorization`. */
  readonly token: string | undefined;
}

/** A SOCKS5 proxy. It looks up the host names of servers itself. */
export interface SocksProxy {
  readonly kind: 'socks';
  /** `socks5://host:port`. */
  readonly origin: string;
  readonly username: string;
  readonly password: string;
}

/** A proxy whose credentials are taken out of its address. */
export type ProxyTarget = HttpProxy | SocksProxy;

/** The way to a server, and why it is that. */
export type Route =
  | { readonly kind: 'direct'; readonly because: 'noProxy' | 'loopback' }
  /** An entry of `noProxy` names the host. */
  | { readonly kind: 'direct'; readonly because: 'entry'; readonly entry: string }
  | { readonly kind: 'proxy'; readonly proxy: ProxyTarget }
  /** There is to be a proxy, and its address cannot be read. */
  | { readonly kind: 'unusable' };

/** Includes this machine, which is otherwise reached without the proxy. */
const includeLoopback = '<-loopback>';

/** How a request travels. This machine is reached without a proxy unless an entry is `<-loopback>`. */
export function routeTo(url: URL, options: NetworkOptions): Route {
  if (options.proxyUrl === undefined || options.proxyUrl.trim() === '')
    return { kind: 'direct', because: 'noProxy' };
  const entries = options.noProxy ?? [];
  const isLoopbackDirect = !entries.some(entry => entry.trim().toLowerCase() === includeLoopback);
  if (isLoopbackDirect && isLoopbackHost(url.hostname)) return { kind: 'direct', because: 'loopback' };
  const entry = noProxyEntryFor(url, entries);
  if (entry !== undefined) return { kind: 'direct', because: 'entry', entry };
  const proxy = parseProxy(options.proxyUrl, options.proxyAuthorization);
  return proxy ? { kind: 'proxy', proxy } : { kind: 'unusable' };
}

const socksSchemes: ReadonlySet<string> = new Set(['socks:', 'socks5:', 'socks5h:']);

/**
 * Reads a proxy address.
 *
 * @param authorization value of `Proxy-Authorization` for a proxy of http
 * @returns undefined when it is no http, https or SOCKS5 address
 */
export function parseProxy(text: string, authorization?: string): ProxyTarget | undefined {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim()) ? text.trim() : `http://${text.trim()}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const username = decode(url.username);
  const password = decode(url.password);
  if (socksSchemes.has(url.protocol)) {
    if (url.hostname === '') return undefined;
    return {
      kind: 'socks',
      origin: `socks5://${url.hostname}:${url.port === '' ? '1080' : url.port}`,
      username,
      password,
    };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const basic =
    username === '' ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return { kind: 'http', origin: url.origin, token: authorization ?? basic };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
