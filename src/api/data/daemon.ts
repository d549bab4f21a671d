import type { Duplex } from 'node:stream';
import { ApiError } from '../../core/kernel/errors';
import { isJsonObject, type JsonObject } from '../../core/kernel/formats/json';
import { encoded } from '../http/client';
import { parseAnswer } from '../http/bodies/longJson';
import type { KnownSecrets } from '../http/errors/redact';
import type { RedirectScope } from '../http/redirects';
import type { RetryMode } from '../http/retry';
import type { StreamingClient } from '../http/streamingClient';
import type {
  ByteSource,
  HttpMethod,
  ResponseHead,
  SilenceTimeouts,
  StreamedResponse,
  TransportResponse,
} from '../http/transport';

/** Long enough for a suspended sandbox to resume first. */
const headersMs = 60_000;

const wholeMs = 90_000;

/** One call to the daemon inside a sandbox. */
export interface DaemonCall {
  readonly method: HttpMethod;
  /** Encoded path below `/api/v1`, beginning with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Whether the call may be repeated without further effect. By default, true for all methods but POST. */
  readonly isIdempotent?: boolean;
  readonly retry?: RetryMode;
}

export interface DaemonStreamCall extends DaemonCall {
  readonly payload?: Uint8Array | ByteSource;
  readonly timeouts?: Partial<SilenceTimeouts>;
  readonly redirects?: RedirectScope;
  readonly beforeRepeat?: (() => Promise<void>) | undefined;
}

/** Calls the daemon of one sandbox. All methods reject with ApiError. */
export class Daemon {
  constructor(private readonly client: StreamingClient) {}

  /** The secrets that must not be shown, whoever sends them. */
  get secrets(): KnownSecrets {
    return this.client.secrets;
  }

  /** Sends a call and reads a JSON object. */
  async json(call: DaemonCall): Promise<JsonObject> {
    const body = await parseAnswer((await this.send(call)).text);
    if (!isJsonObject(body)) throw new ApiError('schema', 'The answer is not an object');
    return body;
  }

  async send(
    call: DaemonCall,
    accepts?: (response: TransportResponse) => boolean,
  ): Promise<TransportResponse> {
    const timeouts = { headersMs, totalMs: wholeMs };
    return this.client.send({ ...prepare(call), timeouts, ...(accepts && { accepts }) });
  }

  async open(call: DaemonStreamCall): Promise<StreamedResponse> {
    const { payload, timeouts, redirects, beforeRepeat } = call;
    return this.client.open({
      ...prepare(call),
      payload,
      redirects,
      beforeRepeat,
      timeouts: { headersMs, ...timeouts },
    });
  }

  /** Sends bytes and expects an empty response. */
  async upload(call: DaemonStreamCall): Promise<void> {
    (await this.open(call)).body.discard();
  }

  /** Opens the connection of a WebSocket. Never retried. */
  async upgrade(
    call: Omit<DaemonCall, 'method' | 'body'>,
  ): Promise<Pick<ResponseHead, 'headers'> & { readonly socket: Duplex }> {
    const timeouts = { headersMs, totalMs: wholeMs };
    return this.client.upgrade(
      { ...prepare({ ...call, method: 'GET' }), retry: 'none', timeouts },
      'websocket',
    );
  }
}

function prepare({ method, path, query, body, headers, signal, retry, isIdempotent }: DaemonCall) {
  return {
    method,
    path: `/api/v1${path}`,
    query: Object.entries(query ?? {})
      .map(([name, value]) => `${name}=${encoded(value)}`)
      .join('&'),
    body,
    headers,
    signal,
    retry,
    isIdempotent: isIdempotent ?? method !== 'POST',
  };
}
