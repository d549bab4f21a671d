import type { Sandbox } from './sandbox';

/** What the address of a port is made from. */
type Addressed = Pick<Sandbox, 'id' | 'state' | 'sandboxUrl' | 'ingressEndpoint'>;

/** The address of its management, for use. Some servers leave one on a sandbox that has ended. */
export function managementUrl({
  state,
  sandboxUrl,
}: Pick<Sandbox, 'state' | 'sandboxUrl'>): string | undefined {
  return state === 'terminated' ? undefined : sandboxUrl;
}

/**
 * The address of a user port, `https://<port>-<id>.<domain>` (API reference sections 1.6 and 3.9).
 *
 * @returns undefined while the sandbox is not routable or after its end, and for a proxy that is a bare IP address
 */
export function portUrl(sandbox: Addressed, port: number): string | undefined {
  const { id, state, ingressEndpoint } = sandbox;
  if (state === 'terminated') return undefined;
  const management = httpUrl(managementUrl(sandbox));
  if (management && hasLabels(management.hostname)) {
    management.hostname = `${port}-${management.hostname}`;
    return management.origin;
  }
  const ingress = httpUrl(ingressEndpoint);
  if (!ingress || isIpAddress(ingress.hostname)) return undefined;
  ingress.hostname = `${port}-${id}.${ingress.hostname}`;
  return ingress.origin;
}

function httpUrl(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
}

function hasLabels(host: string): boolean {
  return host.includes('.') && !isIpAddress(host);
}

function isIpAddress(host: string): boolean {
  return host.startsWith('[') || /^[\d.]+$/.test(host);
}
