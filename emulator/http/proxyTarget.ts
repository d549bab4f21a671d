import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { DaemonFaults } from '../faults/effect';

/** Where a request to the sandbox proxy wants to go (API reference section 1.6). */
export interface ProxyTarget {
  /** Id or name. */
  readonly sandbox: string;
  readonly port: number;
  /** The host the caller believes the sandbox to be on; absent when its address does not say. */
  readonly place?: string;
}

/** The sandbox side of the server: everything a sandbox answers itself. */
export interface DataPlane {
  request(
    target: ProxyTarget,
    request: IncomingMessage,
    response: ServerResponse,
    faults: DaemonFaults,
  ): void;
  upgrade(
    target: ProxyTarget,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    faults: DaemonFaults,
  ): void;
}

/** The port of the daemon in the guest. */
export const managementPort = 9501;

/** `<id or name>.…` or `<port>-<id or name>.…`; a bare `localhost` or address is the control plane. */
const proxyHost = /^(?:(\d{1,5})-)?([a-z0-9-]+)\.(?:local|(?:(host-\d+)\.)?localhost|sandbox\..+)$/;

const placeHost = /^host-\d+\.localhost$/;

/** The label that tells the imagined hosts apart, for sandboxes that move when they are resumed. */
export function placeLabel(moves: number): string {
  return `host-${moves + 1}`;
}

/** Whether a request goes to the sandbox proxy, by host label or by `X-Tensorlake-Sandbox-Id`, and to whom. */
export function proxyTarget(headers: IncomingHttpHeaders): ProxyTarget | undefined {
  const host = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const [, port, label, place] = placeHost.test(host) ? [] : (proxyHost.exec(host) ?? []);
  const header = headers['x-tensorlake-sandbox-id'];
  const sandbox = typeof header === 'string' && header !== '' ? header : label;
  if (sandbox === undefined) return undefined;
  return { sandbox, port: port === undefined ? managementPort : Number(port), place };
}
