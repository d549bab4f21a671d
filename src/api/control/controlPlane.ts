import type { SandboxPool } from '../../core/catalog/pool';
import type { CreateSandboxRequest } from '../../core/create/createRequest';
import { parseJson } from '../../core/kernel/json';
import type { FileSystemMount, Sandbox } from '../../core/sandbox/sandbox';
import type { SandboxSnapshot, SnapshotType } from '../../core/snapshots/snapshot';
import { type ApiCall, type ApiClient, segment } from '../http/client';
import type { RetryMode } from '../http/retry';
import type { TransportResponse } from '../http/transport';
import { type KeyIdentity, readKeyIdentity } from './accounts';
import {
  type CopyOutcome,
  createBody,
  type CreateOutcome,
  isCopyAnswer,
  mountBody,
  readCopyOutcome,
  readCreateAnswer,
  readCreateOutcome,
} from './createSchema';
import { PageMemory } from './pageMemory';
import { type PageQuery, pageQuery, readPage, type SandboxPage } from './pages';
import { readPool, readPoolRows } from './poolSchema';
import type { PoolListing } from './pools';
import { readSandbox } from './sandboxSchema';
import { curlOfPost, readSandboxPage, sandboxPath } from './sandboxes';
import { readSnapshot, readSnapshotRows, readStartedSnapshot, type StartedSnapshot } from './snapshotSchema';
import type { SnapshotListing } from './snapshots';
import { type SandboxPatch, updateBody } from './updateSchema';

/** How long a blocking create or copy may take when nothing else is configured (API reference section 4.1). */
const defaultBlockingMs = 300_000;

/** What the answer may need on top of the server's own wait. */
const blockingMarginMs = 15_000;

export interface ControlPlaneOptions {
  /** Namespace of paths on localhost (API reference section 1.7); `default` when absent. */
  readonly namespace?: string;
  /** Bound of the server's wait in create and copy, sent along; 300 s and not sent when absent. */
  readonly blockingTimeoutMs?: number;
  readonly retry?: RetryMode;
}

/** The control plane, one method per endpoint of API reference section 0. All reject with ApiError. */
export class ControlPlane {
  private readonly pages = { all: new PageMemory<SandboxPage>(), running: new PageMemory<SandboxPage>() };

  constructor(
    private readonly client: ApiClient,
    private readonly options: ControlPlaneOptions = {},
  ) {}

  /** The same endpoints, each failure reported at once: for background polling, whose own backoff rules. */
  withoutRetries(): ControlPlane {
    return new ControlPlane(this.client, { ...this.options, retry: 'none' });
  }

  /** One page of `GET /sandboxes` (section 2.4). Without `runningOnly` it may hold terminated ones. */
  async listPage(query: PageQuery, signal: AbortSignal): Promise<SandboxPage> {
    const { text } = await this.send({ method: 'GET', path: '/sandboxes', query: pageQuery(query), signal });
    const memory = query.runningOnly === true ? this.pages.running : this.pages.all;
    return memory.recall(query.cursor ?? '', text, readSandboxPage);
  }

  /** `GET /sandboxes/{id}` (section 2.5); `notFound` for an unknown one. */
  async get(idOrName: string, signal: AbortSignal): Promise<Sandbox> {
    return readSandbox(await this.json({ method: 'GET', path: sandboxPath(idOrName), signal }));
  }

  /**
   * `POST /sandboxes` (section 2.2). A start that failed and a wait that ran out are outcomes, not errors: the
   * sandbox exists. Never repeated once it may have arrived; see `isAmbiguous`.
   */
  async create(request: CreateSandboxRequest, signal: AbortSignal): Promise<CreateOutcome> {
    const response = await this.send({
      method: 'POST',
      path: '/sandboxes',
      body: createBody(request),
      signal,
      isIdempotent: false,
      accepts: answer => hasBodyStatus(answer, 422, 504) && readCreateAnswer(tryJson(answer)) !== undefined,
      ...this.blocking(),
    });
    return readCreateOutcome(parseJson(response.text), response.status);
  }

  /** The request of `create` as a command for a POSIX shell, with a variable in place of the key. */
  curlOfCreate(request: CreateSandboxRequest): string {
    const { origin, basePath } = this.client.endpoint;
    return curlOfPost(`${origin}${basePath}${this.prefix}/sandboxes`, createBody(request));
  }

