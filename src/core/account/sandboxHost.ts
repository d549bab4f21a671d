import type { Endpoint } from './endpoint';
import { isLoopbackHost } from './endpoint';

/** What the host of a sandbox is to the API that named it. */
export type SandboxHost =
  /** Below the domain of the API, or this machine as the API is: the key goes there. */
  | { readonly kind: 'own' }
  /** Another name, to which the key goes only after the user agreed. `host` is what they are asked about. */
  | { readonly kind: 'foreign'; readonly host: string }
  /** A name that only looks like the API's, or an address that no public name leads to: not even asked about. */
  | { readonly kind: 'refused' };

/**
 * Judges the host of an address that the API named for a sandbox.
 *
 * @param url parsed, so that its host is in lower case and in ASCII
 * @param sandboxId when it is the first label of the host, as in the cloud (API reference section 1.6), one answer of
 * the user holds for all sandboxes of that domain
 */
export function judgeSandboxHost(api: Endpoint, url: URL, sandboxId: string): SandboxHost {
  const host = withoutDot(url.hostname);
  if (!hostName.test(host)) return { kind: 'refused' };
  if (isLoopbackHost(host)) return { kind: api.isLoopback ? 'own' : 'refused' };
  const domain = domainOf(api);
  if (host === domain || host.endsWith(`.${domain}`)) return { kind: 'own' };
  if (unreachableAddress.test(host) || isAlike(host, domain)) return { kind: 'refused' };
  return { kind: 'foreign', host: `${withoutSandbox(host, sandboxId)}${portOf(url)}` };
}

/** The domain of an API: for `api.X` it is X if that holds a dot, else the host itself. */
function domainOf(api: Endpoint): string {
  const host = withoutDot(new URL(api.origin).hostname);
  const parent = /^api\.(.+\..+)$/.exec(host)?.[1];
  return parent ?? host;
}

/**
 * Addresses that lead to this machine or its link, or to none: unspecified, loopback, link-local, multicast; in IPv6
 * also those that stand for one of IPv4. Hosts of a URL are in the shortest form.
 */
const unreachableAddress =
  /^(?:0|127|169\.254|22[4-9]|2[3-5]\d)\.[\d.]+$|^\[(?:::|64:ff9b:|fe[89ab][\da-f]:|ff[\da-f]{2}:)/;

/** Labels of letters, digits, hyphens and underscores, or an address of IPv6. A URL allows more in a host. */
const hostName = /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:]+\])$/;

/** Whether a host holds the name of the API, or of this machine, without being it. */
function isAlike(host: string, domain: string): boolean {
  return host.split('.').includes('localhost') || (domain.includes('.') && host.includes(domain));
}

function withoutDot(host: string): string {
  return host.replace(/\.$/, '');
}

function withoutSandbox(host: string, sandboxId: string): string {
  const rest = host.slice(sandboxId.length + 1);
  return host.startsWith(`${sandboxId.toLowerCase()}.`) && /[^.]\.[^.]/.test(rest) ? rest : host;
}

function portOf({ port }: URL): string {
  return port === '' ? '' : `:${port}`;
}
