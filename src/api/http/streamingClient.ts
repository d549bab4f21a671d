import type { Duplex } from 'node:stream';
import { ApiError } from '../../core/kernel/errors';
import type { ApiCall, ApiClientOptions, Exchanged, PreparedRequest } from './client';
import { ApiClient, isSuccess } from './client';
import { nextHop, type RedirectScope } from './redirects';
import type {
  ByteSource,
  SilenceTimeouts,
  StreamedResponse,
  StreamingTransport,
  TransportResponse,
} from './transport';
import { SourceError } from './transport';

/** How much of a refusal is read. */
const maxRefusalBytes = 64 * 1024;
const defaultTimeouts: SilenceTimeouts = { headersMs: 30_000, bodyMs: 30_000 };

export interface StreamingClientOptions extends ApiClientOptions {
  readonly transport: StreamingTransport;
}

/** A call whose body or answer is a stream. `signal` ends the stream too; nothing limits the total time. */
export interface StreamCall extends Omit<ApiCall, 'accepts' | 'timeouts'> {
  /** Sent as it is, instead of `body`. */
  readonly payload?: Uint8Array | ByteSource;
  readonly timeouts?: Partial<SilenceTimeouts>;
  /** Where a redirect may lead; to the same origin by default. */
  readonly redirects?: RedirectScope | undefined;
  /** Awaited before each repetition; if it throws, the call ends. */
  readonly beforeRepeat?: (() => Promise<void>) | undefined;
}

/** Calls whose bodies are streams, or that become a socket, with the credential and errors of `ApiClient`. */
export class StreamingClient extends ApiClient {
  constructor(protected override readonly options: StreamingClientOptions) {
    super(options);
  }

  /**
   * Sends a call and returns an answer with a success status as soon as its headers are there. The body must be
   * iterated or discarded.
   *
   * @throws ApiError as `send`; whatever the source of the payload throws, as it is
   */
  async open(call: StreamCall): Promise<StreamedResponse> {
    return this.perform(call, request => this.stream(request, call)).catch((error: unknown) => {
      throw error instanceof SourceError ? error.cause : error;
    });
  }

  /**
   * Changes to another protocol and returns the socket. Redirects are not followed.
   *
   * @returns the socket with the headers of the answer; the caller owns it
   * @throws ApiError as `send`
   */
  async upgrade(
    call: Omit<ApiCall, 'accepts' | 'body'>,
    protocol: string,
  ): Promise<{ readonly socket: Duplex; readonly headers: Readonly<Record<string, string>> }> {
    const totalMs = 30_000;
    return this.perform(call, async request => {
      const timeouts = { ...defaultTimeouts, totalMs, ...call.timeouts };
      const answer = await this.options.transport.upgrade({ ...request, timeouts }, protocol);
      if ('socket' in answer) {
        const { socket, headers } = answer;
        return { status: answer.status, accepted: { socket, headers } };
      }
      if (answer.status < 400) {
        const details = { status: answer.status, code: 'NO_UPGRADE' };
        throw new ApiError('server', 'The server does not change the protocol', details);
      }
      return answer;
    });
  }

  private async stream(request: PreparedRequest, call: StreamCall): Promise<Exchanged<StreamedResponse>> {
    const timeouts = { ...defaultTimeouts, ...call.timeouts };
    let current = {
      ...request,
      timeouts,
      ...(call.payload !== undefined && { body: call.payload }),
    };
    for (let hop = 0; ; hop++) {
      const response = await this.options.transport.stream(current);
      if (isSuccess(response)) {
        // Where a redirect leads, a file may have any type.
        const page = hop === 0 ? this.webPage(response) : undefined;
        if (page === undefined) return { status: response.status, accepted: response };
        response.body.discard();
        throw page;
      }
      const following = nextHop(current, response, hop, call.redirects ?? 'origin');
      if (following === undefined) return readRefusal(response);
      response.body.discard();
      current = following;
    }
  }
}

async function readRefusal({ status, headers, body }: StreamedResponse): Promise<TransportResponse> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxRefusalBytes) break;
    }
  } catch (error) {
    // A refusal with an incomplete body is still a refusal.
    if (!ApiError.is(error, 'network', 'timeout')) throw error;
  }
  return { status, headers, text: Buffer.concat(chunks).toString('utf8') };
}
