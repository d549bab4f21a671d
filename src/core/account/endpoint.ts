/** Where the control plane answers. Made by `parseEndpoint` only. */
export interface Endpoint {
  readonly origin: string;
  /** Path before every request path; empty or without a slash at its end. */
  readonly basePath: string;
  /** Origin and base path, for display. */
  readonly text: string;
  /** Whether the host is this machine, where http is allowed. */
  readonly isLoopback: boolean;
  /**
   * Whether paths carry a namespace: the hosts `localhost` and `127.0.0.1` (API reference section 1.7), and any address
   * that names one.
   */
  readonly isNamespaced: boolean;
  /** The namespace that the address ends in, which the paths of the platform do without. */
  readonly namespace?: string;
}

export type EndpointProblem =
  'empty' | 'notUrl' | 'scheme' | 'insecure' | 'credentials' | 'query' | 'fragment';

/**
 * Parses an API address. The key is sent there, so it must be https unless the host is this machine, and must not
 * contain anything that could carry a secret into a log.
 */
export function parseEndpoint(text: string): { readonly ok: Endpoint } | { readonly error: EndpointProblem } {
  const trimmed = text.trim();
  if (trimmed === '') return { error: 'empty' };
  if (!URL.canParse(trimmed)) return { error: 'notUrl' };
  const url = new URL(trimmed);
  const isLoopback = isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { error: 'scheme' };
  if (url.username !== '' || url.password !== '') return { error: 'credentials' };
  if (url.protocol === 'http:' && !isLoopback) return { error: 'insecure' };
  if (trimmed.includes('#')) return { error: 'fragment' };
  if (trimmed.includes('?')) return { error: 'query' };
  const path = url.pathname.replace(/\/+$/, '');
  const [ending = '', name] = /\/v1\/namespaces\/([^/]+)$/.exec(path) ?? [];
  const namespace = name === undefined ? undefined : decoded(name);
  return {
    ok: {
      origin: url.origin,
      basePath: path.slice(0, path.length - ending.length),
      text: `${url.origin}${path}`,
      isLoopback,
      isNamespaced: name !== undefined || url.hostname === 'localhost' || url.hostname === '127.0.0.1',
      ...(namespace !== undefined && { namespace }),
    },
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Whether a host name, as `URL.hostname` spells it, is this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    host === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}
