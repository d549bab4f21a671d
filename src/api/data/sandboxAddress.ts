import { hostname } from 'node:os';
import type { Endpoint } from '../../core/account/endpoint';
import { isLoopbackHost } from '../../core/account/endpoint';
import { judgeSandboxHost } from '../../core/account/sandboxHost';

/** The address of a sandbox, with the headers needed to reach it (API reference section 1.6). */
export interface SandboxAddress {
  readonly endpoint: Endpoint;
  readonly headers: Readonly<Record<string, string>>;
}

export type AddressProblem =
  /** The server reported no address: the sandbox is not routable, or not yet. */
  | 'missing'
  /** The address is not an http or https URL. */
  | 'notUrl'
  /** The key would travel unencrypted. */
  | 'insecure'
  /** The address holds a user name or password. */
  | 'credentials'
  /** The host only looks like the API's, or leads back to this machine. */
  | 'refused';

/** An address, what is wrong with it, or the host that the user must agree to first. */
export type AddressFound =
  { readonly ok: SandboxAddress } | { readonly error: AddressProblem } | { readonly foreignHost: string };

/** The proxy of a local server that reports none (API reference section 1.7). */
const localProxy = new URL('http://localhost:9443');

/**
 * Reads the `sandbox_url` that an endpoint returned. The key is sent there, so it must be https, or http on this machine
 * if the endpoint is local too, and belong to the endpoint or to a host that the user agreed to. Only scheme, host and
 * port are used.
 *
 * @param sandbox canonical id, and the address as received
 * @param isTrusted whether the user agreed to a host that does not belong to the endpoint
 */
export function sandboxAddress(
  api: Endpoint,
  sandbox: { readonly id: string; readonly sandboxUrl?: string },
  isTrusted: (host: string) => boolean = () => false,
): AddressFound {
  const text = sandbox.sandboxUrl?.trim() ?? '';
  if (text === '') {
    return api.isNamespaced && api.isLoopback
      ? { ok: addressOf(sandbox.id, localProxy) }
      : { error: 'missing' };
  }
  if (!URL.canParse(text)) return { error: 'notUrl' };
  const url = onThisMachine(api, new URL(text));
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { error: 'notUrl' };
  if (url.username !== '' || url.password !== '') return { error: 'credentials' };
  if (url.protocol === 'http:' && !(isLoopbackHost(url.hostname) && api.isLoopback))
    return { error: 'insecure' };
  const judged = judgeSandboxHost(api, url, sandbox.id);
  if (judged.kind === 'refused') return { error: 'refused' };
  if (judged.kind === 'foreign' && !isTrusted(judged.host)) return { foreignHost: judged.host };
  return { ok: addressOf(sandbox.id, url) };
}

/**
 * A local server may name this machine in its addresses: that is loopback as well, and leads to it whatever a name
 * service says of the name.
 */
function onThisMachine(api: Endpoint, url: URL): URL {
  if (api.isLoopback && url.hostname.replace(/\.$/, '') === hostname().toLowerCase())
    url.hostname = '127.0.0.1';
  return url;
}

function addressOf(id: string, { origin, hostname }: URL): SandboxAddress {
  // A local proxy has one host name for all sandboxes and distinguishes them by the `Host` header.
  const isShared = hostname === 'localhost' || hostname === '127.0.0.1';
  return {
    endpoint: endpointAt(origin, isLoopbackHost(hostname)),
    headers: { 'x-tensorlake-sandbox-id': id, ...(isShared && { host: `${id}.local` }) },
  };
}

function endpointAt(origin: string, isLoopback: boolean): Endpoint {
  return { origin, basePath: '', text: origin, isLoopback, isNamespaced: false };
}
