import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { send } from './http/reply';

/** Where a request to the sandbox proxy wants to go (API reference section 1.6). */
export interface ProxyTarget {
  /** Id or name. */
  readonly sandbox: string;
  readonly port: number;
}

/** The sandbox side of the server: everything a sandbox answers itself. */
export interface DataPlane {
  request(target: ProxyTarget, request: IncomingMessage, response: ServerResponse): void;
  upgrade(target: ProxyTarget, request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The port of the daemon in the guest. */
export const managementPort = 9501;

/** `<id or name>.…` or `<port>-<id or name>.…`; a bare `localhost` or address is the control plane. */
const proxyHost = /^(?:(\d{1,5})-)?([a-z0-9-]+)\.(?:local|localhost|sandbox\..+)$/;

/** Whether a request goes to the sandbox proxy, by host label or by `X-Tensorlake-Sandbox-Id`, and to whom. */
export function proxyTarget(headers: IncomingHttpHeaders): ProxyTarget | undefined {
  const host = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const [, port, label] = proxyHost.exec(host) ?? [];
  const header = headers['x-tensorlake-sandbox-id'];
  const sandbox = typeof header === 'string' && header !== '' ? header : label;
  if (sandbox === undefined) return undefined;
  return { sandbox, port: port === undefined ? managementPort : Number(port) };
}

const notHere = {
  status: 501,
  body: {
    error: 'This emulator has no data plane: sandboxes have states but no insides',
    code: 'NOT_IMPLEMENTED',
  },
};

/** Answers every proxy request with 501 in the error shape of API reference section 3.1. */
export const noDataPlane: DataPlane = {
  request: (_target, _request, response) => send(response, notHere),
  upgrade(_target, _request, socket) {
    const text = JSON.stringify(notHere.body);
    socket.end(
      `HTTP/1.1 501 Not Implemented\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    );
  },
};
