import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { isLoopbackHost } from '../../core/account/endpoint';

/** How requests leave this machine, according to settings and environment. */
export interface NetworkOptions {
  /** Address of a forward proxy; without a scheme it is http. May carry credentials. */
  readonly proxyUrl?: string;
  /** Hosts reached directly, one `NO_PROXY` entry each. */
  readonly noProxy?: readonly string[];
  /** Whether certificates must be valid. */
  readonly strictSsl: boolean;
  /** PEM certificates trusted besides the runtime's own. */
  readonly ca?: readonly string[];
}

/**
 * Whether a request goes through the proxy. Loopback does not unless an entry is `<-loopback>`. Entries follow the
 * common `NO_PROXY` rules: `*` matches every host, `example.com` that host and its subdomains, `.example.com` and
 * `*.example.com` only its subdomains, an IPv4 block its addresses, and `:port` restricts an entry to a port.
 */
export function usesProxy(url: URL, options: NetworkOptions): boolean {
  if (options.proxyUrl === undefined || options.proxyUrl.trim() === '') return false;
  const entries = (options.noProxy ?? []).map(entry => entry.trim().toLowerCase());
  if (isLoopbackHost(url.hostname) && !entries.includes('<-loopback>')) return false;
  const host = url.hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return !entries.some(entry => bypasses(entry, host, port));
}

function bypasses(entry: string, host: string, port: string): boolean {
  if (entry === '' || entry.startsWith('<')) return false;
  if (entry === '*') return true;
  const parts = /^(?:\[([^\]]+)\]|([^:]+)|(.+:.+:.+))(?::(\d+))?$/.exec(entry);
  if (!parts) return false;
  if (parts[4] !== undefined && parts[4] !== port) return false;
  const name = parts[1] ?? parts[2] ?? parts[3] ?? '';
  if (name.includes('/')) return isInBlock(host, name);
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || (!isIPv4(host) && !isIPv6(host) && host.endsWith(`.${name}`));
}

function isInBlock(host: string, block: string): boolean {
  const [address = '', bits = ''] = block.split('/');
  const prefix = Number(bits);
  if (!isIPv4(host) || !isIPv4(address) || !/^\d{1,2}$/.test(bits) || prefix > 32) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, 'ipv4');
  return list.check(host, 'ipv4');
}

/** A proxy address split so that its credentials travel in a header only. */
export interface ProxyTarget {
  readonly origin: string;
  /** Value of `Proxy-Authorization`. */
  readonly token: string | undefined;
}

/**
 * Reads a proxy address.
 *
 * @returns undefined when it is no http or https address
 */
export function parseProxy(text: string): ProxyTarget | undefined {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim()) ? text.trim() : `http://${text.trim()}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const credentials = `${decode(url.username)}:${decode(url.password)}`;
  const token = url.username === '' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { origin: url.origin, token };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
