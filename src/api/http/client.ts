import type { Endpoint } from '../../core/account/endpoint';
import { ApiError, type ApiErrorKind } from '../../core/kernel/errors';
import type { Logger } from '../../core/kernel/logger';
import { type Credential, type CredentialSource, scopeHeaders, tokenOf } from './credential';
import { bodyLimitOf, isNotDelivered, kindOf, type Plane, readErrorBody } from './errors/errorBody';
import { answerObstacle, isWebPage } from './errors/obstacle';
import { KnownSecrets } from './errors/redact';
import { sendFollowingRedirects } from './redirects';
import { parseRetryAfter, type RetryClock, type RetryMode, systemRetryClock, withRetry } from './retry';
import {
  type HttpMethod,
  type ResponseHead,
  SourceError,
  type Timeouts,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from './transport';

const defaultTimeouts: Timeouts = { headersMs: 30_000, bodyMs: 30_000, totalMs: 60_000 };

export interface ApiClientOptions {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  /** Who answers there, which decides what its codes mean; the control plane by default. */
  readonly plane?: Plane;
  readonly credential: CredentialSource;
  readonly logger: Logger;
  /** Version of the extension, for `User-Agent`. */
  readonly version: string;
  /** Where the credentials of requests are remembered, and what is removed from errors and answers; own ones by default. */
  readonly secrets?: KnownSecrets;
  readonly clock?: RetryClock;
  readonly timeouts?: Partial<Timeouts>;
  /** Sent with every call, for example for routing. */
  readonly headers?: Readonly<Record<string, string>>;
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
  /** See TransportRequest. */
  readonly isApart?: boolean;
  /** Whether sending it twice has the effect of sending it once. */
  readonly isIdempotent: boolean;
  readonly retry?: RetryMode;
  /** Of a login: sent without a key, and its answer, which may hold the key in use, is left as it is. */
  readonly isLogin?: boolean;
  /** Whether to accept an answer with a failure status, such as a 504 that contains a sandbox. */
  readonly accepts?: (response: TransportResponse) => boolean;
  readonly timeouts?: Partial<Timeouts>;
}

/** The members of a call that its request is made from. */
export type Preparation = Pick<
  ApiCall,
  'method' | 'path' | 'query' | 'body' | 'headers' | 'signal' | 'isLogin' | 'isApart'
>;

/** A call with its address and headers, ready for a transport. */
export type PreparedRequest = Omit<TransportRequest, 'timeouts'>;

/** The outcome of a request: what was accepted of the answer, or the refusal. */
export type Exchanged<T> = { readonly status: number; readonly accepted: T } | TransportResponse;

/**
 * Calls one server: credential, headers, redirects, retries, errors, log lines. The key is fetched for each attempt,
 * sent to the origin of the endpoint only, and removed, like every secret that is known, from errors and answers.
 */
export class ApiClient {
  private calls = 0;
  /** What is removed from errors and answers. */
  readonly secrets: KnownSecrets;

  constructor(protected readonly options: ApiClientOptions) {
    this.secrets = options.secrets ?? new KnownSecrets();
  }

  get endpoint(): Endpoint {
    return this.options.endpoint;
  }

  /**
   * Sends a call and returns an answer with a success status, or one that `accepts` takes.
   *
   * @throws ApiError of any kind; `unauthenticated` without a request when there is no key
   */
  async send(call: ApiCall): Promise<TransportResponse> {
    return this.perform(call, async request => {
      const { timeouts } = this.options;
      const response = await sendFollowingRedirects(
        this.options.transport,
        { ...request, timeouts: { ...defaultTimeouts, ...timeouts, ...call.timeouts } },
        () => this.clock.monotonic(),
      );
      if (call.accepts?.(response) !== true && !isSuccess(response)) return response;
      // What a request to change something came to is then read from the state of the sandbox.
      const isProof = this.options.plane === 'proxy' || call.method === 'GET';
      const page = isProof ? this.webPage(response) : undefined;
      if (page) throw page;
      const text = call.isLogin === true ? response.text : this.secrets.withoutEchoes(response.text);
      return { status: response.status, accepted: { ...response, text } };
    });
  }

  /** Attempts a call. `exchange` sends one request and says what it accepts of the answer. */
  protected async perform<T>(
    call: Preparation & {
      readonly isIdempotent: boolean;
      readonly retry?: RetryMode;
      readonly beforeRepeat?: (() => Promise<void>) | undefined;
    },
    exchange: (request: PreparedRequest) => Promise<Exchanged<T>>,
  ): Promise<T> {
    const id = `#${(++this.calls).toString(36)}`;
    if (call.retry === 'none') return this.attempt(id, call, exchange);
    return withRetry(() => this.attempt(id, call, exchange), {
      isIdempotent: call.isIdempotent,
      signal: call.signal,
      clock: this.clock,
      beforeRepeat: call.beforeRepeat,
      onRetry: (error, delayMs) =>
        this.options.logger.debug(`${id} again in ${delayMs} ms after ${error.kind}`),
    });
  }

  protected get clock(): RetryClock {
    return this.options.clock ?? systemRetryClock;
  }

  /**
   * The error for a web page in place of an answer: the service and sandboxes send none (API reference sections 3.3 to 3.7). What
   * stands in between may, and that would pass for the content of a file, or for the proof that one was written.
   */
  protected webPage({
    status,
    headers,
    text,
  }: ResponseHead & { readonly text?: string }): ApiError | undefined {
    if (!isWebPage({ status, headers }, text)) return undefined;
    const obstacle = answerObstacle(this.host, { status, headers, ...(text !== undefined && { text }) });
    return new ApiError('schema', 'A web page instead of an answer', { status, code: 'WEB_PAGE', obstacle });
  }

  private async attempt<T>(
    id: string,
    call: Preparation,
    exchange: (request: PreparedRequest) => Promise<Exchanged<T>>,
  ): Promise<T> {
    const startedAt = this.clock.monotonic();
    const line = (outcome: string): void =>
      this.options.logger.debug(
        `${id} ${call.method} ${call.path} ${outcome} ${Math.round(this.clock.monotonic() - startedAt)} ms`,
      );
    try {
      const credential = call.isLogin === true ? undefined : await this.options.credential();
      const key = call.isLogin === true ? undefined : this.keyOf(credential);
      const answer = await exchange(this.prepare(call, key, credential));
      line(String(answer.status));
      if ('accepted' in answer) return answer.accepted;
      throw this.failure(answer);
    } catch (error) {
      if (error instanceof SourceError) throw error;
      const known = this.redacted(error);
      if (known.status === undefined) line(`${known.kind} ${known.code ?? ''}`.trim());
      throw known;
    }
  }

  private keyOf(credential: Credential | undefined): string | undefined {
    const key = tokenOf(credential);
    if (key === undefined) {
      // A server on this machine may run without authentication.
      if (this.options.endpoint.isLoopback) return undefined;
      throw new ApiError('unauthenticated', 'No API key', { undelivered: true });
    }
    if (!/^[\x21-\x7e]+$/.test(key)) {
      throw new ApiError('unauthenticated', 'The API key has characters that no key has', {
        undelivered: true,
      });
    }
    this.secrets.add(key, 'credential');
    return key;
  }

  private prepare(
    call: Preparation,
    key: string | undefined,
    credential: Credential | undefined,
  ): PreparedRequest {
    const { endpoint, version } = this.options;
    const query = call.query === undefined || call.query === '' ? '' : `?${call.query}`;
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    return {
      method: call.method,
      url: new URL(`${endpoint.origin}${endpoint.basePath}${call.path}${query}`),
      headers: {
        accept: 'application/json',
        'user-agent': `tensorlake-sandboxes-vscode/${version}`,
        ...(key !== undefined && { authorization: `Bearer ${key}`, ...scopeHeaders(credential) }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...this.options.headers,
        ...call.headers,
      },
      ...(body !== undefined && { body }),
      ...(call.isApart === true && { isApart: true }),
      signal: call.signal,
    };
  }

  private get host(): string {
    return new URL(this.options.endpoint.origin).host;
  }

  private failure(response: TransportResponse): ApiError {
    const { status } = response;
    // Redacted before it is truncated, so that no part of a key is left at the end.
    const body = readErrorBody(this.secrets.redact(response.text));
    const retryAfterMs = parseRetryAfter(response.headers['retry-after'], this.clock.now());
    const obstacle = body.code === undefined ? answerObstacle(this.host, response, retryAfterMs) : undefined;
    const kind: ApiErrorKind = kindOf(status, body, obstacle?.answer?.isPage);
    return new ApiError(kind, body.message === '' ? `HTTP ${status}` : body.message, {
      status,
      code: body.code,
      obstacle,
      retryAfterMs,
      ...(kind === 'tooLarge' && { limitBytes: bodyLimitOf(body.message) }),
      undelivered: isNotDelivered(this.options.plane ?? 'control', status, body.code),
    });
  }

  private redacted(error: unknown): ApiError {
    // Transports convert what goes wrong on the way, so all else is a mistake of this side.
    if (!ApiError.is(error)) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : 'Unexpected failure';
      return new ApiError('internal', this.secrets.redact(text));
    }
    const message = this.secrets.redact(error.message);
    return message === error.message ? error : new ApiError(error.kind, message, error);
  }
}

/** Whether an answer has a success status. */
export function isSuccess({ status }: ResponseHead): boolean {
  return status >= 200 && status < 300;
}

/**
 * Encodes a path segment. `.` and `..` would leave the collection, which would be dangerous for a DELETE.
 *
 * @throws ApiError of kind `invalid` for one that would change the path
 */
export function segment(text: string): string {
  if (/^\.*$/.test(text)) throw new ApiError('invalid', 'Not an id', { undelivered: true });
  return encoded(text);
}

/**
 * Encodes text for a URL.
 *
 * @throws ApiError of kind `invalid` where it has half a surrogate pair
 */
export function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair.
    throw new ApiError('invalid', 'The text is not Unicode', { undelivered: true });
  }
}
