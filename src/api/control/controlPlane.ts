import { ApiError } from '../../core/kernel/errors';
import { isJsonObject, type JsonObject, objectOf, parseJson } from '../../core/kernel/formats/json';
import { type ApiCall, type ApiClient, segment } from '../http/client';
import { parseAnswer } from '../http/bodies/longJson';
import { systemTime } from '../http/times/systemTime';
import type { RetryMode } from '../http/retry';
import type { TransportResponse } from '../http/transport';
import { type CreateOutcome, readCreateAnswer, readCreateOutcome } from './sandboxes/createSchema';

/** How long a blocking create or copy may take when nothing else is configured (API reference section 4.1). */
const defaultBlockingMs = 300_000;

/** How long a question may wait for what it depends on which server this is. */
const identityMs = 5_000;
/** How long a server that did not answer that is not asked again, in milliseconds. */
const identityRetryMs = 60_000;

/** What the answer may need on top of the server's own wait. */
const blockingMarginMs = 15_000;

export interface ControlPlaneOptions {
  /** Namespace of paths on localhost (API reference section 1.7); `default` when absent. */
  readonly namespace?: string;
  /** Bound of the server's wait in create and copy, sent along; 300 s and not sent when absent. */
  readonly blockingTimeoutMs?: number;
  readonly retry?: RetryMode;
}

/** What is known of the server, for as long as the connection lasts. */
interface Identity {
  isOpenSource?: boolean | undefined;
  /** The question that is on its way. */
  asked?: Promise<boolean | undefined> | undefined;
  /** When it was asked in vain, by the monotonic clock, in milliseconds. */
  failedAtMs?: number;
  /** Whether a snapshot was seen to end its sandbox. */
  endsWithSnapshot?: boolean;
}

/** A call below the namespace prefix; idempotent unless it says otherwise. */
export type PathCall = Omit<ApiCall, 'isIdempotent' | 'retry'> & { readonly isIdempotent?: boolean };

/** How the resources of the control plane are called. All methods reject with ApiError. */
export class ControlPlane {
  constructor(
    private readonly client: ApiClient,
    private readonly options: ControlPlaneOptions = {},
    private readonly identity: Identity = {},
  ) {}

  /** The same server, each failure reported at once: for background polling, which has its own backoff. */
  withoutRetries(): ControlPlane {
    return new ControlPlane(this.client, { ...this.options, retry: 'none' }, this.identity);
  }

  /** The full address of a path. */
  address(path: string): string {
    const { origin, basePath } = this.client.endpoint;
    return `${origin}${basePath}${this.prefix}${path}`;
  }

  /** Sends a call and parses the answer. @param mostEntries how many entries of a list in a long one; see `parseAnswer` */
  async json(call: PathCall, mostEntries?: number): Promise<unknown> {
    return await parseAnswer((await this.send(call)).text, mostEntries);
  }

  async send(call: PathCall): Promise<TransportResponse> {
    return this.client.send({
      retry: this.options.retry,
      isIdempotent: true,
      ...call,
      path: `${this.prefix}${call.path}`,
    });
  }

  /**
   * A POST that makes a sandbox, and whose answer waits for it unless told not to. A start that failed and a wait that
   * ran out are outcomes, not errors: the sandbox exists. Never repeated once it may have arrived; see `isAmbiguous`.
   */
  async create(path: string, body: unknown, signal: AbortSignal): Promise<CreateOutcome> {
    const isOutcome = (json: unknown): boolean => readCreateAnswer(json) !== undefined;
    const response = await this.blocking({ method: 'POST', path, body, signal }, isOutcome);
    return readCreateOutcome(await parseAnswer(response.text), response.status);
  }

  /**
   * Sends a call whose answer waits for sandboxes. The header bounds the server's wait; without it the server decides
   * (API reference section 1.2).
   *
   * @param isOutcome whether the body of a 422 or 504 tells what became of the sandboxes
   */
  async blocking(call: PathCall, isOutcome: (json: unknown) => boolean): Promise<TransportResponse> {
    const configured = this.options.blockingTimeoutMs;
    const waitMs = (configured ?? defaultBlockingMs) + blockingMarginMs;
    return this.send({
      ...call,
      isIdempotent: false,
      accepts: ({ status, text }) => (status === 422 || status === 504) && isOutcome(tryJson(text)),
      ...(configured !== undefined && {
        headers: { 'x-tensorlake-request-timeout-ms': String(Math.round(configured)) },
      }),
      timeouts: { headersMs: waitMs, totalMs: waitMs },
    });
  }

  /**
   * Whether this is the open-source server, which answers `GET /healthz` like no other: asked once where paths carry a
   * namespace, and never elsewhere. One that does not answer counts as another until it does, and is asked again after
   * a minute at the earliest. Never fails.
   */
  async isOpenSource(): Promise<boolean> {
    const { identity } = this;
    if (!this.isNamespaced) return false;
    if (identity.isOpenSource !== undefined) return identity.isOpenSource;
    const { failedAtMs = -Infinity } = identity;
    if (systemTime.monotonic() - failedAtMs < identityRetryMs) return false;
    identity.asked ??= this.identify();
    return (await identity.asked) ?? false;
  }

  /** Whether paths carry a namespace, which those of the cloud do not. */
  get isNamespaced(): boolean {
    return this.client.endpoint.isNamespaced;
  }

  /** Whether the server was asked what it is, and did not answer. */
  get isUnidentified(): boolean {
    return this.identity.failedAtMs !== undefined && this.identity.isOpenSource === undefined;
  }

  /** Whether a snapshot ends its sandbox here: this is the open-source server, or it was seen. Never fails. */
  async endsWithSnapshot(): Promise<boolean> {
    return this.identity.endsWithSnapshot ?? (await this.isOpenSource());
  }

  /** Remembers that a snapshot ended its sandbox. */
  learnEndWithSnapshot(): void {
    this.identity.endsWithSnapshot = true;
  }

  /** One question for all who ask meanwhile, so that none of them cancels it. */
  private async identify(): Promise<boolean | undefined> {
    const { identity } = this;
    identity.isOpenSource = await this.looksOpenSource();
    if (identity.isOpenSource === undefined) identity.failedAtMs = systemTime.monotonic();
    identity.asked = undefined;
    return identity.isOpenSource;
  }

  private async looksOpenSource(): Promise<boolean | undefined> {
    try {
      const signal = AbortSignal.timeout(identityMs);
      const call = { method: 'GET', path: '/healthz', signal, isIdempotent: true, retry: 'none' } as const;
      const timeouts = { headersMs: identityMs, totalMs: identityMs };
      const { text } = await this.client.send({ ...call, timeouts });
      const checks = objectOf(asObject(tryJson(text)), 'checks');
      return checks !== undefined && 'executor_manager' in checks;
    } catch (error) {
      return ApiError.is(error, 'network', 'timeout', 'server', 'cancelled') ? undefined : false;
    }
  }

  private get prefix(): string {
    const { endpoint } = this.client;
    const namespace = segment(endpoint.namespace ?? this.options.namespace ?? 'default');
    return endpoint.isNamespaced ? `/v1/namespaces/${namespace}` : '';
  }
}

/** Whether a resource does not exist, or the server does not know the path. */
export function isUnknown({ status }: TransportResponse): boolean {
  return status === 404;
}

/** Path of a sandbox. @throws ApiError of kind `invalid` for a text that is no path segment */
export function sandboxPath(idOrName: string): string {
  return `/sandboxes/${segment(idOrName)}`;
}

function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
