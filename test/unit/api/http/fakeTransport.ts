import { ApiClient } from '../../../../src/api/http/client';
import type { ApiClientOptions } from '../../../../src/api/http/client';
import { parseEndpoint } from '../../../../src/core/account/endpoint';
import type { Endpoint } from '../../../../src/core/account/endpoint';
import type { RetryClock } from '../../../../src/api/http/retry';
import type { Transport, TransportRequest, TransportResponse } from '../../../../src/api/http/transport';
import { ApiError } from '../../../../src/core/kernel/errors';
import { silentLogger } from '../../../../src/core/kernel/logger';

export type Reply =
  { status?: number; headers?: Record<string, string>; text?: string; json?: unknown } | Error;

/** Answers from a list, repeats the last entry, and records the requests. */
export class FakeTransport implements Transport {
  readonly requests: TransportRequest[] = [];
  private readonly replies: Reply[];

  constructor(...replies: Reply[]) {
    this.replies = replies;
  }

  request(request: TransportRequest): Promise<TransportResponse> {
    this.requests.push(request);
    const reply = this.replies.length > 1 ? this.replies.shift() : this.replies[0];
    if (reply instanceof Error) return Promise.reject(reply);
    const { status = 200, headers = {}, text, json } = reply ?? {};
    return Promise.resolve({
      status,
      headers,
      text: text ?? (json === undefined ? '' : JSON.stringify(json)),
    });
  }

  get last(): TransportRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error('Nothing was sent');
    return request;
  }
}

/** A clock whose sleeps end at once and are recorded. */
export class FakeClock implements RetryClock {
  readonly sleeps: number[] = [];
  time = 1_800_000_000_000;

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(new ApiError('cancelled', 'Cancelled'));
    this.sleeps.push(ms);
    this.time += ms;
    return Promise.resolve();
  }

  random(): number {
    return 1;
  }
}

export function endpointAt(text: string): Endpoint {
  const parsed = parseEndpoint(text);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed.ok;
}

export const testKey = 'tl_apiKey_0123456789abcdef';

export function clientWith(transport: Transport, overrides: Partial<ApiClientOptions> = {}): ApiClient {
  return new ApiClient({
    transport,
    endpoint: endpointAt('https://api.tensorlake.ai'),
    credential: () => testKey,
    logger: silentLogger,
    version: '1.2.3',
    clock: new FakeClock(),
    ...overrides,
  });
}

export const never = new AbortController().signal;