  /** `PATCH /sandboxes/{id}` (section 2.6). */
  async update(id: string, patch: SandboxPatch, signal: AbortSignal): Promise<Sandbox> {
    const body = updateBody(patch);
    return readSandbox(await this.json({ method: 'PATCH', path: sandboxPath(id), body, signal }));
  }

  /**
   * `POST /sandboxes/{id}/file_systems` (section 2.13). It finishes later; the answer shows the target state already.
   * Never repeated once it may have arrived: a second one is refused because of the first.
   */
  async attachFileSystem(id: string, mount: FileSystemMount, signal: AbortSignal): Promise<Sandbox> {
    const path = `${sandboxPath(id)}/file_systems`;
    const body = mountBody(mount);
    return readSandbox(await this.json({ method: 'POST', path, body, signal, isIdempotent: false }));
  }

  /** `DELETE /sandboxes/{id}/file_systems` (section 2.13); like attach, with the path that identifies the mount. */
  async detachFileSystem(id: string, mountPath: string, signal: AbortSignal): Promise<Sandbox> {
    const path = `${sandboxPath(id)}/file_systems`;
    const body = { mount_path: mountPath };
    return readSandbox(await this.json({ method: 'DELETE', path, body, signal, isIdempotent: false }));
  }

  /** `DELETE /sandboxes/{id}` (section 2.7). Final. An unknown sandbox counts as gone already. */
  async terminate(id: string, signal: AbortSignal): Promise<'terminated' | 'gone'> {
    const response = await this.send({ method: 'DELETE', path: sandboxPath(id), signal, accepts: isUnknown });
    return isUnknown(response) ? 'gone' : 'terminated';
  }

  /** `POST /sandboxes/{id}/suspend` (section 2.8); `already` when it was suspended. */
  async suspend(id: string, signal: AbortSignal): Promise<'started' | 'already'> {
    return this.transition(id, 'suspend', signal);
  }

  /** `POST /sandboxes/{id}/resume` (section 2.8); `already` when it was running. */
  async resume(id: string, signal: AbortSignal): Promise<'started' | 'already'> {
    return this.transition(id, 'resume', signal);
  }

  /**
   * `POST /sandboxes/{id}/copy` (section 2.9): live copies of a running sandbox, some of which may have failed.
   *
   * @param times how many, at least 1
   */
  async copy(id: string, times: number, signal: AbortSignal): Promise<CopyOutcome> {
    const response = await this.send({
      method: 'POST',
      path: `${sandboxPath(id)}/copy`,
      query: new URLSearchParams({ times: String(times) }).toString(),
      signal,
      isIdempotent: false,
      accepts: answer => hasBodyStatus(answer, 422, 504) && isCopyAnswer(tryJson(answer)),
      ...this.blocking(),
    });
    return readCopyOutcome(parseJson(response.text));
  }

  /** `POST /sandboxes/{id}/snapshot` (section 2.10); it goes on after the answer. */
  async createSnapshot(
    id: string,
    type: SnapshotType | undefined,
    signal: AbortSignal,
  ): Promise<StartedSnapshot> {
    const body = type === undefined ? undefined : { snapshot_type: type };
    const path = `${sandboxPath(id)}/snapshot`;
    return readStartedSnapshot(await this.json({ method: 'POST', path, body, signal, isIdempotent: false }));
  }

  /** `GET /snapshots` (section 2.10), in the server's order. */
  async listSnapshots(signal: AbortSignal): Promise<SnapshotListing> {
    const body = await this.json({ method: 'GET', path: '/snapshots', signal });
    return readSnapshotRows(readPage(body, 'snapshots').rows);
  }

  /** `GET /snapshots/{id}` (section 2.10). */
  async getSnapshot(id: string, signal: AbortSignal): Promise<SandboxSnapshot> {
    return readSnapshot(await this.json({ method: 'GET', path: `/snapshots/${segment(id)}`, signal }));
  }

  /** `DELETE /snapshots/{id}` (section 2.10). An unknown snapshot counts as gone already. */
  async deleteSnapshot(id: string, signal: AbortSignal): Promise<'deleted' | 'gone'> {
    const path = `/snapshots/${segment(id)}`;
    const response = await this.send({ method: 'DELETE', path, signal, accepts: isUnknown });
    return isUnknown(response) ? 'gone' : 'deleted';
  }

