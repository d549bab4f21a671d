import type { Duplex } from 'node:stream';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Limits within one exchange, in milliseconds. Connecting has a limit of its own. */
export interface SilenceTimeouts {
  /**
   * From the last byte sent to the end of the response headers; while a body is sent, the longest time without
   * progress.
   */
  readonly headersMs: number;
  /** The longest time without bytes of the body, not counting the time in which the reader asks for none. */
  readonly bodyMs: number;
}

/** Limits of an exchange that is read as a whole. */
export interface Timeouts extends SilenceTimeouts {
  /** The whole exchange, including connecting and waiting for a free connection. */
  readonly totalMs: number;
}

/** Bytes that are produced while they are sent. */
export interface ByteSource {
  /** Sent as `Content-Length`, and must be exact; without it the body is chunked. */
  readonly size?: number;
  /** Called for each attempt, when the first byte is needed. What it throws becomes the cause of a SourceError. */
  open(): AsyncIterable<Uint8Array>;
}

/** A request was aborted because the source of its body failed; the cause is what the source threw. */
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
  /** Whether it waits for no other request, however many of them hang. For reads only, of which few are sent at once. */
  readonly isApart?: boolean;
}

/** A request whose answer is read while it arrives. `signal` ends the body too. */
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
 * The bytes of an answer, to be read once. Iterating throws ApiError as `Transport.request` rejects; leaving the loop
 * early ends the exchange. The reader controls the rate.
 */
export interface ResponseBody extends AsyncIterable<Uint8Array> {
  /** Ends the exchange without reading on. Must be called unless the body is iterated. */
  discard(): void;
}

export interface StreamedResponse extends ResponseHead {
  readonly body: ResponseBody;
}

/** A connection that was switched to another protocol. The caller owns the socket. */
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
  /** Resolves when the headers of the answer have arrived. Does not use the connections of `request`. */
  stream(request: StreamRequest): Promise<StreamedResponse>;
  /** Asks to switch the protocol; an answer with a body is a refusal. */
  upgrade(request: TransportRequest, protocol: string): Promise<Upgraded | TransportResponse>;
}
