import { connect, isIP, type Socket } from 'node:net';
import * as tls from 'node:tls';
import type { Hop, HopName, ProxyUse, Way } from '../../../core/connection/way';
import { ApiError } from '../../../core/kernel/errors';
import { oneLine } from '../errors/errorText';
import { redact } from '../errors/redact';
import { certificateOf } from './certificate';
import { loadUndici } from './httpLibrary';
import { lookupLoopback } from './lookup';
import { type NetworkOptions, type ProxyTarget, routeTo, type Route } from './proxyRules';
import { reaching } from './reaching';
import { readHead } from './readHead';
import { dialThroughSocks } from './socks';
import { trustOf } from './trust';

export interface InspectOptions {
  readonly network: NetworkOptions;
  /** Ends it at once, with an ApiError of kind `cancelled`. */
  readonly signal: AbortSignal;
  /** For each hop; 10 s when absent. */
  readonly hopMs?: number;
  /** The path of a request without credentials, to see who answers; none is made without it. */
  readonly answerPath?: string;
  /** Called when a hop begins. */
  readonly onHop?: (name: HopName, target: string) => void;
}

const defaultHopMs = 10_000;

/**
 * Goes the way that requests to an address take, over a connection of its own, and tells what happens at each hop. No
 * key is sent, and no request unless `answerPath` is given. What fails is part of the result.
 */
export async function inspectWay(url: URL, options: InspectOptions): Promise<Way> {
  const { network } = options;
  const route = routeTo(url, network);
  const walk = new Walk(options);
  try {
    if (route.kind !== 'unusable') await goAlong(walk, url, route, options);
  } catch (error) {
    // The hop that failed is on record.
    if (!(error instanceof HopFailed)) throw error;
  } finally {
    walk.dispose();
  }
  const proxy = proxyUse(route, network.proxySource ?? '');
  return { origin: url.origin, proxy, isStrict: network.strictSsl, hops: walk.hops };
}

async function goAlong(
  walk: Walk,
  url: URL,
  route: Exclude<Route, { kind: 'unusable' }>,
  { network, answerPath }: InspectOptions,
): Promise<void> {
  const server = targetOf(url);
  const first = route.kind === 'direct' ? server : targetOf(new URL(route.proxy.origin));
  if (isIP(first.host) === 0) await walk.lookUp(first);
  let socket = await walk.connect(first);
  if (route.kind === 'proxy') {
    if (route.proxy.origin.startsWith('https:'))
      socket = await walk.secure('proxyTls', socket, first, network);
    socket = await walk.tunnel(socket, server, route.proxy);
  }
  if (url.protocol === 'https:') socket = await walk.secure('tls', socket, server, network);
  if (answerPath !== undefined) await walk.ask(socket, url, answerPath);
}

interface Target {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** As it stands in addresses. */
  readonly text: string;
}

function targetOf({ hostname, port, protocol }: URL): Target {
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: number, text: `${hostname}:${number}` };
}

function proxyUse(route: Route, source: string): ProxyUse {
  switch (route.kind) {
    case 'unusable':
      return { kind: 'unusable', source };
    case 'proxy':
      return { kind: 'proxy', origin: route.proxy.origin, source };
    case 'direct':
      if (route.because === 'entry') return { kind: 'entry', entry: route.entry };
      return { kind: route.because === 'loopback' ? 'loopback' : 'none' };
  }
}

/** A hop failed, which is on record. */
class HopFailed extends Error {}

/** What a hop brought, besides the time it took. */
type Brought = Pick<Hop, 'addresses' | 'certificate' | 'answer' | 'failure'>;

/** Records hops and owns the sockets. */
class Walk {
  readonly hops: Hop[] = [];
  /** The outermost ones: the one of TLS ends the one below it, and must do so first. */
  private readonly sockets = new Set<Socket>();
  private isOver = false;

  constructor(private readonly options: InspectOptions) {}

  dispose(): void {
    this.isOver = true;
    for (const socket of this.sockets) socket.destroy();
  }

  async lookUp({ host }: Target): Promise<void> {
    await this.hop('lookup', host, async () => {
      const addresses = await new Promise<string[]>((resolve, reject) =>
        lookupLoopback(host, { all: true }, (error, found) => {
          if (error) reject(error);
          else resolve(Array.isArray(found) ? found.map(({ address }) => address) : [found]);
        }),
      );
      return { brought: { addresses }, value: undefined };
    });
  }

  async connect({ host, port, text }: Target): Promise<Socket> {
    return await this.hop('connect', text, async () => {
      const socket = this.own(connect({ ...reaching, host, port, lookup: lookupLoopback }));
      await reached(socket, 'connect');
      return { brought: { addresses: [socket.remoteAddress ?? ''] }, value: socket };
    });
  }

