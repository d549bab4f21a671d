export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Limits of one exchange, in milliseconds. */
export interface Timeouts {
  /** From the last byte sent to the end of the response headers. */
  readonly headersMs: number;
  /** Longest silence inside the body. */
  readonly bodyMs: number;
  /** The whole exchange, connecting and waiting for a free connection included. */
  readonly totalMs: number;
}

export interface TransportRequest {
  readonly method: HttpMethod;
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly timeouts: Timeouts;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
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
