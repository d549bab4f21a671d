import type { ApiErrorKind } from '../core/errors';
import { ApiError } from '../core/errors';
import type { Logger } from '../core/logger';
import type { Endpoint } from './endpoint';
import { isNotForwarded, kindOf, readErrorBody } from './errorBody';
import { redact } from './redact';
import { sendFollowingRedirects } from './redirects';
import type { RetryClock, RetryMode } from './retry';
import { parseRetryAfter, systemRetryClock, withRetry } from './retry';
import type { HttpMethod, Timeouts, Transport, TransportResponse } from './transport';

const defaultTimeouts: Timeouts = { headersMs: 30_000, bodyMs: 30_000, totalMs: 60_000 };

export interface ApiClientOptions {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  /** Asked for the key at each request, so that no copy outlives it. Undefined means signed out. */
  readonly credential: () => Promise<string | undefined> | string | undefined;
  readonly logger: Logger;
  /** Version of the extension, for `User-Agent`. */
  readonly version: string;
  readonly clock?: RetryClock;
  readonly timeouts?: Partial<Timeouts>;
}

/** One call of the control plane. */
export interface ApiCall {
  readonly method: HttpMethod;
  /** Encoded path below the endpoint, beginning with a slash; without a query. */
  readonly path: string;
  /** Encoded query string without the question mark. */
  readonly query?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Whether doing it twice is the same as doing it once. */
  readonly isIdempotent: boolean;
  readonly retry?: RetryMode;
  /** Whether an answer with a failure status is an answer all the same, as a 504 with a sandbox in it is. */
  readonly accepts?: (response: TransportResponse) => boolean;
  readonly timeouts?: Partial<Timeouts>;
}

/**
 * Calls one endpoint: credential, headers, redirects, retries, errors, log lines. The key is fetched for each
 * attempt, sent to the endpoint's origin only and taken out of every error text.
 */
export class ApiClient {
  private calls = 0;

  constructor(private readonly options: ApiClientOptions) {}

  get endpoint(): Endpoint {
    return this.options.endpoint;
  }

  /**
   * Sends a call and returns an answer with a success status, or one that `accepts` takes.
   *
   * @throws ApiError of any kind; `unauthenticated` without a request when there is no key
   */
  async send(call: ApiCall): Promise<TransportResponse> {
    const id = `#${(++this.calls).toString(36)}`;
    if (call.retry === 'none') return this.attempt(id, call);
    return withRetry(() => this.attempt(id, call), {
      isIdempotent: call.isIdempotent,
      signal: call.signal,
      clock: this.clock,
      onRetry: (error, delayMs) =>
        this.options.logger.debug(`${id} again in ${delayMs} ms after ${error.kind}`),
    });
  }

  private get clock(): RetryClock {
    return this.options.clock ?? systemRetryClock;
  }

  private async attempt(id: string, call: ApiCall): Promise<TransportResponse> {
    const startedAt = this.clock.now();
    const line = (outcome: string): void =>
      this.options.logger.debug(
        `${id} ${call.method} ${call.path} ${outcome} ${Math.round(this.clock.now() - startedAt)} ms`,
      );
    const key = await this.key();
    try {
      const response = await this.exchange(call, key);
      line(String(response.status));
      const isSuccess = response.status >= 200 && response.status < 300;
      if (isSuccess || call.accepts?.(response) === true) return response;
      throw this.failure(response, key);
    } catch (error) {
      const known = ApiError.is(error) ? error : unexpected(error, key);
      if (known.status === undefined) line(`${known.kind} ${known.code ?? ''}`.trim());
      throw known;
    }
  }

  private async key(): Promise<string | undefined> {
    const key = (await this.options.credential())?.trim();
    if (key === undefined || key === '') {
      // A server on this machine may run without authentication.
      if (this.options.endpoint.isLoopback) return undefined;
      throw new ApiError('unauthenticated', 'No API key', { undelivered: true });
    }
    if (!/^[\x21-\x7e]+$/.test(key)) {
      throw new ApiError('unauthenticated', 'The API key has characters that no key has', {
        undelivered: true,
      });
    }
    return key;
  }

  private exchange(call: ApiCall, key: string | undefined): Promise<TransportResponse> {
    const { endpoint, transport, version, timeouts } = this.options;
    const query = call.query === undefined || call.query === '' ? '' : `?${call.query}`;
    const url = new URL(`${endpoint.origin}${endpoint.basePath}${call.path}${query}`);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    return sendFollowingRedirects(
      transport,
      {
        method: call.method,
        url,
        headers: {
          accept: 'application/json',
          'user-agent': `tensorlake-sandboxes-vscode/${version}`,
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(body !== undefined && { body }),
        signal: call.signal,
        timeouts: { ...defaultTimeouts, ...timeouts, ...call.timeouts },
      },
      () => this.clock.now(),
    );
  }

  private failure(response: TransportResponse, key: string | undefined): ApiError {
    const { status } = response;
    // Redacted before it is cut to length, so that no half of a key is left at the end.
    const body = readErrorBody(redact(response.text, key === undefined ? [] : [key]));
    const kind: ApiErrorKind = kindOf(status, body);
    return new ApiError(kind, body.message === '' ? `HTTP ${status}` : body.message, {
      status,
      code: body.code,
      retryAfterMs: parseRetryAfter(response.headers['retry-after'], this.clock.now()),
      undelivered: isNotForwarded(status, body.code),
    });
  }
}

function unexpected(error: unknown, key: string | undefined): ApiError {
  const text = error instanceof Error ? error.message : 'Unexpected failure';
  return new ApiError('network', redact(text, key === undefined ? [] : [key]));
}
