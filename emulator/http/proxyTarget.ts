import type { IncomingHttpHeaders } from 'node:http';
import { hostName } from './request';

/** Where a request to the sandbox proxy goes (API reference section 1.6). */
export interface ProxyTarget {
  /** Id or name. */
  readonly sandbox: string;
  readonly port: number;
  /** The host that the address names, for sandboxes that move; absent when it names none. */
  readonly host?: string;
}

/** The port of the daemon in the guest. */
export const managementPort = 9501;

/** `<id or name>.…` or `<port>-<id or name>.…`; a bare `localhost` or address is the control plane. */
const proxyHost = /^(?:(\d{1,5})-)?([a-z0-9-]+)\.(?:local|(?:(host-\d+)\.)?localhost|sandbox\..+)$/;

const hostAlone = /^host-\d+\.localhost$/;

/** The label of the simulated host that a sandbox is on after it was resumed `moves` times. */
export function hostLabel(moves: number): string {
  return `host-${moves + 1}`;
}

/** Whether a request goes to the sandbox proxy, by host label or by `X-Tensorlake-Sandbox-Id`, and to which sandbox. */
export function proxyTarget(headers: IncomingHttpHeaders): ProxyTarget | undefined {
  const address = hostName(headers.host) ?? '';
  const [, port, label, host] = hostAlone.test(address) ? [] : (proxyHost.exec(address) ?? []);
  const header = headers['x-tensorlake-sandbox-id'];
  const sandbox = typeof header === 'string' && header !== '' ? header : label;
  if (sandbox === undefined) return undefined;
  return { sandbox, port: port === undefined ? managementPort : Number(port), host };
}