  /** One page of `GET /archived-sandboxes` (section 2.11). */
  async listArchived(query: Omit<PageQuery, 'runningOnly'>, signal: AbortSignal): Promise<SandboxPage> {
    const path = '/archived-sandboxes';
    const { text } = await this.send({ method: 'GET', path, query: pageQuery(query), signal });
    return readSandboxPage(text);
  }

  /** `GET /archived-sandboxes/{id}` (section 2.11); `notFound` for an unknown one and one aged out. */
  async getArchived(id: string, signal: AbortSignal): Promise<Sandbox> {
    const path = `/archived-sandboxes/${segment(id)}`;
    return readSandbox(await this.json({ method: 'GET', path, signal }));
  }

  /** `POST /platform/v1/keys/introspect` (section 1.5); undefined on a server that has no such thing. */
  async introspect(signal: AbortSignal): Promise<KeyIdentity | undefined> {
    const response = await this.client.send({
      method: 'POST',
      path: '/platform/v1/keys/introspect',
      signal,
      isIdempotent: true,
      retry: this.options.retry,
      accepts: isUnknown,
    });
    return isUnknown(response) ? undefined : readKeyIdentity(parseJson(response.text));
  }

  /** `GET /sandbox-pools` (section 2.16), without what they hold. */
  async listPools(signal: AbortSignal): Promise<PoolListing> {
    const body = await this.json({ method: 'GET', path: '/sandbox-pools', signal });
    return readPoolRows(readPage(body, 'pools').rows);
  }

  /** `GET /sandbox-pools/{id}` (section 2.16), with what it holds. */
  async getPool(id: string, signal: AbortSignal): Promise<SandboxPool> {
    return readPool(await this.json({ method: 'GET', path: `/sandbox-pools/${segment(id)}`, signal }));
  }

  /**
   * `POST /sandbox-pools/{id}/sandboxes` (section 2.16): a sandbox of the pool, waited for by the server. One that waits
   * for the pool to have room is `pending`. Never repeated once it may have arrived; see `isAmbiguous`.
   */
  async claim(poolId: string, signal: AbortSignal): Promise<CreateOutcome> {
    const response = await this.send({
      method: 'POST',
      path: `/sandbox-pools/${segment(poolId)}/sandboxes`,
      body: {},
      signal,
      isIdempotent: false,
      accepts: answer => hasBodyStatus(answer, 422, 504) && readCreateAnswer(tryJson(answer)) !== undefined,
      ...this.blocking(),
    });
    return readCreateOutcome(parseJson(response.text), response.status);
  }

  private async transition(id: string, verb: 'suspend' | 'resume', signal: AbortSignal) {
    const { status } = await this.send({ method: 'POST', path: `${sandboxPath(id)}/${verb}`, signal });
    return status === 200 ? 'already' : 'started';
  }

  private async json(call: PathCall): Promise<unknown> {
    return parseJson((await this.send(call)).text);
  }

  private async send(call: PathCall): Promise<TransportResponse> {
    return this.client.send({
      retry: this.options.retry,
      isIdempotent: true,
      ...call,
      path: `${this.prefix}${call.path}`,
    });
  }

  private get prefix(): string {
    const namespace = segment(this.options.namespace ?? 'default');
    return this.client.endpoint.isNamespaced ? `/v1/namespaces/${namespace}` : '';
  }

  /** The header bounds the server's wait; without it the server decides (API reference section 1.2). */
  private blocking(): Pick<ApiCall, 'headers' | 'timeouts'> {
    const configured = this.options.blockingTimeoutMs;
    const waitMs = (configured ?? defaultBlockingMs) + blockingMarginMs;
    return {
      ...(configured !== undefined && {
        headers: { 'x-tensorlake-request-timeout-ms': String(Math.round(configured)) },
      }),
      timeouts: { headersMs: waitMs, totalMs: waitMs },
    };
  }
}

/** A call below the namespace prefix; idempotent unless it says otherwise. */
type PathCall = Omit<ApiCall, 'isIdempotent' | 'retry'> & { readonly isIdempotent?: boolean };

function isUnknown(response: TransportResponse): boolean {
  return response.status === 404;
}

function hasBodyStatus(response: TransportResponse, ...statuses: readonly number[]): boolean {
  return statuses.includes(response.status);
}

function tryJson(response: TransportResponse): unknown {
  try {
    return parseJson(response.text);
  } catch {
    return undefined;
  }
}
