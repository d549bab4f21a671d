/** How a server is reached, without what proves who one is to a proxy. */
export type ProxyUse =
  /** `none`: there is no proxy. `loopback`: this machine is reached without it. */
  | { readonly kind: 'none' | 'loopback' }
  /** An entry of `http.noProxy` or NO_PROXY names the host. */
  | { readonly kind: 'entry'; readonly entry: string }
  /** `source` is the setting or variable that names the proxy. */
  | { readonly kind: 'proxy'; readonly origin: string; readonly source: string }
  /** There is to be a proxy, and its address cannot be read. */
  | { readonly kind: 'unusable'; readonly source: string };

/** What is done on the way to a server, in this order. `proxyTls` is the handshake with a proxy of https. */
export type HopName = 'lookup' | 'connect' | 'proxyTls' | 'tunnel' | 'tls' | 'answer';

/** What a server showed of itself. Nobody has vouched for it when `problem` is there. */
export interface ShownCertificate {
  /** The name it is for. */
  readonly subject: string;
  /** Who signed it, and the root of the chain if that is another. */
  readonly issuer: string;
  readonly root?: string;
  readonly validFromMs?: number;
  readonly validToMs?: number;
  /** Version of TLS, such as `TLSv1.3`. */
  readonly protocol: string;
  /** Why it is not trusted: a code such as `CERT_HAS_EXPIRED`. */
  readonly problem?: string;
}

/** Something that answered over HTTP. */
export interface ShownAnswer {
  readonly status: number;
  /** Whether it is a web page, which no API sends. */
  readonly isPage: boolean;
  /** The host that it redirects to, if another. */
  readonly redirectsTo?: string;
  /** How long it asks to wait, in milliseconds. */
  readonly waitMs?: number;
}

/** One step of the way, over when its time ended. */
export interface Hop {
  readonly name: HopName;
  /** A host, or `host:port`. */
  readonly target: string;
  readonly ms: number;
  /** Addresses of the name that was looked up, or the one that was connected to. */
  readonly addresses?: readonly string[];
  readonly certificate?: ShownCertificate;
  readonly answer?: ShownAnswer;
  /** What went wrong; there is no hop after it. A message is that of the socket, on one line. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** What kept a request from the service, or answered in its place. */
export interface Obstacle extends Pick<Hop, 'name' | 'target' | 'certificate' | 'answer' | 'failure'> {
  /** When the certificate was looked at, in milliseconds since the Unix epoch. */
  readonly seenAtMs?: number;
}

/** The way to a server, as far as it goes. */
export interface Way {
  /** Origin of the server. */
  readonly origin: string;
  readonly proxy: ProxyUse;
  /** Whether certificates must be valid. */
  readonly isStrict: boolean;
  readonly hops: readonly Hop[];
}