  /** Shakes hands whatever the certificate, so that it can be told whose it is; a bad one ends the way where it counts. */
  async secure(
    name: 'proxyTls' | 'tls',
    socket: Socket,
    { host, text }: Target,
    network: NetworkOptions,
  ): Promise<Socket> {
    return await this.hop(name, text, async () => {
      const trust = { ...trustOf(network), rejectUnauthorized: false };
      const servername = isIP(host) === 0 ? host : '';
      const secure = this.own(
        tls.connect({ socket, host, servername, ...trust, ALPNProtocols: ['http/1.1'] }),
      );
      this.sockets.delete(socket);
      await reached(secure, 'secureConnect');
      const certificate = certificateOf(secure);
      const { problem } = certificate;
      const isRefused = problem !== undefined && network.strictSsl;
      const failure = isRefused ? { code: problem, message: problem } : undefined;
      return { brought: { certificate, ...(failure && { failure }) }, value: secure };
    });
  }

  /** Asks a proxy for the way to the server. SOCKS takes a connection of its own. */
  async tunnel(socket: Socket, { host, port, text }: Target, proxy: ProxyTarget): Promise<Socket> {
    return await this.hop('tunnel', text, async () => {
      if (proxy.kind === 'socks') {
        socket.destroy();
        const dialled = await dialThroughSocks(await loadUndici(), proxy, { host, port }, this.hopMs);
        return { brought: {}, value: this.own(dialled) };
      }
      const token = proxy.token === undefined ? [] : [`Proxy-Authorization: ${proxy.token}`];
      const { status } = await readHead(socket, [`CONNECT ${text} HTTP/1.1`, `Host: ${text}`, ...token]);
      const answer = { status, isPage: false };
      if (status === 200) return { brought: { answer }, value: socket };
      return {
        brought: { answer, failure: { code: 'PROXY_REFUSED', message: `HTTP ${status}` } },
        value: socket,
      };
    });
  }

  async ask(socket: Socket, url: URL, path: string): Promise<void> {
    await this.hop('answer', url.host, async () => {
      const lines = [
        `GET ${path} HTTP/1.1`,
        `Host: ${url.host}`,
        'Accept: application/json',
        'Connection: close',
      ];
      const { status, headers } = await readHead(socket, lines);
      const isPage = /\bhtml\b/i.test(headers.get('content-type') ?? '');
      const redirectsTo = otherHost(headers.get('location'), url);
      return {
        brought: { answer: { status, isPage, ...(redirectsTo && { redirectsTo }) } },
        value: undefined,
      };
    });
  }

  private get hopMs(): number {
    return this.options.hopMs ?? defaultHopMs;
  }

  private own<S extends Socket>(socket: S): S {
    // Whoever waits for it is told; afterwards nobody asks.
    socket.on('error', () => undefined);
    this.sockets.add(socket);
    if (this.isOver) socket.destroy();
    return socket;
  }

  private async hop<T>(
    name: HopName,
    target: string,
    act: () => Promise<{ readonly brought: Brought; readonly value: T }>,
  ): Promise<T> {
    const { signal, onHop } = this.options;
    const stopWhenCancelled = (): void => {
      if (signal.aborted) throw new ApiError('cancelled', '');
    };
    stopWhenCancelled();
    onHop?.(name, target);
    const startedAt = performance.now();
    const ended = (): number => Math.round(performance.now() - startedAt);
    try {
      const { brought, value } = await limited(act(), this.hopMs, signal);
      this.hops.push({ name, target, ms: ended(), ...brought });
      if (!brought.failure) return value;
    } catch (error) {
      stopWhenCancelled();
      this.hops.push({ name, target, ms: ended(), failure: failureOf(error) });
    }
    throw new HopFailed();
  }
}

async function limited<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const end = new AbortController();
  const limit = setTimeout(() => end.abort(), ms);
  const either = AbortSignal.any([end.signal, signal]);
  try {
    return await Promise.race([
      work,
      new Promise<never>((_resolve, reject) => {
        either.addEventListener('abort', () =>
          reject(new ApiError('timeout', 'There was no answer in time', { code: 'TIMEOUT' })),
        );
      }),
    ]);
  } finally {
    clearTimeout(limit);
  }
}

function reached(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void =>
      reject(Object.assign(new Error('The connection was closed'), { code: 'ECONNRESET' }));
    socket
      .once(event, () => resolve())
      .once('error', reject)
      .once('close', closed);
  });
}

/** A host of several addresses fails with an aggregate of what each of them did. */
function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const cause = causes[0] ?? error;
  const hasCode = typeof cause === 'object' && cause !== null && 'code' in cause;
  const code = hasCode && typeof cause.code === 'string' ? cause.code : 'UNKNOWN';
  return { code, message: oneLine(redact(cause instanceof Error ? cause.message : code), 300) };
}

function otherHost(location: string | undefined, url: URL): string | undefined {
  if (location === undefined || !URL.canParse(location, url.href)) return undefined;
  const { host } = new URL(location, url.href);
  return host === url.host ? undefined : host;
}
