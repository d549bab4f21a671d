import { portViolations } from './rules';
import { type Violation } from './rules';
import type { Sandbox } from './sandbox';

/** What the address of a port is made from. */
type Addressed = Pick<Sandbox, 'id' | 'sandboxUrl' | 'ingressEndpoint'>;

/**
 * The address of a user port, `https://<port>-<id>.<domain>` (API reference sections 1.6 and 3.9).
 *
 * @returns undefined while the sandbox is not routable, and for a proxy that is a bare IP address
 */
export function portUrl({ id, sandboxUrl, ingressEndpoint }: Addressed, port: number): string | undefined {
  const management = httpUrl(sandboxUrl);
  if (management && hasLabels(management.hostname)) {
    management.hostname = `${port}-${management.hostname}`;
    return management.origin;
  }
  const ingress = httpUrl(ingressEndpoint);
  if (!ingress || isIpAddress(ingress.hostname)) return undefined;
  ingress.hostname = `${port}-${id}.${ingress.hostname}`;
  return ingress.origin;
}

/**
 * Reads ports separated by blanks, commas or semicolons: sorted, without duplicates; `NaN` for what is not a number.
 */
export function splitPorts(text: string): readonly number[] {
  const words = text.split(/[\s,;]+/).filter(word => word !== '');
  const ports = words.map(word => (/^\d+$/.test(word) ? Number(word) : Number.NaN));
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** The first rule that a list of ports breaks: 1 to 65535, without the management port (API reference section 5). */
export function portViolation(ports: readonly number[]): Violation | undefined {
  const [first] = portViolations(ports);
  return first;
}

/** The differences between two lists of ports. */
export function portDifferences(
  before: readonly number[],
  after: readonly number[],
): { readonly removed: readonly number[]; readonly added: readonly number[] } {
  const [old, wanted] = [new Set(before), new Set(after)];
  return {
    removed: before.filter(port => !wanted.has(port)),
    added: after.filter(port => !old.has(port)),
  };
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
