import type { Duplex } from 'node:stream';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Limits inside one exchange, in milliseconds. Connecting has a limit of its own. */
export interface SilenceTimeouts {
  /** From the last byte sent to the end of the response headers; while a body is sent, the longest standstill. */
  readonly headersMs: number;
  /** Longest silence inside the body; a body whose reader does not ask for more is not silent. */
  readonly bodyMs: number;
}

/** Limits of one exchange that is read whole. */
export interface Timeouts extends SilenceTimeouts {
  /** The whole exchange, connecting and waiting for a free connection included. */
  readonly totalMs: number;
}

/** Bytes that are made while they are sent. */
export interface ByteSource {
  /** Sent as `Content-Length`, and then exactly as many bytes have to come; without it the body is chunked. */
  readonly size?: number;
  /** Called at each attempt, when the first byte is wanted. What it throws is the cause of a SourceError. */
  open(): AsyncIterable<Uint8Array>;
}

/** A request was given up because the source of its body failed; the cause is what that threw. */
export class SourceError extends Error {
  override readonly name = 'SourceError';

  constructor(override readonly cause: unknown) {
    super('The source of the request body failed', { cause });
  }
}

interface Head {
  readonly method: HttpMethod;
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface TransportRequest extends Head {
  readonly body?: string;
  readonly timeouts: Timeouts;
}

/** A request whose answer is read while it comes. `signal` ends the body too. */
export interface StreamRequest extends Head {
  readonly body?: string | Uint8Array | ByteSource;
  readonly timeouts: SilenceTimeouts;
}

export interface ResponseHead {
  readonly status: number;
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface TransportResponse extends ResponseHead {
  readonly text: string;
}

/**
 * The bytes of an answer, read once. Iterating throws ApiError as `Transport.request` rejects; leaving the loop early
 * ends the exchange. Bytes come no faster than they are taken.
 */
export interface ResponseBody extends AsyncIterable<Uint8Array> {
  /** Ends the exchange without reading on. Needed unless the body is iterated. */
  discard(): void;
}

export interface StreamedResponse extends ResponseHead {
  readonly body: ResponseBody;
}

/** A connection that speaks another protocol from here on. The taker owns the socket. */
export interface Upgraded extends ResponseHead {
  readonly socket: Duplex;
}

/**
 * Sends one request and reads the whole answer. Any status is an answer. Follows no redirect, repeats nothing.
 *
 * Rejects with ApiError of kind `network`, `timeout` or `cancelled`, `undelivered` when no byte of the request was
 * sent, or of kind `schema` when the answer is too large.
 */
export interface Transport {
  request(request: TransportRequest): Promise<TransportResponse>;
}

/** A transport that can stream both ways and change the protocol. Each method rejects as `request` does. */
export interface StreamingTransport extends Transport {
  /** Resolves when the headers of the answer are there. Takes no turn among the connections of `request`. */
  stream(request: StreamRequest): Promise<StreamedResponse>;
  /** Asks for another protocol; an answer with a body is a refusal. */
  upgrade(request: TransportRequest, protocol: string): Promise<Upgraded | TransportResponse>;
}
